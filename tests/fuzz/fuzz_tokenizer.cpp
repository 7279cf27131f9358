// SPDX-License-Identifier: GPL-3.0-or-later
// A model folder's tokenizer files, several in one input; what loads must encode and decode.
#include "core/tokenizers/tokenizer.h"
#include "tests/fuzz/fuzz.h"

using namespace fettle;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const fuzz::Scratch scratch;
    static constexpr const char* names[] = {"tokenizer.json",
                                            "tokenizer_config.json",
                                            "vocab.json",
                                            "merges.txt",
                                            "vocab.txt",
                                            "config.json",
                                            "special_tokens_map.json",
                                            "added_tokens.json",
                                            "spm.model",
                                            "spiece.model",
                                            "sentencepiece.bpe.model"};
    scratch.writeAll(fuzz::asText(data, size), names);
    fuzz::takes([&] {
        const auto tokenizer = loadTokenizer(scratch.folder());
        for (const char* text : {"the cat sat, 12 <s>[MASK] caf\u00E9 \U0001F600", "", "  \n"}) {
            const std::vector<int32_t> ids = tokenizer->encodeIds(text, true);
            tokenizer->decode(ids, false);
            for (const int32_t id : ids) {
                tokenizer->idToToken(id);
                tokenizer->pieceText(id);
            }
        }
    });
    return 0;
}
