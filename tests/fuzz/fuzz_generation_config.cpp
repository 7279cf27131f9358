// SPDX-License-Identifier: GPL-3.0-or-later
// What a model's folder says of how it writes: taken, or refused with a message.
#include "core/generate/generation_config.h"
#include "tests/fuzz/fuzz.h"

using namespace fettle;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const fuzz::Scratch scratch;
    scratch.write("generation_config.json", fuzz::asText(data, size));
    fuzz::takes([&] {
        const GenerationConfig config = readGenerationConfig(scratch.folder());
        const GenerateOptions options = optionsFrom({}, config);
        fuzz::require(!config.settings.topK || options.topK == *config.settings.topK,
                      "the file's settings are the options");
    });
    return 0;
}
