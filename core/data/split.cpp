// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/split.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/data/sampler.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <string_view>

namespace fettle
{

namespace
{

Error splitError(const std::string& split, const std::string& why)
{
    return badInput(fmt::format("The split \"{}\" is not understood: {}.", shown(split, 60), why),
                    "Write it like train[:1000], train[10%:20%] or train[-500:].", "split");
}

constexpr size_t longestSplit = 4096; ///< characters

/// A number of rows, or of hundredths of them.
struct Boundary {
    std::optional<int64_t> value;
    bool percent = false;
};

/// Reads one part of a split, "train[10%:20%](closest)", from left to right.
class PartReader
{
public:
    PartReader(const std::string& split, std::string_view part) : m_split(split), m_part(part) {}

    std::string_view name()
    {
        return takeWhile([](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; });
    }
    bool take(char c)
    {
        if (m_at >= m_part.size() || m_part[m_at] != c)
            return false;
        ++m_at;
        return true;
    }
    Boundary boundary()
    {
        const std::string_view written =
            takeWhile([](char c) { return (c >= '0' && c <= '9') || c == '_' || c == '-'; });
        Boundary boundary;
        if (written.empty())
            return boundary;
        std::string digits(written);
        std::erase(digits, '_');
        boundary.value = parseInteger(digits);
        if (!boundary.value)
            throw splitError(m_split, fmt::format("{} is not a number", shown(written, 60)));
        boundary.percent = take('%');
        return boundary;
    }
    std::string_view until(char end)
    {
        return takeWhile([end](char c) { return c != end; });
    }
    void require(bool holds) const
    {
        if (!holds)
            throw splitError(m_split, fmt::format("\"{}\" has not the right form", shown(m_part, 60)));
    }
    bool atEnd() const { return m_at == m_part.size(); }

private:
    template <typename Test>
    std::string_view takeWhile(Test&& test)
    {
        const size_t begin = m_at;
        while (m_at < m_part.size() && test(m_part[m_at]))
            ++m_at;
        return m_part.substr(begin, m_at - begin);
    }

    const std::string& m_split;
    std::string_view m_part;
    size_t m_at = 0;
};

/// Half to even, like Python's round().
int64_t roundHalfEven(double value)
{
    return static_cast<int64_t>(std::nearbyint(value));
}

RowRange oneRange(const std::string& split, const std::string& part, int64_t rows, const std::string& called)
{
    PartReader reader(split, part);
    const std::string_view name = reader.name();
    Boundary from, to;
    std::string_view rounding;
    reader.require(!name.empty());
    if (reader.take('[')) {
        from = reader.boundary();
        reader.require(reader.take(':'));
        to = reader.boundary();
        reader.require(reader.take(']'));
    }
    if (reader.take('(')) {
        rounding = reader.until(')');
        reader.require(reader.take(')'));
    }
    reader.require(reader.atEnd());
    if (name != called)
        throw splitError(split, fmt::format("there is no part called \"{}\"; what {} is called {}", shown(name, 60),
                                            called == "train" ? "a file holds" : "is read", shown(called, 60)));
    const bool percent = from.percent || to.percent;
    if (!rounding.empty() && (!percent || (rounding != "closest" && rounding != "pct1_dropremainder")))
        throw splitError(split, fmt::format("\"({})\" does not go with it", shown(rounding, 60)));
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
    const int64_t begin = absolute(from, 0);
    return {begin, std::max(begin, absolute(to, rows))}; // [20:10] holds nothing
}

} // namespace

std::vector<RowRange> parseSplit(const std::string& split, int64_t rows, const std::string& part)
{
    if (trim(split).empty())
        return {{0, rows}};
    if (split.size() > longestSplit)
        throw splitError(split, fmt::format("it is longer than {} characters", longestSplit));
    std::vector<RowRange> ranges;
    for (const std::string& each : fettle::split(split, '+'))
        ranges.push_back(oneRange(split, trim(each), rows, part));
    return ranges;
}

std::string partOfSplit(const std::string& split)
{
    const std::string written = trim(split);
    return std::string(PartReader(written, written).name());
}

std::vector<int64_t> splitRows(const std::string& split, int64_t rows, const std::string& part)
{
    std::vector<int64_t> chosen;
    for (const RowRange& range : parseSplit(split, rows, part))
        for (int64_t row = range.begin; row < range.end; ++row)
            chosen.push_back(row);
    if (chosen.empty())
        throw badInput(fmt::format("The split \"{}\" leaves no row of {}.", shown(split, 60), grouped(rows)),
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
