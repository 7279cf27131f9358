// SPDX-License-Identifier: GPL-3.0-or-later
// The training loop.
#include "core/train/trainer.h"

#include "core/base/error.h"
#include "core/base/failure.h"
#include "core/base/text.h"
#include "core/data/batches.h"
#include "core/models/model.h"
#include "core/optim/optimizer.h"
#include "core/optim/schedule.h"
#include "core/runs/foreign_checkpoints.h"
#include "core/train/checkpoint.h"
#include "core/train/checkpoint_keeper.h"
#include "core/train/evaluator.h"
#include "core/train/foreign_checkpoint.h"
#include "core/train/reporter.h"
#include "core/train/run_control.h"
#include "core/train/run_setup.h"
#include "core/train/run_signs.h"
#include "core/train/samples_writer.h"
#include "core/train/setting_warnings.h"
#include "core/train/stop_rules.h"
#include "core/train/tensorboard.h"
#include "core/train/trainer_state.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

std::string asSentence(const std::string& text)
{
    return text.empty() || text.back() == '.' ? text : text + ".";
}

} // namespace

Trainer::Trainer(RunSetup& setup, Reporter& reporter, RunControl& control)
    : m_setup(setup), m_reporter(reporter), m_control(control), m_running(setup.facts, setup.config, setup.threads)
{
    LanguageModel& model = *setup.model;
    const TrainArgs& arguments = setup.config.arguments;
    model.setGradientCheckpointing(arguments.gradient_checkpointing);
    model.setLabelSmoothing(arguments.label_smoothing_factor);
    model.setNoise(arguments.neftune_noise_alpha);
    m_batches = std::make_unique<TrainBatches>(setup.data.train, setup.tokenizer, setup.facts, arguments);
    m_optimizer = makeOptimizer(model.arena(), arguments);
    if (setup.data.validation.size() > 0)
        m_evaluator =
            std::make_unique<Evaluator>(model, setup.data.validation, setup.tokenizer, setup.facts, arguments);
    m_samples = std::make_unique<SamplesWriter>(model, setup.tokenizer, setup.config.samples);
    m_judge = std::make_unique<CheckJudge>(model, arguments);
    m_keeper = std::make_unique<CheckpointKeeper>(setup, reporter, *m_optimizer);
    if (followsChecks(arguments))
        m_progress.plateau = plateauAtStart(arguments);
    const bool isForeign = setup.checkpoint && isForeignCheckpoint(*setup.checkpoint);
    if (isForeign)
        restoreForeign();
    else if (setup.checkpoint) {
        readCheckpoint(*setup.checkpoint, *m_optimizer, m_progress);
        m_batches->restore(m_progress.cursor);
        m_judge->restoredFrom(m_progress, setup.runFolder);
        m_checkLoss = m_progress.logHistory.checkLossAt(m_progress.step);
    }
    m_elapsedBefore = m_progress.elapsed;
    m_signs = std::make_unique<RunSigns>(signFacts(setup));
    begin();
    if (isForeign)
        saveCheckpoint(); // from here on the run needs nothing of the Trainer's folder
}

Trainer::~Trainer() = default;

void Trainer::restoreForeign()
{
    ForeignState state = readForeignState(*m_setup.checkpoint, m_setup.config, m_setup.plan, m_progress.logHistory);
    const auto more = readForeignMoments(*m_setup.checkpoint, *m_setup.model, m_setup.config, state.step, *m_optimizer);
    state.notices.insert(state.notices.end(), more.begin(), more.end());
    if (m_progress.plateau) {
        const auto plateau = readForeignPlateau(*m_setup.checkpoint, *m_progress.plateau);
        state.notices.insert(state.notices.end(), plateau.begin(), plateau.end());
    }
    for (const std::string& text : state.notices) {
        NoticeEvent notice;
        notice.level = NoticeLevel::Warning;
        notice.code = NoticeCode::ForeignCheckpoint;
        notice.message = text;
        m_setup.notices.push_back(std::move(notice));
    }
    // The order of the data and the masks are drawn as up to there.
    for (; m_progress.step < state.step; ++m_progress.step)
        nextWindow();
}

std::vector<PackedBatch> Trainer::nextWindow()
{
    std::vector<PackedBatch> window;
    do { // an epoch's last window may be short
        window.push_back(m_batches->next());
        m_progress.tokens += window.back().tokens();
        m_progress.paddedTokens += window.back().paddedTokens;
        ++m_progress.microBatches;
    } while (static_cast<int64_t>(window.size()) < m_setup.config.arguments.gradient_accumulation_steps &&
             !isEpochEnd());
    return window;
}

void Trainer::begin()
{
    m_startStep = m_progress.step;
    m_reporter.startClock(m_progress.elapsed);
    if (m_setup.isResume)
        m_keeper->goOnFrom(m_progress.step);
    if (!m_setup.hasStarted) {
        StartedEvent event;
        event.argumentsHash = m_setup.argumentsHash;
        event.rows = m_setup.data.train.size();
        event.validationRows = m_setup.data.validation.size();
        event.tokens = m_setup.data.train.tokens();
        event.stepsPerEpoch = m_setup.plan.stepsPerEpoch;
        event.maxSteps = m_setup.plan.maxSteps;
        event.runFolder = m_setup.runFolder.string();
        m_reporter.send(event, 0);
    }
    if (m_setup.hasStarted || m_setup.checkpoint) { // a checkpoint without a journal: the journal was lost
        ResumedEvent event;
        event.fromStep = m_progress.step;
        event.maxSteps = m_setup.plan.maxSteps;
        event.runFolder = m_setup.runFolder.string();
        m_reporter.send(event, m_progress.step);
    }
    m_keeper->tellOfOthers(m_progress.step);
    for (const NoticeEvent& notice : m_setup.notices)
        m_reporter.notice(notice.level, notice.code, notice.message, m_progress.step);
    if (m_setup.hasStarted)
        return;
    const LoadReport& report = m_setup.facts.report;
    for (const std::string& notice : report.notices)
        m_reporter.notice(report.drawn.empty() ? NoticeLevel::Info : NoticeLevel::Warning, NoticeCode::ModelFiles,
                          notice, 0);
    for (const SettingWarning& warning : settingWarnings(m_setup.config.arguments, m_setup.facts, m_setup.plan)) {
        // The passes have a default: they are only then meant where they were changed.
        if (warning.code == NoticeCode::EpochsOverruled &&
            m_setup.config.arguments.num_train_epochs == TrainArgs{}.num_train_epochs)
            continue;
        m_reporter.notice(NoticeLevel::Warning, warning.code, warning.message + " " + warning.hint, 0);
    }
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
        tellRates();
    }
    if (m_control.wantedEnd() == EndMode::Discard) // in the last step, or in its check
        return FinishReason::Stopped;
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
    const std::vector<PackedBatch> window = nextWindow();
    StepEvent event;
    for (const PackedBatch& batch : window) {
        event.tokens += batch.tokens();
        event.gradedTokens += batch.gradedTokens;
    }
    event.epoch = epoch();
    event.learningRate = m_progress.plateau ? m_progress.plateau->rate
                                            : learningRateAt(arguments, m_setup.plan.maxSteps, m_progress.step);
    event.loss = learnWindow(window, event.gradedTokens);
    ++m_progress.step;
    const bool lossIsFinite = !event.loss || std::isfinite(*event.loss);
    // With a loss that is not a number the weights are left as they are.
    event.gradNorm = lossIsFinite ? m_optimizer->step(event.learningRate) : std::numeric_limits<double>::quiet_NaN();
    if (!lossIsFinite)
        event.loss.reset();
    event.seconds = watch.seconds();
    m_meter.step(event.seconds, event.tokens);
    m_reporter.send(event, m_progress.step);
    event.step = m_progress.step;
    requireFinite(event, lossIsFinite);
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
    if (m_progress.step == 1) { // no correction yet: no learning rate is to blame
        const std::string message = fmt::format("The {} is not a number (NaN) at step 1, before anything was learnt.",
                                                lossIsFinite ? "gradient" : "loss");
        m_reporter.notice(NoticeLevel::Error, lossIsFinite ? NoticeCode::NanGradient : NoticeCode::NanLoss, message, 1);
        throw Error(ErrorCode::Failed, message,
                    "The model's own weights hold values that cannot be used: take another copy of it, or another "
                    "model.",
                    "model");
    }
    const std::string safe = m_keeper->savedStep() ? fmt::format("the state of step {} is safe", *m_keeper->savedStep())
                                                   : std::string("no state was saved before");
    const std::string what =
        lossIsFinite ? "The gradient is no longer a number" : "The loss is no longer a number (NaN)";
    const std::string message = fmt::format("{} at step {}. Stopped; {}.", what, m_progress.step, safe);
    m_reporter.notice(NoticeLevel::Error, lossIsFinite ? NoticeCode::NanGradient : NoticeCode::NanLoss, message,
                      m_progress.step);
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
        const int64_t empty = ++m_emptySteps;
        if ((empty & (empty - 1)) == 0) // at 1, 2, 4, 8 … such steps
            m_reporter.notice(
                NoticeLevel::Warning, NoticeCode::NothingGraded,
                empty == 1 ? fmt::format("Step {} had nothing to learn from: none of its tokens is graded.", event.step)
                           : fmt::format("{} steps so far had nothing to learn from.", grouped(empty)),
                event.step);
    }
    if (const auto sign = m_signs->afterStep(event))
        m_reporter.notice(NoticeLevel::Warning, sign->code, sign->message, event.step);
    const StepTiming& timing = *m_setup.timing;
    const bool epochEnd = isEpochEnd();
    m_checkLoss.reset();
    m_newBest = false;
    if (timing.logsAt(event.step, epochEnd))
        report(appendLogEntry(m_progress, m_setup.config.arguments, event));
    if (timing.evaluatesAt(event.step, epochEnd))
        evaluate();
    if (timing.samplesAt(event.step))
        writeSamples();
    // Last of all, so that a checkpoint knows what else happened at its step.
    if (timing.savesAt(event.step, epochEnd) || (m_newBest && (m_judge->keepsBest() || timing.savesBest())))
        saveCheckpoint();
}

void Trainer::report(const Json& entry)
{
    if (m_setup.config.arguments.report_to != "tensorboard")
        return;
    if (!m_tensorBoard)
        m_tensorBoard = std::make_unique<TensorBoardFile>(m_setup.runFolder, m_startStep, m_setup.isResume);
    m_tensorBoard->add(entry);
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
    m_meter.check(event->seconds, m_setup.data.validation.tokens());
    const CheckJudge::Verdict verdict = m_judge->judge(*event, m_progress);
    m_newBest = verdict.newBest;
    m_stopEarly = verdict.stop && m_progress.step < m_setup.plan.maxSteps;
    if (!std::isnan(event->loss))
        m_checkLoss = event->loss;
    if (m_progress.plateau && m_progress.step > 0) // as Trainer does: not the check before the first step
        plateauCheck(m_setup.config.arguments,
                     m_setup.config.arguments.metric_for_best_model == "accuracy" ? event->accuracy.value_or(NAN)
                                                                                  : event->loss,
                     *m_progress.plateau);
    if (m_progress.step == 0 && m_checkLoss)
        m_signs->begunWith(*m_checkLoss);
    report(appendEvalEntry(m_progress, m_setup.config.arguments, *event, m_evaluator->rows(), m_evaluator->batches()));
    m_reporter.send(*event, m_progress.step);
    if (std::isnan(event->loss))
        m_reporter.notice(NoticeLevel::Warning, NoticeCode::NanCheck,
                          "The check on the text kept aside gave no number.", m_progress.step);
}

void Trainer::writeSamples()
{
    m_reporter.activity(Activity::WritingSamples, -1, m_progress.step);
    const auto goOn = [&] { return m_control.wantedEnd() != EndMode::Discard; };
    for (const std::string& prompt : m_samples->prompts()) {
        if (!goOn())
            return;
        std::optional<SampleEvent> sample;
        std::string problem;
        try {
            const Stopwatch watch;
            sample = m_samples->write(prompt, goOn);
            m_meter.sample(watch.seconds(), sample->fills.empty() ? static_cast<int64_t>(sample->ids.size()) : 1);
        } catch (...) {
            problem = currentFailure().message();
        }
        // Told out here: what the journal does not take is a failure of the run.
        if (sample)
            m_reporter.send(*sample, m_progress.step);
        else
            m_reporter.notice(NoticeLevel::Warning, NoticeCode::SampleFailed,
                              fmt::format("Nothing was written for the prompt \"{}\": {} Training goes on.",
                                          shown(prompt), asSentence(problem)),
                              m_progress.step);
    }
}

void Trainer::saveCheckpoint()
{
    m_progress.cursor = m_batches->cursor();
    m_progress.elapsed = m_reporter.elapsed();
    // Where the best is not published, its checkpoint is protected as transformers does: that of the best check.
    const auto& best = m_judge->keepsBest() ? m_judge->kept() : m_progress.best;
    if (const auto seconds =
            m_keeper->save(m_progress, epoch(), m_checkLoss, best ? std::optional(best->step) : std::nullopt))
        m_meter.saved(*seconds);
}

FinishReason Trainer::finish(FinishReason reason)
{
    if (m_progress.step > 0 && m_progress.lossSteps == 0)
        throw badInput(
            fmt::format("No step of {} had anything to learn from: no token was graded.", grouped(m_progress.step)),
            "Look at the text as the model reads it (fettle-cli data): its vocabulary may not know this "
            "script, or the rows grade nothing. Else give more text, or hide more of it (mlm_probability).",
            "data");
    saveCheckpoint();
    m_reporter.activity(Activity::Saving, -1, m_progress.step);
    publish(m_judge->keepsBest() || m_control.wantedEnd() == EndMode::KeepBest);
    return reason;
}

void Trainer::publish(bool wantsBest)
{
    Published model{m_progress.step, m_checkLoss};
    const auto& kept = m_judge->kept();
    if (wantsBest && kept && (kept->step == m_progress.step || m_judge->restoreKept(m_setup.runFolder)))
        model = {kept->step, kept->loss};
    if (wantsBest && m_progress.best && m_progress.best->step != model.step)
        m_reporter.notice(NoticeLevel::Warning, NoticeCode::BestLost,
                          fmt::format("The best check was that of step {} ({:.4g}), but its state was not saved before "
                                      "the run was interrupted, or is gone since. The finished model is that of step "
                                      "{}{}.",
                                      m_progress.best->step, m_progress.best->loss, model.step,
                                      model.loss ? fmt::format(" ({:.4g})", *model.loss) : ""),
                          m_progress.step);
    requireInPlace(m_setup, m_progress.step);
    m_setup.files->publish(*m_setup.model, m_setup.runFolder);
    m_published = model;
}

MeasuredRates Trainer::rates() const
{
    MeasuredRates rates = m_meter.rates(m_reporter.elapsed() - m_elapsedBefore);
    rates.slowdown = m_load.slowdown(m_setup.threads);
    return rates;
}

void Trainer::tellRates()
{
    constexpr double every = 1; // second: the median of many steps takes some time
    if (m_sinceTold.seconds() < every)
        return;
    m_sinceTold = {};
    if (goesWrong()) // such weights compute far slower than a model does
        m_running.withdraw();
    else
        m_running.tell(rates());
}

bool Trainer::goesWrong() const
{
    return m_signs->goesWrong();
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
