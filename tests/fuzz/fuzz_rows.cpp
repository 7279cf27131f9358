// SPDX-License-Identifier: GPL-3.0-or-later
// Texts and tables under every ending; the first byte chooses it.
#include "core/base/text.h"
#include "core/data/sources.h"
#include "tests/fuzz/fuzz.h"

using namespace fettle;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const fuzz::Scratch scratch;
    static constexpr const char* names[] = {"a.txt", "a.csv", "a.tsv", "a.jsonl", "a.json"};
    if (size == 0)
        return 0;
    const auto file = scratch.write(names[data[0] % std::size(names)], fuzz::asText(data + 1, size - 1));
    for (const char* column : {"", "text"})
        fuzz::takes([&] {
            const RowTable table = readRows({file}, column);
            if (table.tokenized())
                return;
            for (int64_t row = 0; row < table.size(); ++row)
                fuzz::require(!firstInvalidUtf8(table.text(row, true)), "rows are UTF-8");
        });
    return 0;
}
