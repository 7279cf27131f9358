// SPDX-License-Identifier: GPL-3.0-or-later
// The tokens of a training batch as chips: what each counts for, how it reads, where it stands.
#pragma once

#include "core/base/model_facts.h"
#include "core/data/preview.h"

#include <QRectF>
#include <QString>
#include <functional>
#include <vector>

namespace fettle::ui
{

enum class ChipKind {
    Graded,    ///< causal: must be guessed from what stands before it
    First,     ///< causal: nothing stands before it
    NotGraded, ///< only read
    Hidden,    ///< masked: a blank in its place
    Replaced,  ///< masked: another word in its place
    Kept,      ///< masked: left as it is, still graded
};

struct TokenChip {
    QString text;     ///< what the model sees, made visible: no leading space, ↵ for a line end
    QString original; ///< Hidden, Replaced: what stood there
    ChipKind kind = ChipKind::NotGraded;
    int64_t id = 0;         ///< what the model sees
    int64_t wantedId = -1;  ///< what it must say, -1 where not graded
    int position = 0;       ///< in its row, from 0
    int part = 0;           ///< of the pieces that share a character, from 0
    int parts = 1;          ///< so many pieces share it: all have its text, which is drawn once over them
    bool beginsWord = true; ///< a gap stands before it
    bool endsLine = false;  ///< what follows starts a new line
};
struct ChipRow {
    int64_t row = 0; ///< from 1, among the rows to learn from
    std::vector<TokenChip> chips;
};
struct ChipBatch {
    std::vector<ChipRow> rows;
    int64_t tokens = 0, graded = 0, hidden = 0, replaced = 0, kept = 0;
    int64_t ignored() const { return tokens - graded; }
};

/// The very batch of the preview: graded is what `targets` says, nothing is worked out a second time. `maskToken` as
/// the model reads; empty: the piece that most hidden words were exchanged for.
ChipBatch chipsOf(const BatchPreview& preview, Objective objective, const QString& maskToken = {});
/// Whether a piece (as text) begins a word. `spaced`: words are told by a space before them; else by the want of ##.
bool beginsWord(const std::string& piece, bool spaced);
/// True where words are told by a space before them, as byte-level BPE and SentencePiece do; WordPiece marks the pieces
/// inside a word with ## instead.
bool spacesBeginWords(const std::vector<std::string>& pieces);
/// A single piece for people: "…ol" of "##ol", without the space before a word.
QString pieceInWords(const std::string& piece);

/// What a chosen token counts for: "Graded: to be guessed from the 7 pieces before it."
QString explainChip(const TokenChip& chip, Objective objective);
/// "The whole batch: 16 rows, 993 tokens, 977 graded, 16 ignored."
QString explainBatch(const ChipBatch& batch, Objective objective);

struct ChipMetrics {
    qreal width = 0;       ///< of the lines
    qreal lineHeight = 27; ///< `above` included
    qreal above = 0;       ///< room over a chip for the word that was hidden
    qreal chipHeight = 21;
    qreal padding = 5;  ///< left and right of the text
    qreal wordGap = 7;  ///< before a chip that begins a word
    qreal pieceGap = 1; ///< inside a word
    std::function<qreal(const TokenChip&)> textWidth;
};
/// A rectangle for each chip of a row, lines broken between words (inside a word only where one fills a whole line).
/// Returns the height of all lines.
qreal layOutChips(const std::vector<TokenChip>& chips, const ChipMetrics& metrics, std::vector<QRectF>& rectangles);

} // namespace fettle::ui
