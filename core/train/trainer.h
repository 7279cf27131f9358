// SPDX-License-Identifier: GPL-3.0-or-later
// The training loop, and nothing but the loop: what stands beside it (checks, samples, checkpoints, stop rules) is an
// object of its own.
#pragma once

#include "core/events/events.h"
#include "core/train/machine_load.h"
#include "core/train/rate_meter.h"
#include "core/train/rates.h"
#include "core/train/stopwatch.h"
#include "core/train/training_progress.h"

#include <memory>
#include <optional>
#include <vector>

namespace fettle
{

class CheckJudge;
class CheckpointKeeper;
class Evaluator;
class Optimizer;
class Reporter;
class RunControl;
class RunSigns;
class SamplesWriter;
class TensorBoardFile;
class TrainBatches;
struct PackedBatch;
struct RunSetup;

class Trainer
{
public:
    /// Restores a checkpoint where the setup names one; sends StartedEvent or ResumedEvent. All references must outlive
    /// it.
    Trainer(RunSetup& setup, Reporter& reporter, RunControl& control);
    ~Trainer();

    /// Blocks until the run ends; the finished model is in place then unless the reason is Stopped. Throws
    /// OutOfResources (disk full, memory) and Failed (a loss that is not a number); the last checkpoint is whole.
    FinishReason run();

    const TrainingProgress& progress() const { return m_progress; }
    MeasuredRates rates() const; ///< of its steps, checks, samples and saves so far
    bool goesWrong() const;      ///< its losses say so
    /// The finished model that run() put in place, and its loss on the rows kept aside where a check measured it.
    struct Published {
        int64_t step = 0;
        std::optional<double> loss;
    };
    const std::optional<Published>& published() const { return m_published; }

private:
    void begin();
    /// Takes over what transformers' Trainer left, and keeps it at once as a checkpoint of this run.
    void restoreForeign();
    /// False where the run is to end now.
    bool obeyRequests();
    void pauseUntilContinued();
    StepEvent trainStep();
    std::vector<PackedBatch> nextWindow(); ///< the batches of one step
    /// Forward and backward of a step's batches: its loss, none where nothing is graded.
    std::optional<double> learnWindow(const std::vector<PackedBatch>& window, int64_t graded);
    void requireFinite(const StepEvent& event, bool lossIsFinite);
    void afterStep(const StepEvent& event);
    void tellRates();
    void report(const Json& entry); ///< of the log history
    void evaluate();
    void writeSamples();
    void saveCheckpoint();
    FinishReason finish(FinishReason reason);
    void publish(bool wantsBest);

    bool isEpochEnd() const;
    double epoch() const;

    RunSetup& m_setup;
    Reporter& m_reporter;
    RunControl& m_control;
    std::unique_ptr<TrainBatches> m_batches;
    std::unique_ptr<Optimizer> m_optimizer;
    std::unique_ptr<Evaluator> m_evaluator; ///< null where nothing is kept aside
    std::unique_ptr<SamplesWriter> m_samples;
    std::unique_ptr<CheckJudge> m_judge;
    std::unique_ptr<CheckpointKeeper> m_keeper;
    std::unique_ptr<RunSigns> m_signs;
    std::unique_ptr<TensorBoardFile> m_tensorBoard; ///< null where it is not reported to
    TrainingProgress m_progress;
    RateMeter m_meter;
    const LoadWatch m_load;
    RunningRates m_running; ///< for forecasts beside it
    Stopwatch m_sinceTold;
    double m_elapsedBefore = 0; ///< of the run's earlier parts
    int64_t m_startStep = 0;    ///< of this part of the run
    int64_t m_emptySteps = 0;
    std::optional<double> m_checkLoss; ///< of the current step
    bool m_newBest = false;            ///< at the current step
    std::optional<Published> m_published;
    bool m_stopEarly = false;
};

} // namespace fettle
