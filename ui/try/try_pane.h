// SPDX-License-Identifier: GPL-3.0-or-later
// One side of the page Try: what one model writes (or how it fills blanks), and what else it might have written.
#pragma once

#include "core/events/events.h"
#include "core/generate/options.h"
#include "ui/bench/page_id.h"
#include "ui/parts/card.h"

#include <vector>

class QPushButton;
class QStackedWidget;

namespace fettle::ui
{

class ElidedLabel;
class Label;
class NextPieces;
class StateBadge;
class TryFills;
struct Rival;
class WrittenText;

class TryPane : public Card
{
    Q_OBJECT

public:
    enum class Side { Before, After };

    TryPane(Side side, QWidget* parent = nullptr);

    /// Who would write now: "nano-gpt, as it came"; empty: there is none yet. A text that stands keeps its writer's
    /// name. `state` tells a model's states apart, whatever it is called by now.
    void setModel(const QString& caption, const QString& state);
    void setAdapter(bool isAdapter);       ///< what was trained of the model after: an adapter to it, or itself
    void setRival(const Rival* run);       ///< before: the run whose model stands in its place; null: none does
    void setMissing(const QString& words); ///< why there is none
    void clear();                          ///< nothing is written yet
    void setMasked(bool masked);
    /// A new text begins, of at most `maxTokens` (0: it is not known beforehand); `waiting` in words where another one
    /// comes first.
    void begin(const QString& prompt, int maxTokens, const QString& waiting);
    /// Beam search: the best text so far stands there until the pieces come.
    void showBeams(const BeamProgress& progress);
    void addPiece(const GeneratedPiece& piece);
    void end(const Generation& generation);
    void fill(const std::vector<std::vector<FillCandidate>>& fills);
    void fail(const QString& message, const QString& hint);
    void stopped(); ///< by the user, before it came to its turn

    bool isBusy() const { return m_busy; }
    bool isDone() const { return m_done; }
    QString text() const; ///< prompt and what was written

Q_SIGNALS:
    void pageWanted(fettle::ui::PageId page); ///< a button of the empty state

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* makeWriting();
    QWidget* makeMissing();
    void showWritten(bool any); ///< what is of use only once something is written
    void choose(int piece);
    void setStatus(const QString& words);
    void showCaption();
    void flush(); ///< shows what reduced motion held back
    QString countOf(qsizetype tokens) const;
    void copy();
    void save();

    Side m_side;
    bool m_masked = false, m_busy = false, m_done = false;
    StateBadge* m_badge;
    ElidedLabel* m_caption;
    QStackedWidget* m_stack;
    WrittenText* m_text;
    Label *m_status, *m_problem, *m_newer, *m_missing;
    NextPieces* m_next;
    QPushButton *m_copy, *m_save;
    QWidget* m_nextLine;
    TryFills* m_fills;
    QString m_model, m_writer; ///< captions: who would write now, who wrote what stands there (empty: nothing does)
    QString m_state, m_writerState;
    QString m_prompt, m_held;
    bool m_isDraft = false; ///< what stands there, or is held back, is the best of the beams so far
    int m_maxTokens = 0, m_chosen = -1;
    std::vector<GeneratedPiece> m_pieces;
    std::vector<int> m_starts; ///< offset of each piece in the written text
};

} // namespace fettle::ui
