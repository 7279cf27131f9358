// SPDX-License-Identifier: GPL-3.0-or-later
// A whole run from request to FinishedEvent.
#include "core/train/perform_run.h"

#include "core/base/error.h"
#include "core/base/failure.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/train/checkpoint.h"
#include "core/train/rates.h"
#include "core/train/reporter.h"
#include "core/train/run_control.h"
#include "core/train/run_setup.h"
#include "core/train/stopwatch.h"
#include "core/train/trainer.h"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <optional>

namespace fettle
{

namespace
{

FinishedEvent failedWith(const Error& error)
{
    FinishedEvent event;
    event.reason = error.code() == ErrorCode::Stopped ? FinishReason::Stopped : FinishReason::Failed;
    if (event.reason == FinishReason::Failed) {
        event.message = error.message();
        event.hint = error.hint();
        event.subject = error.subject();
        event.errorCode = static_cast<int>(error.code());
    }
    return event;
}

/// Says why a run failed, once, in its journal too where that can still be written.
void reportFailure(Reporter& reporter, const Error& error, int64_t step)
{
    if (!reporter.hasJournal() || reporter.hasTold(error.message()) || error.code() == ErrorCode::Stopped)
        return;
    try {
        reporter.notice(NoticeLevel::Error,
                        error.code() == ErrorCode::OutOfResources ? NoticeCode::OutOfResources : NoticeCode::Failed,
                        error.message(), step);
    } catch (const Error&) { // a full disk takes no more; the sink has it
    }
}

/// What was recognised of the text, where it is more than plain UTF-8, and what is odd about it.
void tellOfTheText(const DataPreview& facts, Reporter& reporter)
{
    constexpr size_t most = 5;
    for (size_t i = 0; i < std::min(most, facts.sources.size()); ++i) {
        const RecognisedFile& file = facts.sources[i];
        if (file.format.kind == "text" && file.format.encoding == "utf-8" && file.doubt.empty())
            continue;
        const std::string column =
            facts.column.empty() || file.format.kind == "text"
                ? ""
                : fmt::format("; its column \"{}\" is read ({})", facts.column, facts.columnReason);
        reporter.notice(NoticeLevel::Info, NoticeCode::TextFormat,
                        fmt::format("{}: {}{}.{}", shown(file.path.filename().string()), file.words, column,
                                    file.doubt.empty() ? "" : " Not sure: " + file.doubt),
                        0);
    }
    for (const auto* notices : {&facts.notices, &facts.countNotices})
        for (const std::string& notice : *notices)
            reporter.notice(NoticeLevel::Warning, NoticeCode::Text, notice, 0);
}

} // namespace

void performRun(const RunRequest& request, EventSink& sink, RunControl& control)
{
    const Stopwatch watch;
    double setupSeconds = 0;
    Reporter reporter(sink);
    FinishedEvent finished;
    int64_t step = 0;
    std::optional<RunSetup> setup;
    std::optional<Trainer> trainer;
    try {
        setup.emplace(setUpRun(request, reporter, control));
        setupSeconds = watch.seconds();
        const bool isNew = !setup->hasStarted;
        trainer.emplace(*setup, reporter, control);
        if (isNew)
            tellOfTheText(setup->data.facts, reporter);
        finished.reason = trainer->run();
    } catch (...) {
        const Error error = currentFailure();
        finished = failedWith(error);
        if (trainer)
            step = trainer->progress().step;
        reportFailure(reporter, error, step);
    }
    if (trainer) {
        step = trainer->progress().step;
        const TrainingProgress& progress = trainer->progress();
        if (progress.lossSteps > 0)
            finished.trainLoss = progress.lossSum / static_cast<double>(progress.lossSteps);
        if (const auto& model = trainer->published()) {
            finished.modelStep = model->step;
            finished.modelLoss = model->loss;
        }
        // Weights that ran away, or towards zero, compute far slower than a model does.
        if (finished.reason != FinishReason::Failed && !trainer->goesWrong()) {
            MeasuredRates rates = trainer->rates();
            rates.otherSeconds += setupSeconds;
            rememberRates(setup->facts, setup->config, setup->threads, rates);
        }
    }
    reporter.stopClock();
    // The folder is released before the last event is given out: who sees it may go on with the run.
    std::unique_ptr<FolderLock> lock;
    if (setup)
        lock = std::move(setup->lock);
    trainer.reset();
    setup.reset();
    reporter.finish(std::move(finished), step, [&] { lock.reset(); });
}

} // namespace fettle
