// SPDX-License-Identifier: GPL-3.0-or-later
// Signs that a run goes wrong, read from its losses alone: they jumped, they settled where a wrecked model ends, or
// nothing moves. Each is told once an episode, with a way out; the noise of small batches is no sign.
#pragma once

#include "core/events/events.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace fettle
{

struct RunSetup;

/// A sign, as a warning for people.
struct RunSign {
    NoticeCode code = NoticeCode::Other;
    std::string message;
};

class RunSigns
{
public:
    struct Facts {
        double learningRate = 0;  ///< the highest of the run
        double suitableRate = 0;  ///< a careful one for this model
        double frequencyLoss = 0; ///< of guessing by how often each token occurs: where a wrecked model ends
        double blindLoss = 0;     ///< ln(vocabulary): of guessing blindly
        bool randomWeights = false;
        int64_t warmupSteps = 0, maxSteps = 0;
    };
    explicit RunSigns(const Facts& facts) : m_facts(facts) {}

    /// After every step, in order; at most one sign.
    std::optional<RunSign> afterStep(const StepEvent& event);
    /// The losses jumped and are not back, or stand above where they began or where a wrecked model ends, even where
    /// it is too early for a sign.
    bool goesWrong() const;
    /// The check at step 0 tells where the run began more surely than its first batch.
    void begunWith(double checkLoss) { m_start = checkLoss; }

private:
    void takeInto(double loss);
    std::optional<RunSign> jumped(int64_t step);
    std::optional<RunSign> settledTooHigh(int64_t step);
    std::optional<RunSign> nothingMoves(const StepEvent& event);
    bool knowsNoContext(double loss) const; ///< at a rate at which it should
    std::string withLowerRate(const std::string& sentence) const;

    Facts m_facts;
    std::optional<double> m_start; ///< loss before any correction
    std::deque<double> m_recent;   ///< the last losses
    double m_startNoise = 0;       ///< of the first step's loss
    double m_noise = 0;            ///< of one step's loss: what its few tokens and its spread until now explain
    // Of the losses before the last few, so that a jump does not hide itself.
    double m_level = 0, m_weight = 0, m_spread = 0, m_spreadWeight = 0;
    std::optional<double> m_lowest;      ///< of the level
    std::optional<double> m_meanAtFirst; ///< of the first steps after the warm-up
    int64_t m_stepsTaken = 0, m_stillSteps = 0;
    bool m_hasJumped = false, m_hasSettled = false, m_hasStoodStill = false;
};

/// Of a run that is set up; looks through its text once.
RunSigns::Facts signFacts(const RunSetup& setup);

} // namespace fettle
