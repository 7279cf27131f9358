// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/split.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/data/sampler.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <regex>

namespace fettle
{

namespace
{

Error splitError(const std::string& split, const std::string& why)
{
    return badInput(fmt::format("The split \"{}\" is not understood: {}.", split, why),
                    "Write it like train[:1000], train[10%:20%] or train[-500:].", "split");
}

struct Boundary {
    std::optional<int64_t> value;
    bool percent = false;
};

Boundary boundaryOf(const std::string& split, const std::string& digits, bool percent)
{
    Boundary boundary;
    boundary.percent = percent;
    if (digits.empty())
        return boundary;
    std::string plain = digits;
    std::erase(plain, '_');
    boundary.value = parseInteger(plain);
    if (!boundary.value)
        throw splitError(split, fmt::format("{} is not a number", digits));
    return boundary;
}

/// Half to even, like Python's round().
int64_t roundHalfEven(double value)
{
    return static_cast<int64_t>(std::nearbyint(value));
}

RowRange oneRange(const std::string& split, const std::string& part, int64_t rows)
{
    static const std::regex form(R"((\w+)(?:\[(?:(-?[0-9_]+)(%?))?:(?:(-?[0-9_]+)(%?))?\])?(?:\(([^)]*)\))?)");
    std::smatch match;
    if (!std::regex_match(part, match, form))
        throw splitError(split, fmt::format("\"{}\" has not the right form", part));
    if (match[1].str() != "train")
        throw splitError(
            split, fmt::format("there is no part called \"{}\"; what a file holds is called train", match[1].str()));
    const Boundary from = boundaryOf(split, match[2].str(), match[3].length() > 0);
    const Boundary to = boundaryOf(split, match[4].str(), match[5].length() > 0);
    const bool percent = from.percent || to.percent;
    const std::string rounding = match[6].str();
    if (!rounding.empty() && (!percent || (rounding != "closest" && rounding != "pct1_dropremainder")))
        throw splitError(split, fmt::format("\"({})\" does not go with it", rounding));
    if (rounding == "pct1_dropremainder" && rows < 100)
        throw splitError(split, "pct1_dropremainder needs at least 100 rows");

    const auto absolute = [&](const Boundary& boundary, int64_t otherwise) {
        if (!boundary.value)
            return otherwise;
        int64_t row = *boundary.value;
        if (percent) {
            if (row < -100 || row > 100)
                throw splitError(split, fmt::format("{}% is more than all", row));
            row = rounding == "pct1_dropremainder"
                      ? row * (rows / 100)
                      : roundHalfEven(static_cast<double>(row) * static_cast<double>(rows) / 100.0);
        }
        if (row < 0)
            row = std::max<int64_t>(rows + row, 0);
        return std::min(row, rows);
    };
    return {absolute(from, 0), absolute(to, rows)};
}

} // namespace

std::vector<RowRange> parseSplit(const std::string& split, int64_t rows)
{
    if (trim(split).empty())
        return {{0, rows}};
    std::vector<RowRange> ranges;
    for (const std::string& part : fettle::split(split, '+'))
        ranges.push_back(oneRange(split, trim(part), rows));
    return ranges;
}

std::vector<int64_t> splitRows(const std::string& split, int64_t rows)
{
    std::vector<int64_t> chosen;
    for (const RowRange& range : parseSplit(split, rows))
        for (int64_t row = range.begin; row < range.end; ++row)
            chosen.push_back(row);
    if (chosen.empty())
        throw badInput(fmt::format("The split \"{}\" leaves no row of {}.", split, grouped(rows)),
                       "Choose a part that holds rows.", "split");
    return chosen;
}

std::pair<std::vector<int64_t>, std::vector<int64_t>> keepAside(int64_t rows, double fraction, uint64_t seed)
{
    if (!(fraction >= 0 && fraction < 1))
        throw badInput(fmt::format("validation = {}: a share of the rows lies between 0 and 1.", shortest(fraction)),
                       "0.05 keeps five of a hundred rows aside.", "validation");
    const auto aside = static_cast<int64_t>(std::ceil(fraction * static_cast<double>(rows)));
    if (aside > 0 && aside >= rows)
        throw badInput(fmt::format("With {} of {} rows kept aside nothing is left to learn from.", aside, rows),
                       "Give more text or a smaller share.", "validation");
    std::vector<int64_t> order = randomPermutation(rows, seed);
    std::vector<int64_t> validation(order.end() - aside, order.end());
    order.resize(static_cast<size_t>(rows - aside));
    std::sort(order.begin(), order.end());
    std::sort(validation.begin(), validation.end());
    return {std::move(order), std::move(validation)};
}

} // namespace fettle
