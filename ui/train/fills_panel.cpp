// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/fills_panel.h"

#include "ui/look/words.h"
#include "ui/parts/blanks.h"
#include "ui/parts/card_scroll.h"
#include "ui/parts/guess_bars.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/train/sample_steps.h"
#include "ui/train/samples_panel.h"

namespace fettle::ui
{

namespace
{
constexpr size_t kShownGuesses = 4;
}

FillsPanel::FillsPanel(QWidget* parent) : Card(tr("How it fills blanks"), {}, parent)
{
    setBodyMargins(0, 11, 0, 0);
    body()->addWidget(new Line(Qt::Horizontal, this));
    auto* scroll = new CardScroll(this);
    m_inner = new QWidget(scroll);
    m_column = makeColumn(m_inner, 8, {16, 4, 16, 12});
    m_steps = new SampleSteps(m_inner);
    m_column->addWidget(m_steps);
    m_kept = new Label({}, Type::Help, Ink::Text2, m_inner);
    m_kept->wrapped();
    m_kept->hide();
    m_column->addWidget(m_kept);
    auto* legend = new QHBoxLayout;
    m_legend = new Label({}, Type::Help, Ink::Text2, m_inner);
    m_legend->wrapped();
    legend->addWidget(m_legend, 1);
    m_shown = new Label({}, Type::Mono, Ink::Text, m_inner);
    legend->addWidget(m_shown);
    legend->addSpacing(10);
    legend->addWidget(new Label(tr("step 0"), Type::Mono, Ink::Text2, m_inner));
    m_column->addLayout(legend);
    m_waiting = new Label({}, Type::Body, Ink::Text2, m_inner);
    m_waiting->wrapped();
    m_column->addWidget(m_waiting);
    m_column->addStretch(1);
    scroll->setContent(m_inner);
    body()->addWidget(scroll, 1);
    body()->addWidget(new Line(Qt::Horizontal, this));
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(16, 0, 16, 10);
    auto* words = new Label(tr("The same sentences at every look."), Type::Help, Ink::Text2, this);
    words->wrapped();
    foot->addWidget(words);
    body()->addLayout(foot);
}

void FillsPanel::clear()
{
    m_steps->clear();
    m_waiting->show();
    m_kept->hide();
    m_prompts.clear();
    m_blanks.clear();
    if (m_sentences) {
        m_sentences->hide();
        m_sentences->deleteLater();
        m_sentences = nullptr;
    }
}

void FillsPanel::show(const RunHistory& history, int shown, bool follow, bool hasPrompts, const QString& maskToken)
{
    m_steps->show(history, shown, follow);
    const QString kept = shown < 0 ? QString() : keptModelWords(history, history.samples[size_t(shown)].step);
    m_kept->setText(kept);
    m_kept->setVisible(!kept.isEmpty());
    m_waiting->setVisible(shown < 0);
    m_waiting->setText(hasPrompts ? tr("The guesses of step 0, before any training, come first.")
                                  : tr("This run was given no sentences with blanks, so there is nothing to fill."));
    if (shown < 0) {
        if (m_sentences)
            m_sentences->hide();
        return;
    }
    QString prompts = maskToken;
    for (const SampleEvent& sample : history.samples[size_t(shown)].samples)
        prompts += QString::fromStdString(sample.prompt) + QLatin1Char('\n') + QString::number(sample.fills.size());
    if (prompts != m_prompts || !m_sentences) {
        m_prompts = prompts;
        rebuild(history.samples[size_t(shown)], maskToken);
    }
    m_sentences->show();
    fill(history, shown);
}

void FillsPanel::rebuild(const SampleSet& set, const QString& maskToken)
{
    if (m_sentences) {
        m_sentences->hide();
        m_sentences->deleteLater();
    }
    m_blanks.clear();
    m_sentences = new QWidget(m_inner);
    auto* column = makeColumn(m_sentences, 6);
    for (size_t prompt = 0; prompt < set.samples.size(); ++prompt) {
        const SampleEvent& sample = set.samples[prompt];
        if (prompt > 0)
            column->addWidget(new Line(Qt::Horizontal, m_sentences));
        column->addWidget(new BlankSentence(withBlanks(QString::fromStdString(sample.prompt), maskToken), m_sentences));
        for (size_t mask = 0; mask < sample.fills.size(); ++mask) {
            if (sample.fills.size() > 1)
                column->addWidget(new Label(tr("blank %1").arg(mask + 1), Type::Help, Ink::Text2, m_sentences));
            auto* bars = new GuessBars(m_sentences);
            bars->setWithBefore(true);
            bars->setRows(int(kShownGuesses));
            column->addWidget(bars);
            m_blanks.push_back({prompt, mask, bars});
        }
    }
    m_column->insertWidget(m_column->count() - 1, m_sentences);
}

void FillsPanel::fill(const RunHistory& history, int shown)
{
    const SampleSet& now = history.samples[size_t(shown)];
    const bool hasZero = history.samples.front().step == 0;
    bool unlisted = false;
    int listed = 0;
    for (const Blank& blank : m_blanks) {
        const SampleEvent* sample = sampleOf(now, blank.prompt);
        const SampleEvent* first = hasZero ? sampleOf(history.samples.front(), blank.prompt) : nullptr;
        std::vector<GuessBar> bars;
        if (sample && blank.mask < sample->fills.size())
            for (const FillCandidate& guess : sample->fills[blank.mask]) {
                if (bars.size() == kShownGuesses)
                    break;
                GuessBar bar{listedPiece(QString::fromStdString(guess.token)), guess.score, {}, 0, false};
                if (first && blank.mask < first->fills.size()) {
                    const std::vector<FillCandidate>& before = first->fills[blank.mask];
                    for (const FillCandidate& candidate : before)
                        if (candidate.id == guess.id)
                            bar.before = candidate.score;
                    bar.listedBefore = int(before.size());
                    listed = std::max(listed, bar.listedBefore);
                    unlisted |= !bar.before;
                }
                bars.push_back(std::move(bar));
            }
        blank.bars->setBars(std::move(bars));
    }
    std::vector<GuessBars*> all;
    for (const Blank& blank : m_blanks)
        all.push_back(blank.bars);
    alignBars(all);
    const QString step = tr("step %1").arg(countText(now.step));
    m_shown->setText(step);
    QString legend = tr("bar: %1 · tick: step 0, before training").arg(step);
    if (unlisted && listed > 0)
        legend += tr(" · –: not among its first %1 then").arg(listed);
    m_legend->setText(legend);
}

} // namespace fettle::ui
