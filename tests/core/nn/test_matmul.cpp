// SPDX-License-Identifier: GPL-3.0-or-later
// Products of matrices: each way against double precision, and which way is taken.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/nn/matmul/check.h"
#include "core/nn/matmul/choice.h"
#include "core/nn/matmul/matmul.h"
#include "core/nn/matmul/mkl_paths.h"
#include "core/nn/matmul/rate.h"
#include "core/nn/matmul/ways.h"
#include "core/nn/threads.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <cstdlib>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <unistd.h>

using namespace fettle;

namespace
{

at::Tensor drawn(at::IntArrayRef shape, uint64_t seed)
{
    return at::randn(shape, at::make_generator<at::CPUGeneratorImpl>(seed), at::kFloat);
}

/// FETTLE_MATMUL and XDG_CACHE_HOME as a test wants them, put back after it.
class MatmulChoice : public ::testing::Test
{
protected:
    void SetUp() override
    {
        ::setenv("XDG_CACHE_HOME", m_cache.c_str(), 1);
        ::unsetenv("FETTLE_MATMUL");
        useThreads(2);
    }
    void TearDown() override
    {
        m_cacheBefore.empty() ? ::unsetenv("XDG_CACHE_HOME") : ::setenv("XDG_CACHE_HOME", m_cacheBefore.c_str(), 1);
        m_wishBefore.empty() ? ::unsetenv("FETTLE_MATMUL") : ::setenv("FETTLE_MATMUL", m_wishBefore.c_str(), 1);
        fs::remove_all(m_cache);
        useMatmul(matmulWays().front().name);
    }
    fs::path file() const { return m_cache / "fettle" / "matmul.json"; }

    static std::string variable(const char* name)
    {
        const char* value = std::getenv(name);
        return value ? value : "";
    }
    fs::path m_cache = fs::path(::testing::TempDir()) / fmt::format("fettle-matmul-{}", ::getpid());
    std::string m_cacheBefore = variable("XDG_CACHE_HOME"), m_wishBefore = variable("FETTLE_MATMUL");
};

} // namespace

TEST(Matmul, EveryWayAgreesWithDoublePrecision)
{
    ASSERT_FALSE(matmulWays().empty());
    for (const MatmulWay& way : matmulWays())
        EXPECT_LE(largestError(way), 1) << way.name;
}

TEST(Matmul, EveryWayDoesTheProductsOfALayer)
{
    // As linear.cpp has them: q, k and v are columns of one result, weights lie either way round.
    const int64_t rows = 650, width = 512, outputs = 513;
    const at::Tensor x = drawn({rows, width}, 1), byInput = drawn({width, outputs}, 2),
                     byOutput = drawn({outputs, width}, 3);
    for (const MatmulWay& way : matmulWays()) {
        const at::Tensor all = at::full({rows, 3 * outputs}, 7.0F);
        EXPECT_LE(productError(way, x, byInput, all.narrow(1, 0, outputs), false), 1) << way.name;
        EXPECT_LE(productError(way, x, byOutput.t(), all.narrow(1, outputs, outputs), false), 1) << way.name;
        EXPECT_TRUE(at::equal(all.narrow(1, 2 * outputs, outputs), at::full({rows, outputs}, 7.0F))) << way.name;
        const at::Tensor part = all.narrow(1, outputs, outputs), dx = drawn({rows, width}, 4);
        EXPECT_LE(productError(way, part, byOutput, dx, true), 1) << way.name;
        const at::Tensor dByInput = drawn({width, outputs}, 5), dByOutput = drawn({outputs, width}, 6);
        EXPECT_LE(productError(way, x.t(), part, dByInput, true), 1) << way.name;
        EXPECT_LE(productError(way, part.t(), x, dByOutput, true), 1) << way.name;
    }
}

TEST(Matmul, WidensWhatIsStoredInTwoBytes)
{
    const int64_t columns = 8000;
    const at::Tensor x = drawn({70, 300}, 1), wide = drawn({70, columns}, 2);
    for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
        const at::Tensor stored = drawn({columns, 300}, 3).to(type), turned = stored.t().contiguous();
        for (const at::Tensor& b : {stored.t(), turned, turned.t(), stored})
            for (const bool add : {false, true}) {
                const at::Tensor a = b.size(0) == 300 ? x : wide;
                const at::Tensor ours = at::full({70, b.size(1)}, 0.5F), theirs = ours.clone();
                matmul(a, b, ours, add);
                matmul(a, b.to(at::kFloat), theirs, add);
                EXPECT_TRUE(at::equal(ours, theirs)) << type << add;
            }
    }
}

TEST(Matmul, EveryWayKeepsWhatOverwritingMeans)
{
    // What lay there before is not even multiplied by zero.
    for (const MatmulWay& way : matmulWays()) {
        const at::Tensor c = at::full({600, 600}, std::numeric_limits<float>::quiet_NaN());
        way.multiply(drawn({600, 600}, 1), drawn({600, 600}, 2), c, false);
        EXPECT_TRUE(c.isfinite().all().item<bool>()) << way.name;
        const at::Tensor nothing = drawn({5, 7}, 3), empty = at::zeros({5, 7});
        way.multiply(drawn({5, 0}, 4), drawn({0, 7}, 5), nothing, false);
        EXPECT_TRUE(at::equal(nothing, empty)) << way.name;
    }
}

TEST(Matmul, EveryWayGivesTheSameBitsAgain)
{
    const at::Tensor a = drawn({640, 700}, 1), b = drawn({700, 650}, 2), first = at::empty({640, 650});
    for (const MatmulWay& way : matmulWays()) {
        way.multiply(a, b, first, false);
        for (int i = 0; i < 5; ++i) {
            const at::Tensor again = at::empty({640, 650});
            way.multiply(a, b, again, false);
            EXPECT_TRUE(at::equal(first, again)) << way.name;
        }
    }
}

TEST(Matmul, OtherTypesAreLibTorchs)
{
    const at::Tensor a = drawn({9, 8}, 1).to(at::kDouble), b = drawn({8, 7}, 2).to(at::kDouble);
    const at::Tensor c = at::ones({9, 7}, at::kDouble);
    matmul(a, b, c, true);
    EXPECT_TRUE(at::allclose(c, at::mm(a, b) + 1));
    matmul(a, b, c);
    EXPECT_TRUE(at::equal(c, at::mm(a, b)));
    const at::Tensor batch = batchedMatmul(a.unsqueeze(0), b.unsqueeze(0));
    EXPECT_TRUE(at::allclose(batch[0], c));
}

TEST_F(MatmulChoice, ASettingGoesBeforeTheVariableAndThatBeforeMeasuring)
{
    const std::string first = matmulWays().front().name;
    for (const MatmulWay& way : matmulWays()) {
        ::setenv("FETTLE_MATMUL", way.name, 1);
        useMatmul("auto");
        EXPECT_EQ(matmulInUse(), way.name);
        useMatmul(first);
        EXPECT_EQ(matmulInUse(), first);
    }
    EXPECT_FALSE(fs::exists(file())) << "nothing was measured";
}

TEST_F(MatmulChoice, AWayThatIsNotThereIsRefusedByName)
{
    ::setenv("FETTLE_MATMUL", "abacus", 1);
    try {
        useMatmul("auto");
        FAIL() << "abacus was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::BadInput);
        EXPECT_THAT(error.what(), ::testing::HasSubstr("FETTLE_MATMUL = abacus"));
        EXPECT_THAT(error.hint(), ::testing::HasSubstr(matmulWays().front().name));
    }
}

TEST_F(MatmulChoice, WhatWasMeasuredIsTakenAgain)
{
    fs::create_directories(file().parent_path());
    for (const MatmulWay& way : matmulWays()) {
        Json kept = Json::object();
        kept[matmulMeasuredFor()] = Json{{"way", way.name}};
        writeJson(file(), kept);
        useMatmul("auto");
        EXPECT_EQ(matmulInUse(), way.name);
    }
}

TEST_F(MatmulChoice, WhatIsBrokenIsMeasuredAnew)
{
    fs::create_directories(file().parent_path());
    const Json unknown{{matmulMeasuredFor(), Json{{"way", "abacus"}}}};
    for (const std::string& text : {std::string("no JSON"), std::string("[]"), fileText(unknown)}) {
        writeFile(file(), text);
        EXPECT_NO_THROW(useMatmul("auto"));
    }
}

TEST_F(MatmulChoice, ACacheThatCannotBeWrittenIsNoFailure)
{
    writeFile(m_cache, "a file where a folder should be");
    EXPECT_NO_THROW(useMatmul("auto"));
}

TEST(Matmul, RatesNameTheWayInUse)
{
    useMatmul(matmulWays().front().name);
    const std::vector<MatmulRate> rates = matmulRates(256, 0.01);
    ASSERT_EQ(rates.size(), matmulWays().size());
    EXPECT_TRUE(rates.front().isInUse);
    double best = 0;
    for (const MatmulRate& rate : rates) {
        EXPECT_GT(rate.gflops, 0) << rate.name;
        best = std::max(best, rate.shareOfBest);
    }
    EXPECT_DOUBLE_EQ(best, 1);
    EXPECT_GT(matmulFlopsPerSecond(1), 0);
}

#ifdef __x86_64__
TEST(Matmul, MklAsksOurFunctionWhereThereIsOne)
{
    const at::Tensor c = at::empty({64, 64});
    matmulWays().front().multiply(drawn({64, 64}, 1), drawn({64, 64}, 2), c, false);
    EXPECT_EQ(hasMklAsked(), at::hasMKL() && buildOpensMkl());
}
#endif
