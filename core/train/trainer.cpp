// SPDX-License-Identifier: GPL-3.0-or-later
// The training loop.
#include "core/train/trainer.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/data/batches.h"
#include "core/models/model.h"
#include "core/optim/adamw.h"
#include "core/optim/schedule.h"
#include "core/train/checkpoint.h"
#include "core/train/checkpoint_keeper.h"
#include "core/train/evaluator.h"
#include "core/train/passport.h"
#include "core/train/reporter.h"
#include "core/train/run_control.h"
#include "core/train/run_setup.h"
#include "core/train/samples_writer.h"
#include "core/train/stop_rules.h"
#include "core/train/stopwatch.h"
#include "core/train/trainer_state.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace fettle
{

namespace
{

/// The first steps fill caches and buffers: they say nothing about the rate.
constexpr int64_t stepsToWarmUp = 2;

AdamWOptions adamWOptions(const TrainArgs& arguments)
{
    AdamWOptions options;
    options.beta1 = arguments.adam_beta1;
    options.beta2 = arguments.adam_beta2;
    options.epsilon = arguments.adam_epsilon;
    options.weightDecay = arguments.weight_decay;
    options.maxGradNorm = arguments.max_grad_norm;
    return options;
}

} // namespace

Trainer::Trainer(RunSetup& setup, Reporter& reporter, RunControl& control)
    : m_setup(setup), m_reporter(reporter), m_control(control)
{
    LanguageModel& model = *setup.model;
    const TrainArgs& arguments = setup.config.arguments;
    m_batches = std::make_unique<TrainBatches>(setup.data.train, setup.tokenizer, setup.needs, arguments);
    m_optimizer = std::make_unique<AdamW>(model.arena(), adamWOptions(arguments));
    if (setup.data.validation.size() > 0)
        m_evaluator =
            std::make_unique<Evaluator>(model, setup.data.validation, setup.tokenizer, setup.needs, arguments);
    m_samples = std::make_unique<SamplesWriter>(model, setup.tokenizer, setup.config.samples);
    m_judge = std::make_unique<CheckJudge>(model, arguments);
    m_keeper = std::make_unique<CheckpointKeeper>(setup, reporter, *m_optimizer);
    if (setup.checkpoint) {
        readCheckpoint(*setup.checkpoint, model, *m_optimizer, m_progress);
        m_batches->restore(m_progress.cursor);
        m_keeper->restoredFrom(m_progress.step);
    }
    begin();
}

Trainer::~Trainer() = default;

void Trainer::begin()
{
    m_reporter.startClock(m_progress.elapsed);
    if (m_setup.hasStarted) {
        ResumedEvent event;
        event.fromStep = m_progress.step;
        event.maxSteps = m_setup.plan.maxSteps;
        event.runFolder = m_setup.runFolder.string();
        m_reporter.send(event, m_progress.step);
        removeNewerCheckpoints(m_setup.runFolder, m_progress.step);
        return;
    }
    StartedEvent event;
    event.argumentsHash = argumentsHash(m_setup.config.arguments);
    event.rows = m_setup.data.train.size();
    event.validationRows = m_setup.data.validation.size();
    event.tokens = m_setup.data.train.tokens();
    event.stepsPerEpoch = m_setup.plan.stepsPerEpoch;
    event.maxSteps = m_setup.plan.maxSteps;
    event.runFolder = m_setup.runFolder.string();
    m_reporter.send(event, 0);
    const LoadReport& report = m_setup.entry.report;
    for (const std::string& notice : report.notices)
        m_reporter.notice(report.drawn.empty() ? NoticeLevel::Info : NoticeLevel::Warning, "model_files", notice, 0);
}

FinishReason Trainer::run()
{
    if (m_progress.step == 0) {
        if (m_setup.timing->evaluatesAt(0, false))
            evaluate();
        if (m_setup.timing->samplesAt(0))
            writeSamples();
    }
    while (m_progress.step < m_setup.plan.maxSteps && !m_stopEarly) {
        if (!obeyRequests()) {
            const EndMode mode = *m_control.wantedEnd();
            if (mode == EndMode::KeepBest)
                return finish(FinishReason::Done);
            if (mode == EndMode::Save)
                saveCheckpoint();
            return FinishReason::Stopped;
        }
        afterStep(trainStep());
    }
    if (m_control.wantedEnd() == EndMode::Discard) // in the last step, or in its check
        return FinishReason::Stopped;
    if (m_progress.step > 0 && m_progress.lossSteps == 0)
        throw Error(ErrorCode::Failed, fmt::format("None of {} steps had anything to learn from.", m_progress.step),
                    "Give more text, or hide more of it (mlm_probability).", "data");
    return finish(m_stopEarly ? FinishReason::EarlyStop : FinishReason::Done);
}

bool Trainer::obeyRequests()
{
    m_control.serve();
    if (m_control.takeSave())
        saveCheckpoint();
    if (!m_control.wantedEnd() && m_control.isPauseWanted())
        pauseUntilContinued();
    return !m_control.wantedEnd();
}

void Trainer::pauseUntilContinued()
{
    saveCheckpoint();
    m_reporter.stopClock();
    m_reporter.send(PausedEvent{}, m_progress.step);
    m_control.waitWhilePaused();
    m_reporter.startClock(m_reporter.elapsed());
    if (!m_control.wantedEnd())
        m_reporter.send(ContinuedEvent{}, m_progress.step);
}

StepEvent Trainer::trainStep()
{
    const Stopwatch watch;
    const TrainArgs& arguments = m_setup.config.arguments;
    std::vector<PackedBatch> window;
    StepEvent event;
    do { // an epoch's last window may be short
        window.push_back(m_batches->next());
        ++m_progress.microBatches;
        event.tokens += window.back().tokens();
        event.gradedTokens += window.back().gradedTokens;
    } while (static_cast<int64_t>(window.size()) < arguments.gradient_accumulation_steps && !isEpochEnd());

    event.epoch = epoch();
    event.learningRate = learningRateAt(arguments, m_setup.plan.maxSteps, m_progress.step);
    event.loss = learnWindow(window, event.gradedTokens);
    ++m_progress.step;
    const bool lossIsFinite = !event.loss || std::isfinite(*event.loss);
    // With a loss that is not a number the weights are left as they are.
    event.gradNorm = lossIsFinite ? m_optimizer->step(event.learningRate) : std::numeric_limits<double>::quiet_NaN();
    if (!lossIsFinite)
        event.loss.reset();
    event.seconds = watch.seconds();
    m_progress.tokens += event.tokens;
    m_reporter.send(event, m_progress.step);
    event.step = m_progress.step;
    requireFinite(event, lossIsFinite);
    if (m_progress.step > stepsToWarmUp) {
        m_secondsPerToken.push_back(event.seconds / static_cast<double>(std::max<int64_t>(1, event.tokens)));
        m_rates.learnTokens += event.tokens;
    }
    return event;
}

std::optional<double> Trainer::learnWindow(const std::vector<PackedBatch>& window, int64_t graded)
{
    if (graded == 0)
        return std::nullopt;
    const TrainArgs& arguments = m_setup.config.arguments;
    const bool byTokens = arguments.loss_reduction == "tokens";
    const auto windowSize = static_cast<double>(window.size());
    DropoutKey dropout;
    dropout.seed = static_cast<uint64_t>(arguments.seed);
    dropout.step = static_cast<uint64_t>(m_progress.microBatches) - window.size();
    double loss = 0;
    for (const PackedBatch& batch : window) {
        if (batch.gradedTokens > 0) {
            const double scale = byTokens ? 1.0 / static_cast<double>(graded)
                                          : 1.0 / (static_cast<double>(batch.gradedTokens) * windowSize);
            loss += m_setup.model->trainBatch(batch, scale, dropout).sum * scale;
        }
        ++dropout.step;
    }
    return loss;
}

void Trainer::requireFinite(const StepEvent& event, bool lossIsFinite)
{
    if (lossIsFinite && std::isfinite(event.gradNorm))
        return;
    const std::string safe = m_keeper->savedStep() ? fmt::format("the state of step {} is safe", *m_keeper->savedStep())
                                                   : std::string("no state was saved before");
    const std::string what =
        lossIsFinite ? "The gradient is no longer a number" : "The loss is no longer a number (NaN)";
    const std::string message = fmt::format("{} at step {}. Stopped; {}.", what, m_progress.step, safe);
    m_reporter.notice(NoticeLevel::Error, lossIsFinite ? "nan_gradient" : "nan_loss", message, m_progress.step);
    throw Error(
        ErrorCode::Failed, message,
        fmt::format("Go on with a smaller learning rate than {}.", shortest(m_setup.config.arguments.learning_rate)),
        "learning_rate");
}

void Trainer::afterStep(const StepEvent& event)
{
    m_progress.lastLoss = event.loss;
    if (event.loss) {
        m_progress.lossSum += *event.loss;
        ++m_progress.lossSteps;
        m_progress.loggedLossSum += *event.loss;
        ++m_progress.loggedSteps;
    } else {
        m_reporter.notice(NoticeLevel::Warning, "nothing_graded",
                          fmt::format("Step {} had nothing to learn from: none of its tokens is graded.", event.step),
                          event.step);
    }
    const StepTiming& timing = *m_setup.timing;
    const bool epochEnd = isEpochEnd();
    m_checkLoss.reset();
    m_newBest = false;
    if (timing.logsAt(event.step))
        appendLogEntry(m_progress, event);
    if (timing.evaluatesAt(event.step, epochEnd))
        evaluate();
    if (timing.samplesAt(event.step))
        writeSamples();
    // Last of all, so that a checkpoint knows what else happened at its step.
    if (timing.savesAt(event.step, epochEnd) || (m_newBest && m_judge->keepsBest()))
        saveCheckpoint();
}

void Trainer::evaluate()
{
    m_reporter.activity(Activity::Checking, -1, m_progress.step);
    const auto goOn = [&] { return m_control.wantedEnd() != EndMode::Discard; };
    std::optional<EvalEvent> event = m_evaluator->evaluate(goOn);
    if (!event)
        return;
    event->epoch = epoch();
    event->step = m_progress.step;
    m_rates.checkSeconds += event->seconds;
    m_rates.checkTokens += m_setup.data.validation.tokens();
    const CheckJudge::Verdict verdict = m_judge->judge(*event, m_progress);
    m_newBest = verdict.newBest;
    m_stopEarly = verdict.stop && m_progress.step < m_setup.plan.maxSteps;
    if (!std::isnan(event->loss))
        m_checkLoss = event->loss;
    appendEvalEntry(m_progress, *event, m_evaluator->rows(), m_evaluator->batches());
    m_reporter.send(*event, m_progress.step);
    if (std::isnan(event->loss))
        m_reporter.notice(NoticeLevel::Warning, "nan_check", "The check on the text kept aside gave no number.",
                          m_progress.step);
}

void Trainer::writeSamples()
{
    m_reporter.activity(Activity::WritingSamples, -1, m_progress.step);
    const int64_t step = m_progress.step;
    const auto goOn = [&] { return m_control.wantedEnd() != EndMode::Discard; };
    try {
        m_samples->write([&](const SampleEvent& event) { m_reporter.send(event, step); }, goOn);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::OutOfResources)
            throw;
        m_reporter.notice(NoticeLevel::Warning, "sample_failed", error.message(), step);
    }
}

void Trainer::saveCheckpoint()
{
    m_progress.cursor = m_batches->cursor();
    m_progress.elapsed = m_reporter.elapsed();
    m_keeper->save(m_progress, epoch(), m_checkLoss);
}

FinishReason Trainer::finish(FinishReason reason)
{
    saveCheckpoint();
    m_reporter.activity(Activity::Saving, -1, m_progress.step);
    publish(m_judge->keepsBest() || m_control.wantedEnd() == EndMode::KeepBest);
    return reason;
}

void Trainer::publish(bool wantsBest)
{
    if (wantsBest && m_progress.best && m_progress.best->step != m_progress.step &&
        !m_judge->restoreBest(m_progress, m_setup.runFolder))
        m_reporter.notice(NoticeLevel::Warning, "best_lost",
                          fmt::format("The state of the best check (step {}) was not saved; the finished model is that "
                                      "of step {}.",
                                      m_progress.best->step, m_progress.step),
                          m_progress.step);
    m_setup.files->publish(*m_setup.model, m_setup.runFolder);
}

MeasuredRates Trainer::rates() const
{
    MeasuredRates rates = m_rates;
    if (!m_secondsPerToken.empty()) { // the median: a busy moment of the machine says nothing about the model
        std::vector<double> sorted = m_secondsPerToken;
        const auto middle = sorted.begin() + static_cast<ptrdiff_t>(sorted.size() / 2);
        std::nth_element(sorted.begin(), middle, sorted.end());
        rates.learnSeconds = *middle * static_cast<double>(rates.learnTokens);
    }
    rates.writeSeconds = m_keeper->seconds();
    rates.writtenBytes = m_keeper->bytes();
    return rates;
}

bool Trainer::isEpochEnd() const
{
    return m_progress.microBatches % m_setup.plan.batchesPerEpoch == 0;
}

double Trainer::epoch() const
{
    const int64_t whole = m_progress.microBatches / m_setup.plan.batchesPerEpoch;
    const int64_t rest = m_progress.microBatches % m_setup.plan.batchesPerEpoch;
    return static_cast<double>(whole) + static_cast<double>(rest) / static_cast<double>(m_setup.plan.batchesPerEpoch);
}

} // namespace fettle
