// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/samples_panel.h"

#include "ui/parts/button.h"
#include "ui/parts/card_scroll.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/written_text.h"
#include "ui/train/prompt_chips.h"
#include "ui/train/sample_steps.h"
#include "ui/train/word_diff.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>

namespace fettle::ui
{

namespace
{
QString sampleText(const std::string& text)
{
    return QString::fromStdString(text);
}
} // namespace

const SampleEvent* sampleOf(const SampleSet& set, size_t prompt)
{
    return prompt < set.samples.size() ? &set.samples[prompt] : nullptr;
}

QString keptModelWords(const RunHistory& history, int64_t shownStep)
{
    const std::optional<TrainedModel> model = history.trained();
    if (!history.finished || !model || !model->finished || !model->step || *model->step == shownStep)
        return {};
    return SampleSteps::tr("This is of step %1. The model that was kept is that of step %2.")
        .arg(shownStep)
        .arg(*model->step);
}

SamplesPanel::SamplesPanel(QWidget* parent) : Card(tr("What it writes"), {}, parent)
{
    QPushButton* more =
        makeIconButton(QStringLiteral("more"), tr("More for the samples"), this, ControlSize::Small, Look::Ghost);
    connect(more, &QPushButton::clicked, this, [this, more] {
        QMenu menu(this);
        menu.addAction(tr("Copy this text"), this, &SamplesPanel::copy);
        menu.exec(more->mapToGlobal(QPoint(0, more->height())));
    });
    right()->addWidget(more);
    setBodyMargins(0, 8, 0, 0);
    body()->addWidget(new Line(Qt::Horizontal, this));
    auto* scroll = new CardScroll(this);
    auto* inner = new QWidget(scroll);
    auto* column = makeColumn(inner, 9, {16, 4, 16, 12});
    m_chips = new PromptChips(inner);
    m_steps = new SampleSteps(inner);
    m_text = new WrittenText(Type::Serif, inner);
    m_text->setAccessibleName(tr("Sample"));
    m_kept = new Label({}, Type::Help, Ink::Text2, inner);
    m_kept->wrapped();
    m_newWords = new Label({}, Type::Help, Ink::Text2, inner);
    m_newWords->setTextFormat(Qt::RichText);
    m_waiting = new Label(tr("Step 0, before any training, is written first."), Type::Body, Ink::Text2, inner);
    m_waiting->wrapped();
    m_zeroPart = new QWidget(inner);
    auto* zeroColumn = makeColumn(m_zeroPart, 9);
    zeroColumn->addWidget(new Line(Qt::Horizontal, m_zeroPart));
    auto* zeroRow = new QHBoxLayout;
    m_zeroTitle = new Label({}, Type::Body, Ink::Text2, m_zeroPart);
    m_zeroTitle->setTextFormat(Qt::RichText);
    m_zeroTitle->setText(tr("<b>Step 0</b>, before any training"));
    m_zeroTitle->wrapped();
    auto* pin = new IconLabel(QStringLiteral("pin"), Ink::Text2, 14, m_zeroPart);
    m_pinned = new Label(tr("always kept"), Type::Help, Ink::Text2, m_zeroPart);
    zeroRow->addWidget(m_zeroTitle, 1);
    zeroRow->addWidget(pin);
    zeroRow->addWidget(m_pinned);
    m_zero = new WrittenText(Type::SerifSmall, m_zeroPart);
    m_zero->setQuiet(true);
    m_zero->setAccessibleName(tr("Sample of step 0"));
    m_foot = new Label({}, Type::Help, Ink::Text2, inner);
    m_foot->wrapped();
    column->addWidget(m_chips);
    column->addWidget(m_steps);
    column->addWidget(m_kept);
    column->addWidget(m_waiting);
    column->addWidget(m_text);
    column->addWidget(m_newWords);
    zeroColumn->addLayout(zeroRow);
    zeroColumn->addWidget(m_zero);
    column->addWidget(m_zeroPart);
    column->addStretch(1);
    scroll->setContent(inner);
    body()->addWidget(scroll, 1);
    auto* footRow = new QHBoxLayout;
    footRow->setContentsMargins(16, 0, 16, 10);
    footRow->addWidget(m_foot);
    body()->addWidget(new Line(Qt::Horizontal, this));
    body()->addLayout(footRow);
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        m_key.clear();
        update();
    });
    connect(m_chips, &PromptChips::chosen, this, &SamplesPanel::update);
}

void SamplesPanel::clear()
{
    m_shown = {};
    m_key.clear();
    m_chips->setPrompts({});
    m_chips->setCurrent(0);
    m_steps->clear();
    m_foot->clear();
    m_kept->hide();
    update();
}

void SamplesPanel::show(const RunHistory& history, int shown, bool follow, const SamplesConfig& config)
{
    QStringList prompts;
    if (!history.samples.empty())
        for (const SampleEvent& sample : history.samples.front().samples)
            prompts << sampleText(sample.prompt);
    else
        for (const std::string& prompt : config.prompts)
            prompts << sampleText(prompt);
    m_chips->setPrompts(prompts);
    m_steps->show(history, shown, follow);
    m_foot->setText(config.greedy ? tr("Always the likeliest piece: only the training changes the text.")
                                  : tr("Temperature %1 and seed %2 at every step: only the training changes the text.")
                                        .arg(config.temperature)
                                        .arg(config.seed));
    const QString kept = shown < 0 ? QString() : keptModelWords(history, history.samples[size_t(shown)].step);
    m_kept->setText(kept);
    m_kept->setVisible(!kept.isEmpty());
    m_shown.hasPrompts = !prompts.isEmpty();
    const auto set = [&](int index) {
        return index >= 0 ? std::optional(history.samples[size_t(index)]) : std::nullopt;
    };
    m_shown.now = set(shown);
    m_shown.before = set(shown - 1);
    m_shown.zero = set(!history.samples.empty() && history.samples.front().step == 0 ? 0 : -1);
    update();
}

void SamplesPanel::update()
{
    const size_t prompt = size_t(std::max(0, m_chips->current()));
    const std::optional<SampleSet>& set = m_shown.now;
    const SampleEvent* sample = set ? sampleOf(*set, prompt) : nullptr;
    const QString key = QStringLiteral("%1/%2/%3/%4")
                            .arg(set ? set->step : -1)
                            .arg(prompt)
                            .arg(sample ? sampleText(sample->prompt + '\n' + sample->text) : QString())
                            .arg(m_shown.hasPrompts);
    if (key == m_key)
        return;
    m_key = key;
    m_waiting->setVisible(!sample);
    m_waiting->setText(m_shown.hasPrompts
                           ? tr("Step 0, before any training, is written first.")
                           : tr("This run was given no beginnings of a text, so it writes nothing on the way."));
    m_text->setVisible(sample);
    const SampleEvent* zero = m_shown.zero ? sampleOf(*m_shown.zero, prompt) : nullptr;
    m_zero->setWritten(zero ? sampleText(zero->prompt) : QString(), zero ? sampleText(zero->text) : QString());
    m_zeroPart->setVisible(zero && set && set->step != 0); // at step 0 it stands above
    m_newWords->setVisible(sample);
    if (!sample) {
        m_text->setWritten({}, {});
        m_newWords->clear();
        return;
    }
    const QString text = sampleText(sample->text);
    m_text->setWritten(sampleText(sample->prompt), text);
    const SampleEvent* before = m_shown.before ? sampleOf(*m_shown.before, prompt) : nullptr;
    const WordDiff diff = diffWords(before ? sampleText(before->text) : QString(), text);
    if (diff.words == 0) {
        m_text->setMarked({});
        m_newWords->setText(tr("It wrote nothing: it ended the text at once."));
        return;
    }
    if (!before) {
        m_text->setMarked({});
        m_newWords->setText(set->step == 0 ? tr("before any training") : QString());
        return;
    }
    std::vector<WrittenSpan> spans;
    for (const TextSpan& span : diff.newSpans)
        spans.push_back({span.start, span.length});
    m_text->setMarked(std::move(spans));
    m_newWords->setText(tr("<span style=\"background-color:%1; color:%2\">&nbsp;%3&nbsp;</span> are new since step %4")
                            .arg(colors().tint.name(), colors().text.name(),
                                 diff.words == 1 ? tr("%1 of 1 word").arg(diff.newWords)
                                                 : tr("%1 of %2 words").arg(diff.newWords).arg(diff.words))
                            .arg(m_shown.before->step));
}

void SamplesPanel::copy()
{
    const size_t prompt = size_t(std::max(0, m_chips->current()));
    if (const SampleEvent* sample = m_shown.now ? sampleOf(*m_shown.now, prompt) : nullptr)
        QGuiApplication::clipboard()->setText(sampleText(sample->prompt + sample->text));
}

void SamplesPanel::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    menu.addAction(tr("Copy this text"), this, &SamplesPanel::copy);
    menu.exec(event->globalPos());
}

} // namespace fettle::ui
