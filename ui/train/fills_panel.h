// SPDX-License-Identifier: GPL-3.0-or-later
// "How it fills blanks": for each blank of each sentence the likeliest four words at the cursor against step 0.
#pragma once

#include "ui/bench/run_history.h"
#include "ui/parts/card.h"

#include <vector>

class QVBoxLayout;

namespace fettle::ui
{

class GuessBars;
class Label;
class SampleSteps;

class FillsPanel : public Card
{
    Q_OBJECT

public:
    explicit FillsPanel(QWidget* parent = nullptr);
    void show(const RunHistory& history, int shown, bool follow, bool hasPrompts, const QString& maskToken);
    void clear(); ///< another run is shown from now on: nothing of the former one stays
    SampleSteps* steps() const { return m_steps; }

private:
    struct Blank {
        size_t prompt = 0, mask = 0;
        GuessBars* bars = nullptr;
    };
    void rebuild(const SampleSet& set, const QString& maskToken);
    void fill(const RunHistory& history, int shown);

    SampleSteps* m_steps;
    QWidget* m_inner;
    QVBoxLayout* m_column;
    QWidget* m_sentences = nullptr;
    std::vector<Blank> m_blanks;
    Label *m_waiting, *m_legend, *m_shown, *m_kept;
    QString m_prompts; ///< of the sentences that are built
};

} // namespace fettle::ui
