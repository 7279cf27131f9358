// SPDX-License-Identifier: GPL-3.0-or-later
// The header of a safetensors file; the first line is the number of bytes that follow it.
#include "core/base/text.h"
#include "core/tensors/safetensors_header.h"
#include "tests/fuzz/fuzz.h"

using namespace fettle;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view text = fuzz::asText(data, size);
    const size_t lineEnd = text.find('\n');
    if (lineEnd == std::string_view::npos)
        return 0;
    const auto dataBytes = static_cast<uint64_t>(parseInteger(text.substr(0, lineEnd)).value_or(0));
    fuzz::takes([&] {
        const SafetensorsHeader header =
            parseSafetensorsHeader(text.substr(lineEnd + 1), dataBytes, "fuzz.safetensors");
        for (const auto& [name, info] : header.tensors)
            fuzz::require(info.begin <= info.end && info.end <= dataBytes, "every tensor lies in the file");
    });
    return 0;
}
