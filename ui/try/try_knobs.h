// SPDX-License-Identifier: GPL-3.0-or-later
// How a model writes: the knobs of the page Try, remembered from one time to the next.
#pragma once

#include "core/generate/options.h"
#include "ui/parts/card.h"

#include <functional>

class QCheckBox;
class QSlider;
class QSpinBox;
class QStackedWidget;

namespace fettle::ui
{

class Label;

/// Plain name, argument name, value, slider, help.
class Knob : public QWidget
{
    Q_OBJECT

public:
    /// `key` names it in the settings; the slider goes by `step` from `low` to `high`.
    Knob(const QString& key, const QString& name, const QString& argument, double low, double high, double step,
         double value, QWidget* parent);
    double value() const;
    /// Words for the value and for the help below it.
    void setTexts(std::function<QString(double)> valueText, std::function<QString(double)> help);

private:
    void update();

    double m_low, m_step;
    QString m_key, m_name;
    Label *m_value, *m_help;
    QSlider* m_slider;
    std::function<QString(double)> m_valueText, m_helpText;
};

class TryKnobs : public Card
{
    Q_OBJECT

public:
    explicit TryKnobs(QWidget* parent = nullptr);
    void setMasked(bool masked);
    GenerateOptions options() const;
    int guesses() const; ///< masked: how many for each blank

private:
    QWidget* makeCausal();
    QWidget* makeMasked();

    QStackedWidget* m_stack;
    Knob *m_temperature, *m_topK, *m_topP, *m_repetition, *m_length, *m_guesses;
    QSpinBox* m_seed;
    QCheckBox* m_greedy;
};

} // namespace fettle::ui
