// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/check/bench_rows.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/data/dataset.h"
#include "core/data/sources.h"
#include "core/tensors/safetensors.h"
#include "core/tokenizers/tokenizer.h"

#include <ATen/core/Tensor.h>
#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <optional>
#include <random>
#include <tuple>

namespace fettle
{

namespace
{

std::vector<int64_t> lengthsOfMask(const std::filesystem::path& file)
{
    const SafetensorsFile tensors(file);
    if (!tensors.contains("attention_mask"))
        throw badInput(fmt::format("{} holds no attention_mask.", file.string()), "", "padding_from");
    const at::Tensor mask = tensors.tensor("attention_mask");
    if (mask.dim() != 2)
        throw badInput(fmt::format("{}: attention_mask must be [rows, length].", file.string()), "", "padding_from");
    const at::Tensor sums = mask.to(at::kLong).sum(1).contiguous();
    const auto* data = sums.const_data_ptr<int64_t>();
    return {data, data + sums.numel()};
}

/// The lines as numbers, if all of them are.
std::optional<std::vector<int64_t>> lengthsAsNumbers(const RowTable& table)
{
    std::vector<int64_t> lengths;
    for (int64_t row = 0; row < table.size(); ++row) {
        const std::string line = trim(table.text(row, false));
        if (line.empty())
            continue;
        const auto number = parseInteger(line);
        if (!number || *number < 0)
            return std::nullopt;
        lengths.push_back(*number);
    }
    return lengths;
}

int64_t countWords(std::string_view text)
{
    int64_t words = 0;
    bool inside = false;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\t';
        words += !space && !inside;
        inside = !space;
    }
    return words;
}

} // namespace

std::vector<int64_t> rowLengths(const std::filesystem::path& file, int64_t longest, const Tokenizer* tokenizer)
{
    std::vector<int64_t> lengths;
    if (file.extension() == ".safetensors") {
        lengths = lengthsOfMask(file);
    } else {
        const RowTable table = readRows({file}, "");
        if (table.tokenized()) {
            for (int64_t row = 0; row < table.size(); ++row)
                lengths.push_back(table.tokens().offsets[static_cast<size_t>(row) + 1] -
                                  table.tokens().offsets[static_cast<size_t>(row)]);
        } else if (auto numbers = lengthsAsNumbers(table)) {
            lengths = std::move(*numbers);
        } else {
            for (int64_t row = 0; row < table.size(); ++row) {
                const std::string_view text = table.text(row, false);
                lengths.push_back(tokenizer ? static_cast<int64_t>(tokenizer->encodeIds(text, true).size())
                                            : countWords(text));
            }
        }
    }
    std::erase(lengths, 0);
    for (int64_t& length : lengths)
        length = std::min(length, longest);
    if (lengths.empty())
        throw badInput(fmt::format("{} holds no row with anything in it.", file.string()), "", "padding_from");
    return lengths;
}

std::vector<std::vector<int64_t>> longestExamples(const Dataset& dataset, int64_t count)
{
    using Work = std::tuple<int64_t, int64_t, int64_t>; // tokens, their squares in each piece, the example
    std::vector<Work> works;
    const auto piecesOf = [&](int64_t index) {
        const Example example = dataset.get(index);
        std::vector<int64_t> pieces;
        for (size_t place = 0; place < example.ids.size(); ++place)
            if (place == 0 || example.startsRow(place))
                pieces.push_back(1);
            else
                ++pieces.back();
        return pieces;
    };
    for (int64_t i = 0; i < dataset.size(); ++i) {
        int64_t tokens = 0, squares = 0;
        for (const int64_t length : piecesOf(i)) {
            tokens += length;
            squares += length * length;
        }
        if (tokens > 0)
            works.emplace_back(tokens, squares, i);
    }
    const size_t most = std::min(works.size(), static_cast<size_t>(count));
    std::partial_sort(works.begin(), works.begin() + static_cast<ptrdiff_t>(most), works.end(), std::greater<>());
    std::vector<std::vector<int64_t>> longest;
    for (size_t i = 0; i < most; ++i)
        longest.push_back(piecesOf(std::get<2>(works[i])));
    return longest;
}

PackedBatch randomBatch(const std::vector<int64_t>& lengths, int64_t vocabulary, bool masked, uint64_t seed)
{
    std::mt19937_64 random(seed);
    const auto draw = [&] { return static_cast<int64_t>(random() % static_cast<uint64_t>(vocabulary)); };
    PackedBatch batch;
    batch.cuSeqlens.push_back(0);
    for (size_t row = 0; row < lengths.size(); ++row) {
        for (int64_t i = 0; i < lengths[row]; ++i) {
            const bool hidden = masked && random() % 100 < 15;
            const int64_t original = draw();
            batch.originalIds.push_back(original);
            batch.inputIds.push_back(hidden ? 0 : original);
            batch.positionIds.push_back(i);
            batch.targets.push_back(hidden ? original : ignoredLabel);
        }
        if (!masked)
            for (int64_t i = 0; i + 1 < lengths[row]; ++i)
                batch.targets[batch.targets.size() - static_cast<size_t>(lengths[row] - i)] =
                    batch.inputIds[batch.inputIds.size() - static_cast<size_t>(lengths[row] - i) + 1];
        batch.cuSeqlens.push_back(static_cast<int32_t>(batch.inputIds.size()));
        batch.maxSeqlen = std::max(batch.maxSeqlen, static_cast<int32_t>(lengths[row]));
        batch.rows.push_back(static_cast<int64_t>(row));
    }
    batch.tokenTypeIds.assign(batch.inputIds.size(), 0);
    for (const int64_t target : batch.targets)
        batch.gradedTokens += target != ignoredLabel;
    return batch;
}

} // namespace fettle
