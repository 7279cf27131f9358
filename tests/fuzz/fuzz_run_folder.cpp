// SPDX-License-Identifier: GPL-3.0-or-later
// A run folder, several files in one input: it is summarised whatever it holds, and whole journal lines read back.
#include "core/runs/journal.h"
#include "core/runs/run_summary.h"
#include "tests/fuzz/fuzz.h"

using namespace fettle;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const fuzz::Scratch scratch;
    static constexpr const char* names[] = {"run.json", "journal.jsonl", "passport.json"};
    const std::string_view input = fuzz::asText(data, size);
    if (input.substr(0, 3) == "===") {
        scratch.writeAll(input, names);
        summarizeRun(scratch.folder());
        fuzz::takes([&] { readRun(scratch.folder()); });
        return 0;
    }
    if (const auto event = parseJournalLine(input)) {
        const std::string line = journalLine(*event);
        const auto again = parseJournalLine(line);
        fuzz::require(again && journalLine(*again) == line, "a journal line reads back as the same");
    }
    return 0;
}
