// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON reader: what it takes reads back as the same; what it refuses has a place and printable words.
#include "core/base/json.h"
#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"

#include <nlohmann/json.hpp>

using namespace fettle;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view text = fuzz::asText(data, size);
    JsonComplaint complaint;
    const std::optional<Json> value = tryParseJson(text, &complaint);
    if (!value) {
        fuzz::require(complaint.byte <= size, "the place lies in the text");
        fuzz::require(!complaint.words.empty() && shown(complaint.words, 1000) == complaint.words, "printable words");
        fuzz::require(!fuzz::takes([&] { parseJson(text, "fuzz"); }), "both readers agree");
        return 0;
    }
    const std::string written = jsonText(*value);
    fuzz::require(tryParseJson(written) == value, "what is written reads back as the same");
    fuzz::require(countCodePoints(shown(*value, 20)) <= 20, "shown is short");
    tryParseJson(text, nullptr, EqualKeys::Refused);
    return 0;
}
