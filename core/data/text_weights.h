// SPDX-License-Identifier: GPL-3.0-or-later
// Texts that are read more often than others, or in part (DataConfig::trainWeights): which rows an epoch reads.
#pragma once

#include <cstdint>
#include <vector>

namespace fettle
{

class RowTable;
struct DataConfig;
struct DataPreview;
struct RecognisedFile;

/// Sets the weights of `files`, those of a table, to what data.train says of the texts that they belong to.
void setWeights(const DataConfig& data, std::vector<RecognisedFile>& files);

/// Of a file that weighs less than 1 such a part of its rows is drawn, one at the least, and the others are left out.
/// Tells that among `facts`.
void leaveUndrawnOut(const RowTable& table, DataPreview& facts, std::vector<int64_t>& rows, uint64_t seed);

/// What an epoch reads: all of `rows`, then again those of files that weigh 2 and more, and so on; of what is less than
/// a whole time a part is drawn. Tells that among `facts`.
std::vector<int64_t> rowsOfAnEpoch(const RowTable& table, DataPreview& facts, const std::vector<int64_t>& rows,
                                   uint64_t seed);

} // namespace fettle
