// SPDX-License-Identifier: GPL-3.0-or-later
// Weight decay reaches the parameters that transformers' Trainer lets it reach.
#include "core/base/json.h"
#include "core/models/model.h"
#include "tests/support/tree.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <unistd.h>

using namespace fettle;

namespace
{

const Json& oneLayerConfigs()
{
    static const Json configs{{"gpt2",
                               {{"model_type", "gpt2"},
                                {"vocab_size", 11},
                                {"n_positions", 8},
                                {"n_embd", 8},
                                {"n_layer", 1},
                                {"n_head", 2}}},
                              {"bert",
                               {{"model_type", "bert"},
                                {"vocab_size", 11},
                                {"hidden_size", 8},
                                {"num_hidden_layers", 1},
                                {"num_attention_heads", 2},
                                {"intermediate_size", 12},
                                {"max_position_embeddings", 8},
                                {"type_vocab_size", 2}}},
                              {"llama",
                               {{"model_type", "llama"},
                                {"vocab_size", 11},
                                {"hidden_size", 8},
                                {"intermediate_size", 12},
                                {"num_hidden_layers", 1},
                                {"num_attention_heads", 2},
                                {"max_position_embeddings", 8},
                                {"tie_word_embeddings", false}}}};
    return configs;
}

} // namespace

TEST(DecayGroups, AreTransformers)
{
    const Json recorded = readJson(std::string(fettle::test::goldenFolder) + "/optim/decay_groups.json");
    const auto folder = std::filesystem::temp_directory_path() / ("fettle-decay-" + std::to_string(getpid()));
    for (const auto& [name, config] : oneLayerConfigs().items()) {
        SCOPED_TRACE(name);
        std::filesystem::create_directories(folder);
        writeJson(folder / "config.json", config);
        const auto model = loadModel("random:" + folder.string(), {});
        std::set<std::string> decayed, plain;
        for (const Arena::Entry& entry : model->arena().entries())
            (entry.traits.decays ? decayed : plain).insert(entry.name);
        EXPECT_EQ(decayed, recorded[name]["decay"].get<std::set<std::string>>());
        EXPECT_EQ(plain, recorded[name]["no_decay"].get<std::set<std::string>>());
        std::filesystem::remove_all(folder);
    }
}
