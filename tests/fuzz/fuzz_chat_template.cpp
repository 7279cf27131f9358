// SPDX-License-Identifier: GPL-3.0-or-later
// A model's chat template: what is parsed is rendered, and ends.
#include "core/chat/chat_template.h"
#include "tests/fuzz/fuzz.h"

#include <nlohmann/json.hpp>

using namespace fettle;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    fuzz::takes([&] {
        const Json variables = {{"bos_token", "<s>"}, {"eos_token", "</s>"}};
        ChatTemplate(fuzz::asText(data, size), "template", variables)
            .render(std::vector<ChatMessage>{
                {"system", "Be brief."}, {"user", " caf\u00E9 \U0001F600\n"}, {"assistant", ""}, {"user", "<s>"}});
    });
    return 0;
}
