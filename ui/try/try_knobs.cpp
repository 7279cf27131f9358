// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/try/try_knobs.h"

#include "ui/parts/button.h"
#include "ui/parts/card_scroll.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"

#include <QCheckBox>
#include <QRandomGenerator>
#include <QSettings>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>
#include <cmath>

namespace fettle::ui
{

Knob::Knob(const QString& key, const QString& name, const QString& argument, double low, double high, double step,
           double value, QWidget* parent)
    : QWidget(parent), m_low(low), m_step(step), m_key(QStringLiteral("try/") + key), m_name(name)
{
    auto* column = makeColumn(this, 3);
    auto* head = makeRow(nullptr, 6);
    head->addWidget(new Label(name, Type::BodyStrong, Ink::Text, this));
    head->addWidget(new Label(argument, Type::Help, Ink::Text2, this));
    head->addStretch(1);
    m_value = new Label({}, Type::Mono, Ink::Text, this);
    head->addWidget(m_value);
    column->addLayout(head);
    m_slider = new QSlider(Qt::Horizontal, this);
    m_slider->setRange(0, int(std::lround((high - low) / step)));
    const double remembered = QSettings().value(m_key, value).toDouble();
    m_slider->setValue(int(std::lround((std::clamp(remembered, low, high) - low) / step)));
    m_slider->setPageStep(std::max(1, m_slider->maximum() / 10));
    m_slider->setMinimumHeight(px(22)); // room for the handle
    column->addWidget(m_slider);
    m_help = new Label({}, Type::Help, Ink::Text2, this);
    m_help->wrapped();
    column->addWidget(m_help);
    m_valueText = [](double v) { return QString::number(v, 'g', 3); };
    connect(m_slider, &QSlider::valueChanged, this, [this] {
        QSettings().setValue(m_key, this->value());
        update();
    });
    update();
}

double Knob::value() const
{
    return m_low + m_slider->value() * m_step;
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
    m_value->setText(m_valueText(value()));
    m_slider->setAccessibleName(m_name + QLatin1Char(' ') + m_value->text());
    if (m_helpText)
        m_help->setText(m_helpText(value()));
    m_help->setVisible(bool(m_helpText));
}

TryKnobs::TryKnobs(QWidget* parent) : Card(tr("How it writes"), {}, parent)
{
    setBodyMargins(0, 8, 0, 8);
    auto* scroll = new CardScroll(this);
    m_stack = new QStackedWidget(scroll);
    m_stack->setObjectName(QStringLiteral("plain"));
    m_stack->addWidget(makeCausal());
    m_stack->addWidget(makeMasked());
    scroll->setWidget(m_stack);
    body()->addWidget(scroll, 1);
}

QWidget* TryKnobs::makeCausal()
{
    auto* page = new QWidget(m_stack);
    auto* column = makeColumn(page, 9, {16, 4, 16, 8});
    m_temperature =
        new Knob(QStringLiteral("temperature"), tr("Daring"), QStringLiteral("temperature"), 0.1, 2, 0.05, 0.8, page);
    m_temperature->setTexts({}, [](double) { return tr("Low: safe and dull. High: wild."); });
    m_topK = new Knob(QStringLiteral("top_k"), tr("Choice"), QStringLiteral("top_k"), 0, 100, 1, 40, page);
    m_topK->setTexts([](double v) { return v < 1 ? tr("all") : tr("%1 pieces").arg(int(v)); },
                     [](double v) {
                         return v < 1 ? tr("Drawn from all pieces.")
                                      : tr("Drawn from the likeliest %1 only.").arg(int(v));
                     });
    m_topP =
        new Knob(QStringLiteral("top_p"), tr("Cut the unlikely"), QStringLiteral("top_p"), 0.05, 1, 0.01, 0.95, page);
    m_topP->setTexts([](double v) { return v > 0.995 ? tr("off") : QString::number(v, 'f', 2); },
                     [](double v) {
                         return v > 0.995 ? tr("Nothing is left out.")
                                          : tr("Leaves out the last %1 % of chances.").arg(qRound((1 - v) * 100));
                     });
    m_repetition = new Knob(QStringLiteral("repetition_penalty"), tr("Avoid repeating"),
                            QStringLiteral("repetition_penalty"), 1, 1.6, 0.02, 1.1, page);
    m_repetition->setTexts([](double v) { return QString::number(v, 'f', 2); },
                           [](double) { return tr("1.0 is off; 1.3 is strong."); });
    m_length = new Knob(QStringLiteral("max_new_tokens"), tr("Length"), QStringLiteral("max_new_tokens"), 8, 512, 8,
                        128, page);
    m_length->setTexts([](double v) { return tr("%1 tokens").arg(int(v)); },
                       [](double v) { return tr("At most about %1 words.").arg(int(v * 0.7)); });
    for (Knob* knob : {m_temperature, m_topK, m_topP, m_repetition, m_length}) {
        column->addWidget(new Line(Qt::Horizontal, page));
        column->addWidget(knob);
    }
    column->addWidget(new Line(Qt::Horizontal, page));
    auto* seedRow = new QHBoxLayout;
    auto* seedName = new Label(tr("Seed"), Type::BodyStrong, Ink::Text, page);
    m_seed = new QSpinBox(page);
    m_seed->setRange(0, 999999999);
    m_seed->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_seed->setValue(QSettings().value(QStringLiteral("try/seed"), 42).toInt());
    m_seed->setMinimumWidth(px(84));
    setSize(m_seed, ControlSize::Small);
    seedName->setBuddy(m_seed);
    connect(m_seed, &QSpinBox::valueChanged, this,
            [](int value) { QSettings().setValue(QStringLiteral("try/seed"), value); });
    QPushButton* another = makeButton(tr("New"), Look::Outlined, ControlSize::Small, {}, page);
    another->setToolTip(tr("Another seed: another text"));
    connect(another, &QPushButton::clicked, this,
            [this] { m_seed->setValue(int(QRandomGenerator::global()->bounded(100000))); });
    seedRow->addWidget(seedName);
    seedRow->addStretch(1);
    seedRow->addWidget(m_seed);
    seedRow->addWidget(another);
    column->addLayout(seedRow);
    column->addWidget(
        (new Label(tr("Same seed and settings: same text again."), Type::Help, Ink::Text2, page))->wrapped());
    column->addWidget(new Line(Qt::Horizontal, page));
    m_greedy = new QCheckBox(tr("Always the likeliest (greedy)"), page);
    const auto greedy = [this](bool on) {
        QSettings().setValue(QStringLiteral("try/greedy"), on);
        for (QWidget* widget : {static_cast<QWidget*>(m_temperature), static_cast<QWidget*>(m_topK),
                                static_cast<QWidget*>(m_topP), static_cast<QWidget*>(m_seed)})
            widget->setEnabled(!on);
    };
    connect(m_greedy, &QCheckBox::toggled, this, greedy);
    m_greedy->setChecked(QSettings().value(QStringLiteral("try/greedy"), false).toBool());
    column->addWidget(m_greedy);
    column->addStretch(1);
    return page;
}

QWidget* TryKnobs::makeMasked()
{
    auto* page = new QWidget(m_stack);
    auto* column = makeColumn(page, 9, {16, 4, 16, 8});
    column->addWidget(new Line(Qt::Horizontal, page));
    m_guesses = new Knob(QStringLiteral("guesses"), tr("Guesses"), QStringLiteral("top_k"), 3, 10, 1, 5, page);
    m_guesses->setTexts([](double v) { return tr("%1 words").arg(int(v)); },
                        [](double) { return tr("How many guesses are listed for each blank."); });
    column->addWidget(m_guesses);
    column->addWidget(new Line(Qt::Horizontal, page));
    auto* words =
        new Label(tr("This model does not write on. It reads the whole sentence, before and behind a blank, and "
                     "says how likely each word is there."),
                  Type::Help, Ink::Text2, page);
    words->wrapped();
    column->addWidget(words);
    column->addStretch(1);
    return page;
}

void TryKnobs::setMasked(bool masked)
{
    setTitle(masked ? tr("How it guesses") : tr("How it writes"));
    m_stack->setCurrentIndex(masked ? 1 : 0);
}

GenerateOptions TryKnobs::options() const
{
    GenerateOptions options;
    options.maxNewTokens = int64_t(m_length->value());
    options.temperature = m_temperature->value();
    options.topK = int64_t(m_topK->value());
    options.topP = m_topP->value() > 0.995 ? 1.0 : m_topP->value();
    options.repetitionPenalty = m_repetition->value();
    options.seed = m_seed->value();
    options.greedy = m_greedy->isChecked();
    options.alternatives = 5;
    return options;
}

int TryKnobs::guesses() const
{
    return int(m_guesses->value());
}

} // namespace fettle::ui
