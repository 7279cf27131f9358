// SPDX-License-Identifier: GPL-3.0-or-later
// Rotary positions by every rule, against what transformers computes.
#include "core/base/json.h"
#include "core/models/config_reader.h"
#include "core/models/rotary.h"
#include "tests/support/tree.h"

#include <ATen/core/Tensor.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace fettle;

TEST(Rotary, ScalesAsTransformersDoes)
{
    const Json recorded = readJson(std::string(fettle::test::goldenFolder) + "/models/rotary.json");
    const auto headDim = recorded["head_dim"].get<int64_t>(),
               context = recorded["max_position_embeddings"].get<int64_t>();
    for (const Json& each : recorded["cases"]) {
        Json older; // the same in the older spelling
        older["rope_theta"] = each["rope_parameters"]["rope_theta"];
        older["rope_scaling"] = each["rope_parameters"];
        older["rope_scaling"].erase("rope_theta");
        for (const Json& config : {each, older}) {
            SCOPED_TRACE(config.dump());
            ModelFacts facts;
            const RotarySettings settings = RotarySettings::read(ConfigReader(config, facts), {}, headDim, context);
            EXPECT_NEAR(settings.attentionFactor, each["attention_factor"].get<double>(), 1e-12);
            const at::Tensor ours = settings.frequencies(each["length"].get<int64_t>());
            ASSERT_EQ(ours.numel(), static_cast<int64_t>(each["frequencies"].size()));
            for (int64_t i = 0; i < ours.numel(); ++i) {
                const double theirs = each["frequencies"][static_cast<size_t>(i)].get<double>();
                EXPECT_NEAR(ours.const_data_ptr<float>()[i] / theirs, 1, 3e-7) << i;
            }
        }
    }
}
