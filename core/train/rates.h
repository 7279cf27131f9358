// SPDX-License-Identifier: GPL-3.0-or-later
// How fast runs went on this machine, remembered for the forecast.
#pragma once

#include "core/arguments/run_config.h"
#include "core/base/model_facts.h"

#include <optional>
#include <string>

namespace fettle
{

struct MeasuredRates;

/// Seconds per unit of work on a quiet machine; 0: not known.
struct KnownRates {
    double learnSecondsPerToken = 0;
    double checkSecondsPerToken = 0;
    double sampleSecondsPerToken = 0; ///< of new text
    double secondsPerCheckpoint = 0;
    double otherSeconds = 0;     ///< of a run: reading, loading, what belongs to nothing else
    bool hasSameBatches = false; ///< measured with this batch size and length too
    int runs = 0;                ///< that it rests on
    bool areDisturbed = false;   ///< others took more of the cores than those runs had: rough, and rather too slow
    /// How far those runs lie apart, as factors of the middle one: 1 where one is all there is.
    double fastest = 1, slowest = 1;
};

/// The last few runs are kept in ${XDG_STATE_HOME:-~/.local/state}/fettle/rates.json by model shape, processor,
/// threads, batch size and length. A run too short to tell is not kept; one that waited for the cores more than it had
/// them, until there is a better one. What a loss that ran away says about the speed is for the caller to hold back.
/// Never throws: a forecast is not worth a failed run.
void rememberRates(const ModelFacts& model, const RunConfig& config, int threads, const MeasuredRates& measured);
/// What the run that trains now has measured so far, for the forecasts made beside it: counts as one run more, until
/// this object is gone. Any thread may ask for forecasts meanwhile.
class RunningRates
{
public:
    RunningRates(const ModelFacts& model, const RunConfig& config, int threads);
    ~RunningRates();
    RunningRates(const RunningRates&) = delete;
    RunningRates& operator=(const RunningRates&) = delete;

    void tell(const MeasuredRates& measured); ///< taken as soon as some steps are measured
    void withdraw();                          ///< says nothing any more: the run goes wrong

private:
    int m_threads;
    std::string m_model, m_batch; ///< keys of such runs
};

/// Of such runs, else of those with the same model and other batches: of each rate the median, of two the faster one
/// (what disturbs a run only slows it). `fastest` and `slowest` are quartiles, so that no single run decides.
std::optional<KnownRates> knownRates(const ModelFacts& model, const RunConfig& config, int threads);

} // namespace fettle
