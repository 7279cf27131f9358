// SPDX-License-Identifier: GPL-3.0-or-later
// Which rows are read and which are kept aside.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fettle
{

/// A half-open range of rows.
struct RowRange {
    int64_t begin = 0, end = 0;
};

/// What a split means for `rows` rows, as Hugging Face's datasets reads it: "train", "train[:1000]", "train[-10%:]",
/// "train[10%:20%]", "train[:10]+train[90:]"; percents round to the nearest row (half to even), or with
/// "(pct1_dropremainder)" count whole hundredths. Empty: all rows. `part`: what the rows are called. Throws BadInput
/// (subject "split").
std::vector<RowRange> parseSplit(const std::string& split, int64_t rows, const std::string& part = "train");
/// The rows themselves, in order.
std::vector<int64_t> splitRows(const std::string& split, int64_t rows, const std::string& part = "train");
/// The part that a split begins with: "test" of "test[:100]"; empty for an empty one.
std::string partOfSplit(const std::string& split);

/// Training and validation rows (positions in 0..rows-1), both in file order: validation has the last
/// ceil(fraction * rows) of randperm(rows, Generator(seed)). Throws BadInput (subject "validation") where nothing is
/// left to learn from.
std::pair<std::vector<int64_t>, std::vector<int64_t>> keepAside(int64_t rows, double fraction, uint64_t seed);

} // namespace fettle
