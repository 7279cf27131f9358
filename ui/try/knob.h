// SPDX-License-Identifier: GPL-3.0-or-later
// One number of how a model writes: plain name, argument name, value, slider, help.
#pragma once

#include <QWidget>
#include <functional>

class QSlider;

namespace fettle::ui
{

class Label;

class Knob : public QWidget
{
    Q_OBJECT

public:
    /// The slider goes by `step` from `low` to `high`.
    Knob(const QString& name, const QString& argument, double low, double high, double step, QWidget* parent);
    double value() const { return m_value; }
    /// May be any number: the slider stands where it is nearest.
    void setValue(double value);
    /// The slider ends there instead, with the reason as its tooltip.
    void setHigh(double high, const QString& reason);
    /// Words for the value and for the help below it.
    void setTexts(std::function<QString(double)> valueText, std::function<QString(double)> help);

Q_SIGNALS:
    void chosen(double value); ///< by a person

private:
    void update();

    double m_low, m_high, m_step, m_value;
    QString m_name;
    Label *m_figure, *m_help;
    QSlider* m_slider;
    std::function<QString(double)> m_valueText, m_helpText;
};

} // namespace fettle::ui
