// SPDX-License-Identifier: GPL-3.0-or-later
// Every recorded text and every score of it against what transformers' generate() wrote with the same weights.
#include "core/base/json.h"
#include "core/generate/filters.h"
#include "core/generate/writing.h"
#include "core/models/model.h"
#include "core/tensors/safetensors.h"
#include "tests/support/tree.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/multinomial.h>
#include <ATen/ops/softmax.h>
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace fettle;

namespace
{

using Tokens = std::vector<int64_t>;

class RecordedGeneration : public ::testing::Test
{
protected:
    void isMetBy(const std::string& name)
    {
        m_folder = std::string(test::goldenFolder) + "/generate/" + name;
        m_model = loadModel(m_folder, {});
        m_recorded = readJson(m_folder + "/cases.json");
        Json cases = m_recorded["cases"];
        // Under left padding the repetition penalty's rule is today's: the padding was not said.
        const Json today = readJson(m_folder + "/cases_5.24.json");
        for (const auto& [key, value] : today.items())
            cases[key] = value;
        size_t count = 0;
        for (const auto& [key, value] : cases.items()) {
            SCOPED_TRACE(key);
            isMet(key, value);
            ++count;
        }
        EXPECT_EQ(count, 18u);
    }

private:
    void isMet(const std::string& name, const Json& test)
    {
        const Json& settings = test["kwargs"];
        m_options = {};
        m_options.greedy = !settings.value("do_sample", false);
        m_options.maxNewTokens = settings.value("max_new_tokens", int64_t{1});
        m_options.minNewTokens = settings.value("min_new_tokens", int64_t{0});
        m_options.temperature = settings.value("temperature", 1.0);
        m_options.topK = settings.value("top_k", int64_t{50});
        m_options.topP = settings.value("top_p", 1.0);
        m_options.typicalP = settings.value("typical_p", 1.0);
        m_options.repetitionPenalty = settings.value("repetition_penalty", 1.0);
        m_options.noRepeatNgramSize = settings.value("no_repeat_ngram_size", int64_t{0});
        if (!test["manual_seed"].is_null())
            m_options.seed = test["manual_seed"].get<int64_t>();
        m_ends = {settings.value("eos_token_id", m_recorded["eos_token_id"].get<int64_t>())};
        std::vector<Tokens> prompts, expected;
        for (size_t row = 0; row < test["sequences"].size(); ++row) {
            const auto padded = test["input_ids"][row].get<Tokens>();
            Tokens& prompt = prompts.emplace_back();
            for (size_t i = 0; i < padded.size(); ++i)
                if (test["attention_mask"][row][i].get<int>() != 0)
                    prompt.push_back(padded[i]);
            if (settings.contains("max_length"))
                m_options.maxNewTokens = settings["max_length"].get<int64_t>() - std::ssize(padded);
            Tokens& text = expected.emplace_back(test["sequences"][row].get<Tokens>());
            text.erase(text.begin(), text.begin() + std::ssize(padded));
            const auto end = std::find(text.begin(), text.end(), m_ends[0]);
            text.erase(end == text.end() ? end : end + 1, text.end()); // finished rows were filled up
        }
        at::Tensor scores;
        if (name == "greedy/left_padded_batch" || name == "greedy_repetition_penalty/left_padded_batch") {
            const SafetensorsFile file(m_folder + "/scores_" + name.substr(0, name.find('/')) + ".safetensors");
            scores = file.tensor("scores").clone();
        }
        EXPECT_EQ(writeTogether(prompts, scores), expected);
        for (size_t row = 0; row < prompts.size() && (m_options.greedy || prompts.size() == 1); ++row)
            EXPECT_EQ(writeAlone(prompts[row]), expected[row]) << row;
    }

    Tokens writeAlone(const Tokens& prompt)
    {
        Tokens written;
        writeTokens(*m_model, prompt, m_ends, m_options, [&](int32_t id, const auto&) {
            written.push_back(id);
            return true;
        });
        return written;
    }

    /// Texts written in step, whose tokens are drawn at once from one generator; `expected` [step, row, V] are the
    /// filtered scores, where they were recorded.
    std::vector<Tokens> writeTogether(const std::vector<Tokens>& prompts, const at::Tensor& expected)
    {
        at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(static_cast<uint64_t>(m_options.seed));
        std::vector<std::unique_ptr<KvCache>> caches;
        for (size_t row = 0; row < prompts.size(); ++row)
            caches.push_back(m_model->newCache(64));
        std::vector<Tokens> seen = prompts, next = prompts, written(prompts.size());
        for (int64_t step = 0; step < m_options.maxNewTokens; ++step) {
            at::Tensor scores = at::empty({std::ssize(prompts), m_model->facts().vocabularySize});
            scores.zero_();
            for (size_t row = 0; row < prompts.size(); ++row) {
                if (isOver(written[row]))
                    continue;
                const at::Tensor mine = scores[static_cast<int64_t>(row)];
                mine.copy_(m_model->step(*caches[row], next[row]));
                EXPECT_TRUE(applyFilters({mine.mutable_data_ptr<float>(), static_cast<size_t>(mine.numel())},
                                         {seen[row], std::ssize(prompts[row]), m_ends}, m_options)
                                .empty());
                if (expected.defined())
                    areEqual(mine, expected[step][static_cast<int64_t>(row)], step);
            }
            const at::Tensor ids = m_options.greedy
                                       ? scores.argmax(-1)
                                       : at::multinomial(at::softmax(scores, -1), 1, false, generator).view({-1});
            for (size_t row = 0; row < prompts.size(); ++row)
                if (!isOver(written[row])) {
                    next[row] = {ids[static_cast<int64_t>(row)].item<int64_t>()};
                    seen[row].push_back(next[row][0]);
                    written[row].push_back(next[row][0]);
                }
        }
        return written;
    }

    bool isOver(const Tokens& written) const { return !written.empty() && written.back() == m_ends[0]; }

    static void areEqual(const at::Tensor& mine, const at::Tensor& theirs, int64_t step)
    {
        const double size = theirs.abs().max().item<double>();
        EXPECT_LT(mine.sub(theirs).abs().max().item<double>(), 2e-5 * size) << "step " << step;
    }

    std::string m_folder;
    std::unique_ptr<LanguageModel> m_model;
    Json m_recorded;
    GenerateOptions m_options;
    Tokens m_ends;
};

} // namespace

TEST_F(RecordedGeneration, gpt2)
{
    isMetBy("gpt2");
}

TEST_F(RecordedGeneration, gpt_neox)
{
    isMetBy("gpt_neox");
}

TEST_F(RecordedGeneration, llama_gqa)
{
    isMetBy("llama_gqa");
}

TEST_F(RecordedGeneration, opt)
{
    isMetBy("opt");
}

TEST_F(RecordedGeneration, logits_filters)
{
    using Scores = std::span<float>;
    using Seen = std::span<const int64_t>;
    const SafetensorsFile file(std::string(test::goldenFolder) + "/generate/logits_filters/filters.safetensors");
    size_t count = 0;
    const auto expect = [&](const char* name, const std::function<void(Scores, Seen)>& filter,
                            const char* input = "logits") {
        SCOPED_TRACE(name);
        ++count;
        at::Tensor all = file.tensor(input).clone();
        const at::Tensor expected = file.tensor(name), ids = file.tensor("input_ids");
        for (int64_t row = 0; row < all.size(0); ++row) {
            const Scores scores(all[row].mutable_data_ptr<float>(), static_cast<size_t>(all.size(1)));
            filter(scores, {ids[row].const_data_ptr<int64_t>(), static_cast<size_t>(ids.size(1))});
            for (size_t i = 0; i < scores.size(); ++i) {
                const auto theirs = expected[row][static_cast<int64_t>(i)].item<float>();
                if (std::isinf(theirs))
                    EXPECT_EQ(scores[i], theirs) << row << ' ' << i;
                else
                    EXPECT_NEAR(scores[i], theirs, 1e-6 * std::abs(theirs)) << row << ' ' << i;
            }
        }
        return all;
    };
    expect("repetition_penalty_1.3", [](Scores scores, Seen seen) { penalizeRepetition(scores, seen, 1.3); });
    expect("repetition_penalty_0.8", [](Scores scores, Seen seen) { penalizeRepetition(scores, seen, 0.8); });
    expect("no_repeat_ngram_2", [](Scores scores, Seen seen) { banRepeatedNgrams(scores, seen, 2); });
    expect("no_repeat_ngram_3", [](Scores scores, Seen seen) { banRepeatedNgrams(scores, seen, 3); });
    expect("min_length_20_eos3", [](Scores scores, Seen seen) {
        GenerateOptions options;
        options.minLength = 20;
        options.greedy = true;
        const Tokens ends{3};
        EXPECT_TRUE(applyFilters(scores, {seen, std::ssize(seen), ends}, options).empty());
    });
    expect("temperature_0.7", [](Scores scores, Seen) { applyTemperature(scores, 0.7); });
    expect("temperature_1.5", [](Scores scores, Seen) { applyTemperature(scores, 1.5); });
    expect("top_k_1", [](Scores scores, Seen) { keepTopK(scores, 1); });
    expect("top_k_5", [](Scores scores, Seen) { keepTopK(scores, 5); });
    expect("top_k_200", [](Scores scores, Seen) { keepTopK(scores, 200); });
    expect("top_p_0.8", [](Scores scores, Seen) { keepTopP(scores, 0.8); });
    expect("top_p_0.05", [](Scores scores, Seen) { keepTopP(scores, 0.05); });
    expect("top_p_0.5_keep3", [](Scores scores, Seen) { keepTopP(scores, 0.5, 3); });
    expect("typical_p_0.7", [](Scores scores, Seen) { keepTypical(scores, 0.7); });
    expect("typical_p_0.2_keep2", [](Scores scores, Seen) { keepTypical(scores, 0.2, 2); });
    expect("epsilon_0.01", [](Scores scores, Seen) { keepEpsilon(scores, 0.01); });
    expect("eta_0.02", [](Scores scores, Seen) { keepEta(scores, 0.02); });
    expect(
        "tie_top_k_2", [](Scores scores, Seen) { keepTopK(scores, 2); }, "tie_logits");
    expect(
        "tie_top_p_0.5", [](Scores scores, Seen) { keepTopP(scores, 0.5); }, "tie_logits");
    const at::Tensor filtered = expect("combo_rep1.2_temp0.9_topk30_topp0.85_typ0.9", [](Scores scores, Seen seen) {
        GenerateOptions options;
        options.repetitionPenalty = 1.2;
        options.temperature = 0.9;
        options.topK = 30;
        options.topP = 0.85;
        options.typicalP = 0.9;
        EXPECT_TRUE(applyFilters(scores, {seen, std::ssize(seen), {}}, options).empty());
    });
    at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(2001);
    const at::Tensor probabilities = at::softmax(filtered, -1), draws = file.tensor("multinomial_after_combo");
    for (int64_t i = 0; i < draws.size(0); ++i)
        EXPECT_TRUE(at::equal(at::multinomial(probabilities, 1, false, generator).view({-1}), draws[i])) << i;
    // Beside the filters' own: logits, ids, draws, scores with ties.
    EXPECT_EQ(count + 4, file.tensors().size());
}
