// SPDX-License-Identifier: GPL-3.0-or-later
// The split expression: the ranges lie among the rows.
#include "core/data/split.h"
#include "tests/fuzz/fuzz.h"

using namespace fettle;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string text(fuzz::asText(data, size));
    for (const int64_t rows : {0, 1, 7, 1'000'003})
        fuzz::takes([&] {
            for (const RowRange& range : parseSplit(text, rows))
                fuzz::require(range.begin >= 0 && range.begin <= range.end && range.end <= rows, "ranges of rows");
        });
    return 0;
}
