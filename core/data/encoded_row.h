// SPDX-License-Identifier: GPL-3.0-or-later
// A row as token ids, with what is known of them besides.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fettle
{

struct TokenSpan {
    size_t begin = 0, end = 0;
};

struct EncodedRow {
    std::vector<int32_t> ids;
    std::vector<TokenSpan> answers;  ///< in order, none empty; a row of plain text has none
    bool promptDiffers = false;      ///< the question's last tokens are others where the answer follows
    std::vector<uint8_t> wordStarts; ///< empty unless asked for
};

} // namespace fettle
