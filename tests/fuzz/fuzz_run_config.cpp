// SPDX-License-Identifier: GPL-3.0-or-later
// Run files, and settings of the command line: what is taken is written as a file that is taken as the same.
#include "core/arguments/run_config.h"
#include "core/base/json.h"
#include "tests/fuzz/fuzz.h"

#include <nlohmann/json.hpp>

using namespace fettle;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string text(fuzz::asText(data, size));
    const auto same = [](const RunConfig& config) {
        const std::string written = jsonText(toJson(config));
        fuzz::require(jsonText(toJson(parseRunConfig(parseJson(written, "fuzz"), "/folder"))) == written,
                      "a run file reads back as the same");
    };
    if (text.starts_with('{'))
        fuzz::takes([&] {
            const RunConfig config = parseRunConfig(parseJson(text, "fuzz"), "/folder");
            same(config);
            validateRunConfig(config);
        });
    else
        fuzz::takes([&] {
            RunConfig config;
            config.model = "bundled:nano-gpt";
            applySetting(config, text);
            same(config);
        });
    return 0;
}
