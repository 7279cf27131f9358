// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fabricated_preview.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>

namespace fettle::test
{

namespace
{
std::vector<std::string> piecesOf(const std::string& row, bool masked)
{
    std::vector<std::string> pieces;
    if (masked)
        pieces.push_back("[CLS]");
    for (size_t i = 0; i < row.size();) {
        std::string piece;
        if (row[i] == ' ') {
            piece = masked ? "" : " ";
            ++i;
        }
        const size_t start = i;
        while (i < row.size() && std::isalnum(static_cast<unsigned char>(row[i])) != 0)
            ++i;
        if (i == start && i < row.size())
            ++i;
        std::string word = row.substr(start, i - start);
        if (word.size() > 7) {
            pieces.push_back(piece + word.substr(0, 4));
            piece = masked ? "##" : "";
            word = word.substr(4);
        }
        if (!word.empty())
            pieces.push_back(piece + word);
    }
    if (masked)
        pieces.push_back("[SEP]");
    return pieces;
}

/// Ids by order of appearance.
class Vocabulary
{
public:
    int64_t idOf(const std::string& piece)
    {
        return m_ids.try_emplace(piece, 100 + static_cast<int64_t>(m_ids.size())).first->second;
    }

private:
    std::map<std::string, int64_t> m_ids;
};

void addRow(BatchPreview& preview, const std::vector<std::string>& pieces, int64_t index, bool masked,
            Vocabulary& vocabulary)
{
    PackedBatch& batch = preview.batch;
    static constexpr const char* otherWord = "lantern";
    for (size_t i = 0; i < pieces.size(); ++i) {
        const int64_t original = vocabulary.idOf(pieces[i]);
        std::string seen = pieces[i];
        int64_t target = ignoredLabel;
        if (masked) {
            const bool special = i == 0 || i + 1 == pieces.size();
            if (!special && (i + static_cast<size_t>(index)) % 7 == 3) {
                const size_t turn = (i + static_cast<size_t>(index)) / 7 % 5;
                target = original;
                seen = turn == 3 ? otherWord : turn == 4 ? seen : "[MASK]";
            }
        } else if (i + 1 < pieces.size()) {
            target = vocabulary.idOf(pieces[i + 1]);
        }
        batch.inputIds.push_back(vocabulary.idOf(seen));
        batch.originalIds.push_back(original);
        batch.positionIds.push_back(static_cast<int64_t>(i));
        batch.tokenTypeIds.push_back(0);
        batch.targets.push_back(target);
        batch.gradedTokens += target != ignoredLabel;
        preview.tokens.push_back(seen);
        preview.originalTokens.push_back(pieces[i]);
    }
    batch.rows.push_back(index);
    batch.cuSeqlens.push_back(static_cast<int32_t>(batch.inputIds.size()));
}
} // namespace

DataPreview fabricatedPreview(const RunConfig& config, const std::vector<std::string>& rows, Objective objective)
{
    const bool masked = objective == Objective::Masked;
    const auto cut = static_cast<size_t>(config.data.maxLength);
    DataPreview preview;
    std::vector<std::vector<std::string>> tokenized;
    for (size_t i = 0; i < rows.size(); ++i) {
        std::vector<std::string> pieces = piecesOf(rows[i], masked);
        const auto tokens = static_cast<int32_t>(pieces.size());
        preview.bytes += static_cast<int64_t>(rows[i].size()) + 1;
        preview.emptyRows += rows[i].empty();
        preview.tokens += tokens;
        preview.tokensPerRow.push_back(tokens);
        preview.longestRow = std::max(preview.longestRow, tokens);
        if (preview.firstRows.size() < 64)
            preview.firstRows.push_back({static_cast<int64_t>(i) + 1, rows[i], tokens});
        if (!joinsRows(config.data.blocks) && pieces.size() > cut) {
            ++preview.cutRows;
            preview.cutTokens += static_cast<int64_t>(pieces.size() - cut);
            pieces.resize(cut);
        }
        tokenized.push_back(std::move(pieces));
    }
    const auto count = static_cast<int64_t>(rows.size());
    preview.rows = count;
    preview.validationRows =
        static_cast<int64_t>(std::ceil(config.data.validationFraction * static_cast<double>(count)));
    preview.trainRows = count - preview.validationRows;
    preview.examples = joinsRows(config.data.blocks)
                           ? (preview.tokens + config.data.maxLength - 1) / config.data.maxLength
                           : preview.trainRows;
    const int64_t size = config.arguments.per_device_train_batch_size;
    preview.batchesPerEpoch = (preview.examples + size - 1) / size;
    preview.stepsPerEpoch = (preview.batchesPerEpoch + config.arguments.gradient_accumulation_steps - 1) /
                            config.arguments.gradient_accumulation_steps;
    preview.maxSteps = config.arguments.max_steps > 0
                           ? config.arguments.max_steps
                           : static_cast<int64_t>(std::ceil(config.arguments.num_train_epochs *
                                                            static_cast<double>(preview.stepsPerEpoch)));
    Vocabulary vocabulary;
    for (int64_t b = 0; b < std::min<int64_t>(8, preview.batchesPerEpoch); ++b) {
        BatchPreview batch;
        batch.batch.cuSeqlens = {0};
        for (int64_t k = 0; k < size; ++k) {
            const int64_t index = (b * size + k) * 733 % std::max<int64_t>(1, preview.trainRows);
            addRow(batch, tokenized[static_cast<size_t>(index)], index, masked, vocabulary);
        }
        preview.batches.push_back(std::move(batch));
    }
    return preview;
}

} // namespace fettle::test
