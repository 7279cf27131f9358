// SPDX-License-Identifier: GPL-3.0-or-later
// Small marks: chips, state badges, bars, figures, sparklines and the marks of the steps.
//
// Use: new Chip(tr("writes on"), this); new StateBadge(tr("finished"), StateBadge::Good, this);
//      bar->setValue(0.62); new Figure("2,310", tr("rows"), this); spark->setValues(losses);
#pragma once

#include "ui/look/theme.h"

#include <QWidget>
#include <vector>

class QVariantAnimation;

namespace fettle::ui
{

class Label;

/// A word in a small frame. Good: accent on tint; Neutral: framed; Warning and Error on their grounds.
class StateBadge : public QWidget
{
    Q_OBJECT

public:
    enum Kind { Good, Neutral, Warning, Error };

    explicit StateBadge(const QString& text = {}, Kind kind = Neutral, QWidget* parent = nullptr);
    void setState(const QString& text, Kind kind);
    QString text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }
    /// For delegates: paints at the left of `rect`, vertically centred.
    static void paint(QPainter& painter, const QRect& rect, const QString& text, Kind kind);
    static QSize sizeFor(const QString& text);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
    Kind m_kind;
};

/// A neutral word in a small frame: "writes on", "base".
class Chip : public StateBadge
{
    Q_OBJECT

public:
    explicit Chip(const QString& text, QWidget* parent = nullptr) : StateBadge(text, Neutral, parent) {}
};

/// A thin bar, 0 to 1; moves in 150 ms unless motion is reduced. Negative value: busy, of unknown length.
class Bar : public QWidget
{
    Q_OBJECT

public:
    explicit Bar(QWidget* parent = nullptr);
    void setValue(double value);
    double value() const { return m_value; }
    void setInk(Ink ink);          ///< default Accent
    void setThickness(int pixels); ///< default 5
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    double m_value = 0;
    double m_shown = 0;
    int m_thickness = 5;
    Ink m_ink = Ink::Accent;
    QVariantAnimation* m_animation;
};

/// A number in mono over its caption; both are read as one name.
class Figure : public QWidget
{
    Q_OBJECT

public:
    explicit Figure(const QString& number = {}, const QString& caption = {}, QWidget* parent = nullptr,
                    bool big = false);
    void setNumber(const QString& number);
    void setCaption(const QString& caption);
    QString number() const;

private:
    Label* m_number;
    Label* m_caption;
};

/// A tiny curve without axes, its last value as a dot.
class Sparkline : public QWidget
{
    Q_OBJECT

public:
    explicit Sparkline(QWidget* parent = nullptr);
    void setValues(std::vector<double> values, bool validation = false);
    QSize sizeHint() const override;
    /// `fraction`: how much of the width the curve takes (share of the run done). In the colours of the loss chart:
    /// those of the validation loss or of the training loss.
    static void paint(QPainter& painter, const QRectF& rect, const std::vector<double>& values, double fraction = 1.0,
                      bool validation = false);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<double> m_values;
    bool m_validation = false;
};

/// The mark of a step: ring = to do, tick = ready, arc = running, bars = paused, "!" = mend something.
enum class Mark { Ring, Tick, Arc, Bars, Warning, Alert };
/// `fraction` fills the arc, 0..1.
void paintMark(QPainter& painter, const QRectF& square, Mark mark, double fraction = 0.7);

class StepMark : public QWidget
{
    Q_OBJECT

public:
    explicit StepMark(Mark mark = Mark::Ring, QWidget* parent = nullptr);
    void setMark(Mark mark, double fraction = 0.7);
    Mark mark() const { return m_mark; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Mark m_mark;
    double m_fraction = 0.7;
};

} // namespace fettle::ui
