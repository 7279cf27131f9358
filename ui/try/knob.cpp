// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/try/knob.h"

#include "ui/parts/label.h"
#include "ui/parts/rows.h"

#include <QSignalBlocker>
#include <QSlider>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{

/// The wheel scrolls the card; it never changes a value in passing.
class KnobSlider : public QSlider
{
public:
    using QSlider::QSlider;

protected:
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
};

} // namespace

Knob::Knob(const QString& name, const QString& argument, double low, double high, double step, QWidget* parent)
    : QWidget(parent), m_low(low), m_high(high), m_step(step), m_value(low), m_name(name)
{
    auto* column = makeColumn(this, 3);
    auto* head = makeRow(nullptr, 6);
    head->addWidget(new Label(name, Type::BodyStrong, Ink::Text, this));
    head->addWidget(new Label(argument, Type::Help, Ink::Text2, this));
    head->addStretch(1);
    m_figure = new Label({}, Type::Mono, Ink::Text, this);
    head->addWidget(m_figure);
    column->addLayout(head);
    m_slider = new KnobSlider(Qt::Horizontal, this);
    m_slider->setRange(0, int(std::lround((high - low) / step)));
    m_slider->setPageStep(std::max(1, m_slider->maximum() / 10));
    m_slider->setMinimumHeight(px(22)); // room for the handle
    column->addWidget(m_slider);
    m_help = new Label({}, Type::Help, Ink::Text2, this);
    m_help->wrapped();
    column->addWidget(m_help);
    m_valueText = [](double v) { return QString::number(v, 'g', 3); };
    connect(m_slider, &QSlider::valueChanged, this, [this](int place) {
        m_value = std::round((m_low + place * m_step) * 1e6) / 1e6; // 0.8, not 0.8000000000000002
        update();
        Q_EMIT chosen(m_value);
    });
    update();
}

void Knob::setValue(double value)
{
    m_value = value;
    const QSignalBlocker quiet(m_slider);
    m_slider->setValue(int(std::lround((std::clamp(value, m_low, m_high) - m_low) / m_step)));
    update();
}

void Knob::setHigh(double high, const QString& reason)
{
    m_high = std::max(m_low, high);
    setToolTip(reason);
    m_slider->setAccessibleDescription(reason);
    const QSignalBlocker quiet(m_slider);
    m_slider->setMaximum(int(std::floor((m_high - m_low) / m_step)));
    setValue(m_value);
}

void Knob::setTexts(std::function<QString(double)> valueText, std::function<QString(double)> help)
{
    if (valueText)
        m_valueText = std::move(valueText);
    m_helpText = std::move(help);
    update();
}

void Knob::update()
{
    m_figure->setText(m_valueText(m_value));
    m_slider->setAccessibleName(m_name + QLatin1Char(' ') + m_figure->text());
    if (m_helpText)
        m_help->setText(m_helpText(m_value));
    m_help->setVisible(bool(m_helpText));
}

} // namespace fettle::ui
