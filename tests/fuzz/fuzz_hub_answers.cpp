// SPDX-License-Identifier: GPL-3.0-or-later
// What a server answers, a card and an index of weights: read or refused, and no path leads out of a folder.
#include "core/hub/answers.h"
#include "core/hub/needed_files.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>

using namespace fettle;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string text(fuzz::asText(data, size));
    fuzz::takes([&] { fuzz::require(readHubFacts(text, "fuzz").commit.size() == 40, "a commit"); });
    fuzz::takes([&] { readHubSearch(text, "fuzz"); });
    fuzz::takes([&] {
        for (const HubFile& file : readHubTree(text, "fuzz"))
            fuzz::require(file.etag.size() == 40 || file.etag.size() == 64, "a checksum");
    });
    fuzz::takes([&] {
        for (const std::string& shard : shardsOf(text, "fuzz"))
            requirePathInside(shard);
    });
    fuzz::takes([&] { HubName::parse(HubName::parse(text).text()); });
    const std::vector<std::string> paths{"README.md", "data/train-00000-of-00001.parquet", "data/test.csv",
                                         "en/a.jsonl"};
    for (const char* name : {"datasets/org/name", "datasets/org/name:en"})
        fuzz::takes([&] {
            for (const DatasetFile& file : datasetFiles(paths, HubName::parse(name), text))
                fuzz::require(std::find(paths.begin(), paths.end(), file.path) != paths.end(), "a file that is there");
        });
    nextPage(text);
    return 0;
}
