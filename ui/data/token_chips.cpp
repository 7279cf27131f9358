// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/token_chips.h"
#include "ui/look/words.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <map>

namespace fettle::ui
{

namespace
{
struct ChipText {
    Q_DECLARE_TR_FUNCTIONS(fettle::ui::TokenLoupe)
};

QString chipNumber(int64_t value)
{
    return QLocale().toString(static_cast<qlonglong>(value));
}

/// A piece as it stands on a chip. Spaces inside stay; ends, tabs and lone spaces get a mark.
QString visible(const std::string& piece, int64_t id)
{
    QString text = QString::fromStdString(piece);
    if (text.isEmpty())
        return QStringLiteral("#%1").arg(id);
    if (text.startsWith(QLatin1String("##")) && text.size() > 2)
        text.remove(0, 2);
    else if (text.startsWith(QLatin1Char(' ')) && !text.trimmed().isEmpty())
        text.remove(0, 1);
    text.replace(QLatin1String("\r\n"), QStringLiteral("↵"));
    text.replace(QLatin1Char('\n'), QStringLiteral("↵"));
    text.replace(QLatin1Char('\r'), QStringLiteral("↵"));
    text.replace(QLatin1Char('\t'), QStringLiteral("⇥"));
    if (text.trimmed().isEmpty() || text.startsWith(QLatin1Char(' ')) || text.endsWith(QLatin1Char(' ')))
        text.replace(QLatin1Char(' '), QStringLiteral("␣"));
    if (text.size() > 40)
        text = text.left(39) + QStringLiteral("…");
    return text;
}

/// The id that stands for a hidden word: the changed one that reads as the mask, else the commonest.
int64_t maskIdOf(const BatchPreview& preview, const QString& maskToken)
{
    std::map<int64_t, int> changed;
    for (size_t i = 0; i < preview.batch.inputIds.size(); ++i) {
        if (i >= preview.batch.originalIds.size() || preview.batch.inputIds[i] == preview.batch.originalIds[i])
            continue;
        const QString text =
            i < preview.tokens.size() ? QString::fromStdString(preview.tokens[i]).trimmed() : QString();
        if (!maskToken.isEmpty() && text == maskToken)
            return preview.batch.inputIds[i];
        ++changed[preview.batch.inputIds[i]];
    }
    const auto most = std::max_element(changed.begin(), changed.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == changed.end() ? -1 : most->first;
}

/// Sets `parts` where pieces share a character, from their `part`.
void countParts(std::vector<TokenChip>& chips)
{
    int parts = 1;
    for (auto chip = chips.rbegin(); chip != chips.rend(); ++chip) {
        parts = std::max(parts, chip->part + 1);
        chip->parts = parts;
        if (chip->part == 0)
            parts = 1;
    }
}
} // namespace

bool spacesBeginWords(const std::vector<std::string>& pieces)
{
    return std::any_of(pieces.begin(), pieces.end(),
                       [](const std::string& piece) { return piece.size() > 1 && piece.front() == ' '; });
}

bool beginsWord(const std::string& piece, bool spaced)
{
    if (spaced)
        return piece.empty() || piece.front() == ' ' || piece.front() == '\n';
    return piece.rfind("##", 0) != 0;
}

QString pieceInWords(const std::string& piece)
{
    const QString text = QString::fromStdString(piece);
    return text.startsWith(QLatin1String("##")) && text.size() > 2 ? QStringLiteral("…") + text.mid(2) : text.trimmed();
}

ChipBatch chipsOf(const BatchPreview& preview, Objective objective, const QString& maskToken)
{
    const PackedBatch& batch = preview.batch;
    const bool spaced = spacesBeginWords(preview.tokens);
    const int64_t mask = objective == Objective::Masked ? maskIdOf(preview, maskToken) : -1;
    const auto textAt = [](const std::vector<std::string>& texts, size_t i) {
        return i < texts.size() ? texts[i] : std::string();
    };
    ChipBatch result;
    for (int64_t s = 0; s < batch.sequences(); ++s) {
        ChipRow row;
        row.row = s < static_cast<int64_t>(batch.rows.size()) ? batch.rows[static_cast<size_t>(s)] + 1 : s + 1;
        const auto first = static_cast<size_t>(batch.cuSeqlens[static_cast<size_t>(s)]);
        const auto end =
            std::min(batch.inputIds.size(), static_cast<size_t>(batch.cuSeqlens[static_cast<size_t>(s) + 1]));
        for (size_t i = first; i < end; ++i) {
            TokenChip chip;
            const std::string piece = textAt(preview.tokens, i);
            chip.id = batch.inputIds[i];
            chip.text = visible(piece, chip.id);
            chip.position = static_cast<int>(i - first);
            chip.endsLine = piece.find('\n') != std::string::npos;
            const std::string read =
                textAt(preview.originalTokens, i).empty() ? piece : textAt(preview.originalTokens, i);
            chip.part =
                i > first && i < preview.continues.size() && preview.continues[i] ? row.chips.back().part + 1 : 0;
            chip.beginsWord = i == first || (chip.part == 0 && beginsWord(read, spaced));
            if (objective == Objective::Causal) {
                const int64_t wanted = i == first ? ignoredLabel : batch.targets[i - 1];
                if (wanted != ignoredLabel)
                    chip.wantedId = wanted;
                chip.kind = i == first               ? ChipKind::First
                            : wanted == ignoredLabel ? ChipKind::NotGraded
                                                     : ChipKind::Graded;
            } else if (batch.targets[i] != ignoredLabel) {
                chip.wantedId = batch.targets[i];
                const int64_t original = i < batch.originalIds.size() ? batch.originalIds[i] : batch.targets[i];
                chip.kind = chip.id == original ? ChipKind::Kept
                            : chip.id == mask   ? ChipKind::Hidden
                                                : ChipKind::Replaced;
                if (chip.kind == ChipKind::Hidden)
                    chip.text = ChipText::tr("blank");
                if (chip.kind != ChipKind::Kept)
                    chip.original = visible(textAt(preview.originalTokens, i), original);
            }
            ++result.tokens;
            result.graded += chip.wantedId >= 0;
            result.hidden += chip.kind == ChipKind::Hidden;
            result.replaced += chip.kind == ChipKind::Replaced;
            result.kept += chip.kind == ChipKind::Kept;
            row.chips.push_back(std::move(chip));
        }
        countParts(row.chips);
        result.rows.push_back(std::move(row));
    }
    return result;
}

static QString explainKind(const TokenChip& chip, Objective objective)
{
    switch (chip.kind) {
    case ChipKind::Graded:
        if (chip.wantedId != chip.id)
            return ChipText::tr("Graded: here the labels ask for piece %1 instead.").arg(chip.wantedId);
        return counted(chip.position, ChipText::tr("Graded: to be guessed from the one piece before it."),
                       ChipText::tr("Graded: to be guessed from the %1 pieces before it."));
    case ChipKind::First:
        return ChipText::tr("Ignored: nothing stands before it, so it cannot be guessed.");
    case ChipKind::Hidden:
        return ChipText::tr("Hidden and graded: the model sees only a blank and must guess “%1” from both sides.")
            .arg(chip.original);
    case ChipKind::Replaced:
        return ChipText::tr("Replaced and graded: another word stands here, the model must still say “%1”.")
            .arg(chip.original);
    case ChipKind::Kept:
        return ChipText::tr("Kept but graded: the word is left to be seen, and the model must say it again.");
    case ChipKind::NotGraded:
        break;
    }
    return objective == Objective::Masked
               ? ChipText::tr("Not graded: only read, so that the hidden words can be guessed.")
               : ChipText::tr("Not graded: only read, as what comes before the next pieces.");
}

QString explainChip(const TokenChip& chip, Objective objective)
{
    const QString kind = explainKind(chip, objective);
    return chip.parts == 1
               ? kind
               : kind + QLatin1Char(' ') +
                     ChipText::tr("The model has no piece of its own for “%1”: this is part %2 of %3.")
                         .arg(chip.text.trimmed(), QString::number(chip.part + 1), QString::number(chip.parts));
}

QString explainBatch(const ChipBatch& batch, Objective objective)
{
    const QString rows =
        counted(static_cast<int64_t>(batch.rows.size()), ChipText::tr("1 row"), ChipText::tr("%1 rows"));
    const QString tokens = counted(batch.tokens, ChipText::tr("1 token"), ChipText::tr("%1 tokens"));
    if (objective == Objective::Masked)
        return ChipText::tr("The whole batch: %1, %2, %3 graded: %4 hidden, %5 replaced, %6 kept.")
            .arg(rows, tokens, chipNumber(batch.graded), chipNumber(batch.hidden), chipNumber(batch.replaced),
                 chipNumber(batch.kept));
    return ChipText::tr("The whole batch: %1, %2, %3 graded, %4 ignored.")
        .arg(rows, tokens, chipNumber(batch.graded), chipNumber(batch.ignored()));
}

qreal layOutChips(const std::vector<TokenChip>& chips, const ChipMetrics& metrics, std::vector<QRectF>& rectangles)
{
    rectangles.clear();
    rectangles.reserve(chips.size());
    qreal x = 0, y = 0;
    const qreal inset = metrics.above + (metrics.lineHeight - metrics.above - metrics.chipHeight) / 2;
    // Pieces that share a character stand as one: its text goes over all of them.
    const auto widthOf = [&](const TokenChip& chip) {
        const qreal alone = metrics.textWidth(chip) + 2 * metrics.padding;
        const qreal parts = std::max(1, chip.parts);
        return std::max(alone, parts * 2 * metrics.padding + (parts - 1) * metrics.pieceGap);
    };
    for (size_t i = 0; i < chips.size();) {
        size_t end = i + 1; // one word: [i, end)
        while (end < chips.size() && !chips[end].beginsWord && !chips[end - 1].endsLine)
            ++end;
        qreal word = 0;
        for (size_t k = i; k < end; k += static_cast<size_t>(chips[k].parts))
            word += widthOf(chips[k]) + (k > i ? metrics.pieceGap : 0);
        if (x > 0)
            x += metrics.wordGap;
        if (x > 0 && x + word > metrics.width) {
            x = 0;
            y += metrics.lineHeight;
        }
        for (size_t k = i; k < end; k += static_cast<size_t>(chips[k].parts)) {
            const qreal whole = std::min(metrics.width, widthOf(chips[k]));
            if (k > i)
                x += metrics.pieceGap;
            if (x > 0 && x + whole > metrics.width) {
                x = 0;
                y += metrics.lineHeight;
            }
            const int parts = chips[k].parts;
            const qreal part = (whole - (parts - 1) * metrics.pieceGap) / parts;
            for (int p = 0; p < parts; ++p)
                rectangles.emplace_back(x + p * (part + metrics.pieceGap), y + inset, part, metrics.chipHeight);
            x += whole;
        }
        if (chips[end - 1].endsLine && end < chips.size()) {
            x = 0;
            y += metrics.lineHeight;
        }
        i = end;
    }
    return chips.empty() ? 0 : y + metrics.lineHeight;
}

} // namespace fettle::ui
