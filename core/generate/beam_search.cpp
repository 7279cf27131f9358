// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/generate/beam_search.h"

#include "core/base/error.h"
#include "core/generate/filters.h"
#include "core/models/model.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/multinomial.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/sort.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/topk.h>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <memory>
#include <unordered_set>

namespace fettle
{

namespace
{

// Added to the score of what must not be chosen, as there: sums with it are rounded as theirs are.
constexpr float hopeless = -1e9F;
constexpr int64_t mostCandidates = int64_t{1} << 16;

struct Beam {
    std::vector<int64_t> tokens; ///< prompt and new ones
    float score = hopeless;      ///< while running the sum of the tokens' log probabilities, then that by its length
    bool isFinished = false;
};

/// A token that may follow a beam.
struct Candidate {
    size_t parent = 0;
    int64_t id = 0;
    float score = 0;
    bool ends = false;
};

/// The places of the `count` highest, best first.
std::vector<size_t> bestOf(const std::vector<float>& scores, int64_t count)
{
    const at::Tensor index = std::get<1>(at::topk(at::tensor(scores), count));
    const int64_t* places = index.const_data_ptr<int64_t>();
    return {places, places + count};
}

class BeamSearch
{
public:
    BeamSearch(LanguageModel& model, const std::vector<int64_t>& prompt, const std::vector<int64_t>& ends,
               const GenerateOptions& options, const StopsText& stop, const OnBeams& onBeams)
        : m_model(model), m_promptLength(static_cast<int64_t>(prompt.size())), m_ends(ends),
          m_endIds(ends.begin(), ends.end()), m_options(options), m_stop(stop), m_onBeams(onBeams),
          m_candidates(candidatesFor(model, std::ssize(ends), options)), m_room(roomFor(model, prompt, options)),
          m_generator(at::make_generator<at::CPUGeneratorImpl>(static_cast<uint64_t>(options.seed)))
    {
        m_running.assign(static_cast<size_t>(options.numBeams), {prompt, hopeless, false});
        m_running.front().score = 0; // the others are the same text still
        m_finished.assign(m_running.size(), {prompt, hopeless, false});
    }

    std::vector<int64_t> run()
    {
        const auto cache = m_model.newCache(m_promptLength + m_options.numBeams * std::max<int64_t>(m_room, 1));
        at::Tensor logits = m_model.step(*cache, m_running.front().tokens).view({1, -1});
        for (;;) {
            const std::vector<Candidate> candidates = bestCandidates(logits);
            if (candidates.empty())
                break; // what is whole by now is all that there will be
            ++m_written;
            finish(candidates);
            const std::vector<size_t> parents = goOn(candidates);
            if (!canImprove() || std::all_of(candidates.begin(), candidates.end(), [](auto& c) { return c.ends; }))
                break;
            if (m_onBeams && !m_onBeams(newOf(bestSoFar())))
                return newOf(bestSoFar());
            std::vector<int64_t> ids;
            for (const Beam& beam : m_running)
                ids.push_back(beam.tokens.back());
            logits = m_model.stepBeams(*cache, ids, parents);
        }
        return newOf(m_finished.front());
    }

private:
    /// How many tokens are looked at in a step: as many that beams remain where the best of each ends it.
    static int64_t candidatesFor(const LanguageModel& model, int64_t ends, const GenerateOptions& options)
    {
        const int64_t perBeam = std::min(std::max<int64_t>(2, 1 + ends), model.facts().vocabularySize);
        const int64_t candidates = perBeam * options.numBeams;
        if (candidates > mostCandidates)
            throw badInput(fmt::format("num_beams = {} with {} tokens in eos_token_id makes {} candidates for each "
                                       "token; at most {} are possible.",
                                       options.numBeams, ends, candidates, mostCandidates),
                           "Choose fewer beams, or fewer tokens that end a text.", "num_beams");
        return candidates;
    }

    std::vector<int64_t> newOf(const Beam& beam) const
    {
        return {beam.tokens.begin() + m_promptLength, beam.tokens.end()};
    }

    /// A whole text, or one that may become better than it.
    const Beam& bestSoFar() const
    {
        const Beam &whole = m_finished.front(), &running = m_running.front();
        return whole.isFinished && whole.score >= running.score / static_cast<float>(lengthFactor(m_written)) ? whole
                                                                                                              : running;
    }

    /// The best tokens to follow any beam, best first; none where filters leave no beam anything but some text is
    /// whole.
    std::vector<Candidate> bestCandidates(const at::Tensor& logits)
    {
        requireFinite(logits, m_model);
        const int64_t vocabulary = logits.size(1), beams = m_options.numBeams;
        at::Tensor scores = at::log_softmax(logits, -1).contiguous();
        for (int64_t row = 0; row < scores.size(0); ++row) {
            const std::span rowScores(scores.mutable_data_ptr<float>() + row * vocabulary,
                                      static_cast<size_t>(vocabulary));
            const Beam& beam = m_running[static_cast<size_t>(row)];
            if (RulesOut those = applyFilters(rowScores, {beam.tokens, m_promptLength, m_ends}, m_options);
                !those.empty()) {
                std::fill(rowScores.begin(), rowScores.end(), -std::numeric_limits<float>::infinity());
                m_rules = std::move(those);
            }
        }
        std::vector<float> sums;
        for (const Beam& beam : m_running)
            sums.push_back(beam.score);
        const at::Tensor all = (scores + at::tensor(sums).view({beams, 1})).view({-1}); // one row: the same for each
        if (!m_rules.empty() && std::isinf(all.max().item<float>())) {
            if (!m_finished.front().isFinished)
                throw nothingLeftError(m_rules, m_options, m_written);
            return {};
        }
        const auto [best, places] = choose(all, m_candidates);
        std::vector<Candidate> candidates;
        for (int64_t i = 0; i < best.numel(); ++i) {
            const int64_t place = places.const_data_ptr<int64_t>()[i];
            Candidate candidate{static_cast<size_t>(place / vocabulary), place % vocabulary,
                                best.const_data_ptr<float>()[i], m_written + 1 >= m_room};
            candidate.ends = candidate.ends || endsText(candidate);
            candidates.push_back(candidate);
        }
        return candidates;
    }

    std::pair<at::Tensor, at::Tensor> choose(const at::Tensor& scores, int64_t count)
    {
        if (m_options.greedy) {
            auto [best, places] = at::topk(scores, count);
            return {best.contiguous(), places.contiguous()};
        }
        const at::Tensor drawn = at::multinomial(at::softmax(scores, -1), count, false, m_generator);
        const auto [best, order] = at::sort(scores.index_select(0, drawn), -1, true);
        return {best.contiguous(), drawn.index_select(0, order).contiguous()};
    }

    bool endsText(const Candidate& candidate) const
    {
        return m_endIds.contains(candidate.id) || (m_stop && m_stop(extended(candidate)));
    }

    std::vector<int64_t> extended(const Candidate& candidate) const
    {
        std::vector<int64_t> tokens = m_running[candidate.parent].tokens;
        tokens.push_back(candidate.id);
        return tokens;
    }

    bool isFull() const
    {
        return std::all_of(m_finished.begin(), m_finished.end(), [](const Beam& beam) { return beam.isFinished; });
    }

    double lengthFactor(int64_t length) const { return std::pow(static_cast<double>(length), m_options.lengthPenalty); }

    /// Keeps the best of the texts that were whole and those that are now; only the best candidates may be among them.
    void finish(const std::vector<Candidate>& candidates)
    {
        const bool isClosed = isFull() && m_options.earlyStopping == EarlyStopping::AtOnce;
        const auto factor = static_cast<float>(lengthFactor(m_written));
        std::vector<float> scores;
        for (const Beam& beam : m_finished)
            scores.push_back(beam.score);
        for (size_t i = 0; i < candidates.size(); ++i) {
            float score = candidates[i].score / factor;
            score += isClosed ? hopeless : 0;
            score += m_mayImprove ? 0 : hopeless;
            score += candidates[i].ends && i < m_running.size() ? 0 : hopeless;
            scores.push_back(score);
        }
        std::vector<Beam> kept;
        for (const size_t place : bestOf(scores, m_options.numBeams)) {
            if (place < m_finished.size()) {
                kept.push_back(m_finished[place]);
                continue;
            }
            const size_t i = place - m_finished.size();
            kept.push_back({extended(candidates[i]), scores[place], candidates[i].ends && i < m_running.size()});
        }
        m_finished = std::move(kept);
    }

    /// The best candidates that do not end become the beams; which each goes on from.
    std::vector<size_t> goOn(const std::vector<Candidate>& candidates)
    {
        std::vector<float> scores;
        for (const Candidate& candidate : candidates)
            scores.push_back(candidate.score + (candidate.ends ? hopeless : 0));
        std::vector<Beam> next;
        std::vector<size_t> parents;
        for (const size_t i : bestOf(scores, m_options.numBeams)) {
            next.push_back({extended(candidates[i]), scores[i], false});
            parents.push_back(candidates[i].parent);
        }
        m_running = std::move(next);
        return parents;
    }

    /// Whether the best beam may yet become better than the worst whole text.
    bool canImprove()
    {
        if (isFull() && m_options.earlyStopping == EarlyStopping::AtOnce)
            return false;
        const bool untilTheEnd = m_options.earlyStopping == EarlyStopping::Never && m_options.lengthPenalty > 0;
        const float best = m_running.front().score / static_cast<float>(lengthFactor(untilTheEnd ? m_room : m_written));
        const float worst = isFull() ? std::min_element(m_finished.begin(), m_finished.end(),
                                                        [](auto& a, auto& b) { return a.score < b.score; })
                                           ->score
                                     : hopeless;
        m_mayImprove = m_mayImprove && best > worst;
        return m_mayImprove;
    }

    LanguageModel& m_model;
    int64_t m_promptLength;
    const std::vector<int64_t>& m_ends;
    std::unordered_set<int64_t> m_endIds; ///< the same, found at once
    const GenerateOptions& m_options;
    const StopsText& m_stop;
    const OnBeams& m_onBeams;
    int64_t m_candidates, m_room;
    at::Generator m_generator;
    std::vector<Beam> m_running, m_finished; ///< each numBeams, best first
    RulesOut m_rules;                        ///< what left some beam nothing
    int64_t m_written = 0;
    bool m_mayImprove = true;
};

} // namespace

std::vector<int64_t> beamSearch(LanguageModel& model, const std::vector<int64_t>& prompt,
                                const std::vector<int64_t>& ends, const GenerateOptions& options, const StopsText& stop,
                                const OnBeams& onBeams)
{
    return BeamSearch(model, prompt, ends, options, stop, onBeams).run();
}

} // namespace fettle
