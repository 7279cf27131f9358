// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/roberta_folder.h"

#include "core/base/files.h"
#include "core/base/json.h"
#include "tests/support/tree.h"

#include <nlohmann/json.hpp>
#include <string>

namespace fettle::ui::testing
{

std::filesystem::path writeRoberta(const std::filesystem::path& folder)
{
    std::filesystem::create_directories(folder);
    for (const char* name : {"config.json", "model.safetensors"})
        std::filesystem::copy_file(std::filesystem::path(fettle::test::goldenFolder) / "models/roberta_mlm" / name,
                                   folder / name);
    const int64_t pieces = readJson(folder / "config.json")["vocab_size"].get<int64_t>();
    const std::string space = "Ġ"; // as byte-level tokenizers write it
    Json vocabulary = Json::object(), merges = Json::array(), special = Json::array();
    int64_t next = 0;
    const auto add = [&](const std::string& piece) { vocabulary[piece] = next++; };
    const auto addSpecial = [&](const std::string& piece, bool takesSpace) {
        special.push_back({{"id", next},
                           {"content", piece},
                           {"single_word", false},
                           {"lstrip", takesSpace},
                           {"rstrip", false},
                           {"normalized", false},
                           {"special", true}});
        add(piece);
    };
    for (const char* piece : {"<s>", "<pad>", "</s>", "<unk>"})
        addSpecial(piece, false);
    for (char c = '!'; c <= '~'; ++c)
        add(std::string(1, c));
    add(space);
    for (char c = 'a'; next < pieces - 1 && c <= 'z'; ++c) { // a word's beginning
        merges.push_back(space + ' ' + c);
        add(space + c);
    }
    for (const char vowel : {'e', 'a', 'i', 'o', 'u'})
        for (char c = 'b'; next < pieces - 1 && c <= 'z'; ++c)
            if (std::string("eaiou").find(c) == std::string::npos) {
                merges.push_back(std::string{vowel, ' ', c});
                add(std::string{vowel, c});
            }
    addSpecial("<mask>", true);
    const Json bytes = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}};
    writeJson(folder / "tokenizer.json", {{"version", "1.0"},
                                          {"truncation", nullptr},
                                          {"padding", nullptr},
                                          {"added_tokens", special},
                                          {"normalizer", nullptr},
                                          {"pre_tokenizer", bytes},
                                          {"post_processor",
                                           {{"type", "RobertaProcessing"},
                                            {"sep", Json::array({"</s>", 2})},
                                            {"cls", Json::array({"<s>", 0})},
                                            {"trim_offsets", true},
                                            {"add_prefix_space", false}}},
                                          {"decoder", bytes},
                                          {"model",
                                           {{"type", "BPE"},
                                            {"dropout", nullptr},
                                            {"unk_token", nullptr},
                                            {"continuing_subword_prefix", ""},
                                            {"end_of_word_suffix", ""},
                                            {"fuse_unk", false},
                                            {"vocab", vocabulary},
                                            {"merges", merges}}}});
    writeJson(folder / "tokenizer_config.json", {{"tokenizer_class", "RobertaTokenizer"},
                                                 {"bos_token", "<s>"},
                                                 {"cls_token", "<s>"},
                                                 {"eos_token", "</s>"},
                                                 {"sep_token", "</s>"},
                                                 {"pad_token", "<pad>"},
                                                 {"unk_token", "<unk>"},
                                                 {"mask_token", "<mask>"}});
    return folder;
}

} // namespace fettle::ui::testing
