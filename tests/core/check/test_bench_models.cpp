// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/check/bench.h"
#include "core/check/bench_models.h"
#include "core/models/inspect.h"

#include <gtest/gtest.h>

using namespace fettle;

TEST(BenchModels, EveryArchitectureIsAsWideAndDeepAsTheLlama)
{
    EXPECT_EQ(benchShapes().size(), architectureNames().size());
    for (const std::string& arch : benchShapes()) {
        SCOPED_TRACE(arch);
        const ShapeFolder shape(arch);
        const ModelFacts facts = describeModel("random:" + shape.path().string());
        EXPECT_EQ(facts.modelType, arch);
        if (arch != "gpt2" && arch != "bert") {
            EXPECT_EQ(facts.layers, 8);
            EXPECT_EQ(facts.hiddenSize, 512);
            EXPECT_EQ(facts.heads, 8);
            EXPECT_EQ(facts.keyValueWidth, arch == "falcon" ? 64 : 512); // Falcon's heads share one key
            EXPECT_EQ(facts.vocabularySize, 32000);
            EXPECT_GE(facts.contextLength, 2000);
            EXPECT_NEAR(static_cast<double>(facts.work.tokenWeights), 8 * 2.8e6, 8 * 0.5e6);
        }
    }
    EXPECT_THROW(ShapeFolder("t5"), Error);
}
