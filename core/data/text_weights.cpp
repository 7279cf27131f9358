// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/text_weights.h"

#include "core/arguments/run_config.h"
#include "core/base/text.h"
#include "core/data/preview.h"
#include "core/data/row_table.h"
#include "core/data/sampler.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace fettle
{

namespace
{

bool liesIn(const std::filesystem::path& file, const std::filesystem::path& place)
{
    return std::mismatch(place.begin(), place.end(), file.begin(), file.end()).first == place.end();
}

/// Draws `share` of `rows`, one at the least; they stay in their order.
std::vector<int64_t> drawRows(const std::vector<int64_t>& rows, double share, uint64_t seed)
{
    const auto count = static_cast<int64_t>(rows.size());
    std::vector<int64_t> drawn = randomPermutation(count, seed);
    drawn.resize(static_cast<size_t>(std::max<int64_t>(1, std::llround(share * static_cast<double>(count)))));
    std::sort(drawn.begin(), drawn.end());
    for (int64_t& row : drawn)
        row = rows[static_cast<size_t>(row)];
    return drawn;
}

/// Those of `rows` that belong to a file, for each file.
std::vector<std::vector<int64_t>> rowsOfFiles(const RowTable& table, const std::vector<int64_t>& rows, size_t files)
{
    std::vector<std::vector<int64_t>> parts(files);
    for (const int64_t row : rows)
        parts[table.fileOf(row)].push_back(row);
    return parts;
}

bool hasWeights(const std::vector<RecognisedFile>& files)
{
    return std::any_of(files.begin(), files.end(), [](const RecognisedFile& file) { return file.weight != 1; });
}

} // namespace

void setWeights(const DataConfig& data, std::vector<RecognisedFile>& files)
{
    for (const std::string& text : data.train)
        if (const auto weight = data.trainWeights.find(text); weight != data.trainWeights.end())
            for (const auto& resolved : resolveTexts({text})) {
                const auto place = (resolved / "").lexically_normal().parent_path();
                for (RecognisedFile& file : files)
                    if (liesIn(file.path.lexically_normal(), place))
                        file.weight = weight->second;
            }
}

void leaveUndrawnOut(const RowTable& table, DataPreview& facts, std::vector<int64_t>& rows, uint64_t seed)
{
    if (!hasWeights(facts.sources))
        return;
    const auto parts = rowsOfFiles(table, rows, facts.sources.size());
    std::vector<std::vector<int64_t>> drawn(parts.size());
    for (size_t file = 0; file < parts.size(); ++file) {
        const double weight = facts.sources[file].weight;
        if (weight >= 1 || parts[file].empty())
            continue;
        drawn[file] = drawRows(parts[file], weight, seed);
        std::sort(drawn[file].begin(), drawn[file].end());
        facts.notices.push_back(fmt::format("{}: {} of {} rows are drawn (weight {}).", table.fileName(file),
                                            grouped(static_cast<int64_t>(drawn[file].size())),
                                            grouped(static_cast<int64_t>(parts[file].size())), shortest(weight)));
    }
    std::erase_if(rows, [&](int64_t row) {
        const size_t file = table.fileOf(row);
        return facts.sources[file].weight < 1 && !std::binary_search(drawn[file].begin(), drawn[file].end(), row);
    });
}

std::vector<int64_t> rowsOfAnEpoch(const RowTable& table, DataPreview& facts, const std::vector<int64_t>& rows,
                                   uint64_t seed)
{
    std::vector<int64_t> all = rows;
    if (!hasWeights(facts.sources))
        return all;
    const auto parts = rowsOfFiles(table, rows, facts.sources.size());
    double left = 1;
    for (int time = 1; left > 0; ++time) {
        left = 0;
        for (size_t file = 0; file < parts.size(); ++file) {
            const double more = facts.sources[file].weight - time;
            left = std::max(left, more - 1);
            if (more <= 0 || parts[file].empty())
                continue;
            const std::vector<int64_t> again = more >= 1 ? parts[file] : drawRows(parts[file], more, seed);
            all.insert(all.end(), again.begin(), again.end());
        }
    }
    for (size_t file = 0; file < parts.size(); ++file)
        if (const double weight = facts.sources[file].weight; weight > 1)
            facts.notices.push_back(fmt::format("{}: an epoch reads each of its {} rows {} times (weight).",
                                                table.fileName(file), grouped(static_cast<int64_t>(parts[file].size())),
                                                shortest(weight)));
    return all;
}

} // namespace fettle
