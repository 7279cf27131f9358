// SPDX-License-Identifier: GPL-3.0-or-later
// "What it writes": the sample at the cursor with its new words, and step 0 below it.
#pragma once

#include "core/arguments/run_config.h"
#include "ui/bench/run_history.h"
#include "ui/parts/card.h"

#include <optional>

namespace fettle::ui
{

class Label;
class PromptChips;
class SampleSteps;
class WrittenText;

class SamplesPanel : public Card
{
    Q_OBJECT

public:
    explicit SamplesPanel(QWidget* parent = nullptr);
    void show(const RunHistory& history, int shown, bool follow, const SamplesConfig& config);
    void clear(); ///< another run is shown from now on: nothing of the former one stays
    SampleSteps* steps() const { return m_steps; }

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void update();
    void copy();
    /// The text on show as it was when it was shown: histories change and go, also while this is hidden.
    struct Shown {
        std::optional<SampleSet> now, before, zero;
        bool hasPrompts = false;
    };

    PromptChips* m_chips;
    SampleSteps* m_steps;
    WrittenText *m_text, *m_zero;
    Label *m_kept, *m_newWords, *m_zeroTitle, *m_pinned, *m_foot, *m_waiting;
    QWidget* m_zeroPart;
    Shown m_shown;
    QString m_key; ///< what is on show, to change only what changed
};

/// Whose words are shown once a run has ended, where its model is of another step; else empty.
QString keptModelWords(const RunHistory& history, int64_t shownStep);
/// The sample of a prompt in a set, or null.
const SampleEvent* sampleOf(const SampleSet& set, size_t prompt);

} // namespace fettle::ui
