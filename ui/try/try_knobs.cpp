// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/try/try_knobs.h"

#include "core/base/error.h"
#include "ui/look/words.h"
#include "ui/parts/button.h"
#include "ui/parts/card_scroll.h"
#include "ui/parts/fold_header.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/try/knob.h"

#include <QCheckBox>
#include <QEvent>
#include <QPlainTextEdit>
#include <QRandomGenerator>
#include <QSettings>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStackedWidget>
#include <algorithm>

namespace fettle::ui
{

namespace
{

constexpr double longest = 512; ///< tokens that can be asked for here

/// One a line; a line break within one is written \n.
QString stopLines(const std::vector<std::string>& stops)
{
    QStringList lines;
    for (const std::string& text : stops)
        lines << QString::fromStdString(text).replace(QLatin1Char('\n'), QLatin1String("\\n"));
    return lines.join(QLatin1Char('\n'));
}

std::vector<std::string> stopsOf(const QString& lines)
{
    std::vector<std::string> stops;
    for (QString line : lines.split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        stops.push_back(line.replace(QLatin1String("\\n"), QLatin1String("\n")).toStdString());
    return stops;
}

} // namespace

TryKnobs::TryKnobs(QWidget* parent) : Card(tr("How it writes"), {}, parent)
{
    setBodyMargins(0, 8, 0, 8);
    auto* scroll = new CardScroll(this);
    m_stack = new QStackedWidget(scroll);
    m_stack->addWidget(makeCausal());
    m_stack->addWidget(makeMasked());
    scroll->setContent(m_stack);
    body()->addWidget(scroll, 1);
    work();
}

template <typename T>
Knob* TryKnobs::addKnob(QVBoxLayout* column, std::optional<T> GenerationSettings::*own, Knob* knob)
{
    connect(knob, &Knob::chosen, this, [this, own](double value) {
        m_settings.own.*own = static_cast<T>(value);
        chosen();
    });
    column->addWidget(knob);
    return knob;
}

QWidget* TryKnobs::makeCausal()
{
    auto* page = new QWidget(m_stack);
    auto* column = makeColumn(page, 9, {16, 4, 16, 8});
    using S = GenerationSettings;
    const auto line = [&] { column->addWidget(new Line(Qt::Horizontal, page)); };
    column->addWidget(makeSource());
    line();
    m_temperature =
        addKnob(column, &S::temperature, new Knob(tr("Daring"), QStringLiteral("temperature"), 0.1, 2, 0.05, page));
    m_temperature->setTexts({}, [](double) { return tr("Low: safe and dull. High: wild."); });
    line();
    m_topK = addKnob(column, &S::topK, new Knob(tr("Choice"), QStringLiteral("top_k"), 0, 100, 1, page));
    m_topK->setTexts([](double v) { return v < 1 ? tr("all") : counted(int64_t(v), tr("1 piece"), tr("%1 pieces")); },
                     [](double v) {
                         return v < 1 ? tr("Drawn from all pieces.")
                                      : counted(int64_t(v), tr("The likeliest is always taken."),
                                                tr("Drawn from the likeliest %1 only."));
                     });
    line();
    m_topP = addKnob(column, &S::topP, new Knob(tr("Cut the unlikely"), QStringLiteral("top_p"), 0.05, 1, 0.01, page));
    m_topP->setTexts([](double v) { return v < 1 ? QString::number(v, 'g', 3) : tr("off"); },
                     [](double v) {
                         return v < 1 ? tr("Leaves out the last %1 % of chances.").arg(qRound((1 - v) * 100))
                                      : tr("Nothing is left out.");
                     });
    line();
    auto* repetition =
        addKnob(column, &S::repetitionPenalty,
                new Knob(tr("Avoid repeating"), QStringLiteral("repetition_penalty"), 1, 1.6, 0.02, page));
    repetition->setTexts([](double v) { return QString::number(v, 'f', 2); },
                         [](double) { return tr("1.0 is off; 1.3 is strong."); });
    line();
    m_length = addKnob(column, &S::maxNewTokens,
                       new Knob(tr("Length"), QStringLiteral("max_new_tokens"), 8, longest, 8, page));
    m_length->setTexts(
        [this](double v) {
            return m_options.maxLength > 0 ? tr("%1 in all").arg(int(v)) : tr("%1 tokens").arg(int(v));
        },
        [this](double) {
            return m_options.maxLength > 0 ? tr("The tokens of your words count, too.")
                   : m_options.maxNewTokens == m_context
                       ? tr("As much as the model reads at once, your words among them.")
                       : tr("A token is a word or a part of one.");
        });
    line();
    column->addWidget(makeSeed(page));
    line();
    m_greedy = new QCheckBox(tr("Always the likeliest (greedy)"), page);
    connect(m_greedy, &QCheckBox::clicked, this, [this](bool on) {
        m_settings.own.doSample = !on;
        chosen();
    });
    column->addWidget(m_greedy);
    line();
    column->addWidget(makeMore(page));
    column->addStretch(1);
    const auto shows = [this](Knob* knob, auto option) {
        m_shows.emplace_back([this, knob, option] { knob->setValue(static_cast<double>(m_options.*option)); });
    };
    using O = GenerateOptions;
    shows(m_temperature, &O::temperature);
    shows(m_topK, &O::topK);
    shows(m_topP, &O::topP);
    shows(repetition, &O::repetitionPenalty);
    shows(m_beams, &O::numBeams);
    shows(m_minP, &O::minP);
    shows(m_typicalP, &O::typicalP);
    m_shows.emplace_back([this] {
        m_length->setValue(static_cast<double>(m_options.maxLength > 0 ? m_options.maxLength : m_options.maxNewTokens));
    });
    return page;
}

QWidget* TryKnobs::makeSource()
{
    auto* part = new QWidget(this);
    auto* column = makeColumn(part, 4);
    m_source = new Label({}, Type::Help, Ink::Text2, part);
    m_source->wrapped();
    m_unfollowed = new Label({}, Type::Help, Ink::Warning, part);
    m_unfollowed->wrapped();
    m_back = makeButton({}, Look::Link, ControlSize::Small, {}, part);
    connect(m_back, &QPushButton::clicked, this, [this] {
        m_settings.forget();
        work();
        m_stack->setFocus();
    });
    column->addWidget(m_source);
    column->addWidget(m_unfollowed);
    column->addWidget(m_back, 0, Qt::AlignLeft);
    return part;
}

QWidget* TryKnobs::makeSeed(QWidget* page)
{
    auto* part = new QWidget(page);
    auto* column = makeColumn(part, 9);
    auto* row = makeRow(nullptr, 6);
    auto* name = new Label(tr("Seed"), Type::BodyStrong, Ink::Text, part);
    m_seed = new QSpinBox(part);
    m_seed->setRange(0, 999999999);
    m_seed->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_seed->setValue(m_settings.seed);
    m_seed->setMinimumWidth(px(84));
    setSize(m_seed, ControlSize::Small);
    name->setBuddy(m_seed);
    connect(m_seed, &QSpinBox::valueChanged, this, [this](int value) {
        m_settings.seed = value;
        chosen();
    });
    m_another = makeButton(tr("New"), Look::Outlined, ControlSize::Small, {}, part);
    m_another->setToolTip(tr("Another seed: another text"));
    connect(m_another, &QPushButton::clicked, this,
            [this] { m_seed->setValue(int(QRandomGenerator::global()->bounded(100000))); });
    row->addWidget(name);
    row->addStretch(1);
    row->addWidget(m_seed);
    row->addWidget(m_another);
    column->addLayout(row);
    column->addWidget(
        (new Label(tr("Same seed and settings: same text again."), Type::Help, Ink::Text2, part))->wrapped());
    return part;
}

QWidget* TryKnobs::makeMore(QWidget* page)
{
    auto* part = new QWidget(page);
    auto* column = makeColumn(part, 9);
    m_more = new FoldHeader(tr("More"), part);
    auto* inside = new QWidget(part);
    auto* knobs = makeColumn(inside, 9);
    using S = GenerationSettings;
    m_beams = addKnob(knobs, &S::numBeams, new Knob(tr("Beams"), QStringLiteral("num_beams"), 1, 8, 1, inside));
    m_beams->setTexts([](double v) { return v > 1 ? QString::number(int(v)) : tr("off"); },
                      [](double v) {
                          return v > 1 ? tr("Weighs %1 continuations at a time and keeps the likeliest text. Takes "
                                            "longer; the best so far is shown.")
                                             .arg(int(v))
                                       : tr("Above 1: weighs several continuations at a time.");
                      });
    m_minP = addKnob(knobs, &S::minP, new Knob(tr("Cut the rare"), QStringLiteral("min_p"), 0, 0.5, 0.01, inside));
    m_minP->setTexts([](double v) { return v > 0 ? QString::number(v, 'g', 3) : tr("off"); },
                     [](double v) {
                         return v > 0 ? tr("Leaves out what has less than %1 % of the likeliest piece's chance.")
                                            .arg(QString::number(v * 100, 'g', 3))
                                      : tr("Nothing is left out.");
                     });
    m_typicalP = addKnob(knobs, &S::typicalP,
                         new Knob(tr("Expected surprise"), QStringLiteral("typical_p"), 0.05, 1, 0.01, inside));
    m_typicalP->setTexts([](double v) { return v < 1 ? QString::number(v, 'g', 3) : tr("off"); },
                         [](double) { return tr("Below 1: leaves out the too likely and the too unlikely."); });
    auto* ngrams = addKnob(knobs, &S::noRepeatNgramSize,
                           new Knob(tr("Nothing twice"), QStringLiteral("no_repeat_ngram_size"), 0, 10, 1, inside));
    ngrams->setTexts([](double v) { return v < 1 ? tr("off") : QString::number(int(v)); },
                     [](double v) {
                         return v < 1 ? tr("Above 0: no run of so many pieces twice.")
                                      : counted(int64_t(v), tr("No piece is written twice."),
                                                tr("No run of %1 pieces is written twice."));
                     });
    m_shows.emplace_back([this, ngrams] { ngrams->setValue(static_cast<double>(m_options.noRepeatNgramSize)); });
    knobs->addWidget(makeStops(inside));
    inside->hide();
    column->addWidget(m_more);
    column->addWidget(inside);
    connect(m_more, &FoldHeader::toggled, inside, &QWidget::setVisible);
    return part;
}

QWidget* TryKnobs::makeStops(QWidget* page)
{
    auto* part = new QWidget(page);
    auto* column = makeColumn(part, 4);
    auto* head = makeRow(nullptr, 6);
    auto* name = new Label(tr("Stop at"), Type::BodyStrong, Ink::Text, part);
    head->addWidget(name);
    head->addWidget(new Label(QStringLiteral("stop_strings"), Type::Help, Ink::Text2, part));
    head->addStretch(1);
    m_stops = new QPlainTextEdit(part);
    m_stops->setAccessibleName(tr("Texts to stop at, one on each line"));
    m_stops->setTabChangesFocus(true);
    m_stops->setFixedHeight(px(56));
    name->setBuddy(m_stops);
    connect(m_stops, &QPlainTextEdit::textChanged, this, &TryKnobs::takeStops);
    auto* help =
        new Label(tr("One on each line; \\n stands for a line break. It stops behind the first that it writes."),
                  Type::Help, Ink::Text2, part);
    help->wrapped();
    column->addLayout(head);
    column->addWidget(m_stops);
    column->addWidget(help);
    m_shows.emplace_back([this] {
        if (stopsOf(m_stops->toPlainText()) == m_options.stopStrings)
            return; // not while it is typed
        const QSignalBlocker quiet(m_stops);
        m_stops->setPlainText(stopLines(m_options.stopStrings));
    });
    return part;
}

void TryKnobs::takeStops()
{
    std::vector<std::string> stops = stopsOf(m_stops->toPlainText());
    if (stops.empty() && m_config.settings.stopStrings.value_or(std::vector<std::string>()).empty())
        m_settings.own.stopStrings.reset();
    else
        m_settings.own.stopStrings = std::move(stops);
    chosen();
}

QWidget* TryKnobs::makeMasked()
{
    auto* page = new QWidget(m_stack);
    auto* column = makeColumn(page, 9, {16, 4, 16, 8});
    column->addWidget(new Line(Qt::Horizontal, page));
    m_guesses = new Knob(tr("Guesses"), QStringLiteral("top_k"), 3, 10, 1, page);
    m_guesses->setTexts([](double v) { return tr("%1 words").arg(int(v)); },
                        [](double) { return tr("How many guesses are listed for each blank."); });
    m_guesses->setValue(QSettings().value(QStringLiteral("try/guesses"), 5).toInt());
    connect(m_guesses, &Knob::chosen, this,
            [](double value) { QSettings().setValue(QStringLiteral("try/guesses"), int(value)); });
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
    for (int i = 0; i < m_stack->count(); ++i) { // the one that is not shown takes no room
        const auto room = i == m_stack->currentIndex() ? QSizePolicy::Preferred : QSizePolicy::Ignored;
        m_stack->widget(i)->setSizePolicy(QSizePolicy::Preferred, room);
    }
    m_stack->updateGeometry();
}

void TryKnobs::setConfig(const GenerationConfig& config, const std::optional<Problem>& problem)
{
    m_config = config;
    m_problem = problem;
    work();
}

void TryKnobs::setContextLength(int64_t tokens)
{
    if (tokens == m_context)
        return;
    m_context = tokens;
    const bool bounds = tokens > 0 && tokens < longest;
    m_length->setHigh(bounds ? static_cast<double>(tokens) : longest,
                      bounds ? tr("The model reads no more than %1 tokens at once, your words among them: a text ends "
                                  "there.")
                                   .arg(tokens)
                             : QString());
    work();
}

void TryKnobs::chosen()
{
    m_settings.remember();
    work();
}

void TryKnobs::work()
{
    try {
        m_options = m_settings.options(m_config);
    } catch (const Error& error) { // of the model's file
        m_problem = problemOf(error);
        m_config = {};
        m_options = m_settings.options(m_config);
    }
    if (m_context > 0)
        m_options.maxNewTokens = std::min(m_options.maxNewTokens, m_context);
    for (const auto& show : m_shows)
        show();
    m_greedy->setChecked(m_options.greedy);
    for (QWidget* ofDrawing :
         {static_cast<QWidget*>(m_temperature), static_cast<QWidget*>(m_topK), static_cast<QWidget*>(m_topP),
          static_cast<QWidget*>(m_minP), static_cast<QWidget*>(m_typicalP), static_cast<QWidget*>(m_seed),
          static_cast<QWidget*>(m_another)})
        ofDrawing->setEnabled(!m_options.greedy);
    showSource();
    showMore();
}

void TryKnobs::showSource()
{
    const QString own = m_settings.ownNames().join(QStringLiteral(", "));
    const bool isModels = saysHowToWrite(m_config.settings) || m_config.settings.maxNewTokens ||
                          m_config.settings.maxLength || m_config.settings.stopStrings;
    const QString rest = isModels ? tr("as the model says (generation_config.json)") : tr("as Fettle usually has it");
    m_source->setText(own.isEmpty() ? tr("All is %1.").arg(rest) : tr("Yours: %1. All else is %2.").arg(own, rest));
    m_back->setText(isModels ? tr("Back to the model's") : tr("Back to the usual"));
    m_back->setVisible(!own.isEmpty());
    QStringList unfollowed;
    if (m_problem)
        unfollowed << tr("The model's own settings are not followed: %1 %2").arg(m_problem->message, m_problem->hint);
    for (const std::string& notice : m_config.notices)
        unfollowed << QString::fromStdString(notice);
    m_unfollowed->setText(unfollowed.join(QLatin1Char('\n')));
    m_unfollowed->setVisible(!unfollowed.isEmpty());
}

void TryKnobs::showMore()
{
    QStringList on;
    if (m_options.numBeams > 1)
        on << tr("%1 beams").arg(m_options.numBeams);
    if (m_options.minP > 0)
        on << QStringLiteral("min_p");
    if (m_options.typicalP < 1)
        on << QStringLiteral("typical_p");
    if (m_options.noRepeatNgramSize > 0)
        on << tr("nothing twice");
    if (!m_options.stopStrings.empty())
        on << tr("stop at");
    m_more->setSummary(on.isEmpty() ? tr("beams, stop at…") : on.join(QStringLiteral(", ")));
}

int TryKnobs::guesses() const
{
    return int(m_guesses->value());
}

void TryKnobs::changeEvent(QEvent* event)
{
    Card::changeEvent(event);
    if (event->type() == QEvent::StyleChange && m_stops)
        m_stops->setFixedHeight(px(56));
}

} // namespace fettle::ui
