// SPDX-License-Identifier: GPL-3.0-or-later
// The façade: start, pause, try beside a run, continue, stop.
#include "tests/core/train/run_fixture.h"

#include "core/base/error.h"
#include "core/models/inspect.h"
#include "core/session.h"
#include "core/train/rate_meter.h"
#include "core/train/rates.h"
#include "core/train/setting_warnings.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

using namespace fettle;
using namespace fettle::test;

namespace
{

class SessionTest : public RunFixture
{
protected:
    RunConfig longRun()
    {
        RunConfig config = recordedConfig("gpt2_linear_ga2");
        config.arguments.max_steps = 100000;
        config.arguments.save_strategy = "no";
        return config;
    }
    static bool waitFor(const std::function<bool()>& condition)
    {
        for (int i = 0; i < 3000; ++i) {
            if (condition())
                return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        return false;
    }
};

struct CountingSink : EventSink {
    std::atomic<int> steps{0}, paused{0}, continued{0}, finished{0}, checkpoints{0};
    std::atomic<int> reason{-1};
    void onEvent(const Event& event) override
    {
        if (std::holds_alternative<StepEvent>(event))
            ++steps;
        else if (std::holds_alternative<PausedEvent>(event))
            ++paused;
        else if (std::holds_alternative<ContinuedEvent>(event))
            ++continued;
        else if (std::holds_alternative<CheckpointEvent>(event))
            ++checkpoints;
        else if (const auto* end = std::get_if<FinishedEvent>(&event)) {
            reason = static_cast<int>(end->reason);
            ++finished;
        }
    }
};

} // namespace

TEST_F(SessionTest, PausesTriesContinuesAndStops)
{
    CountingSink sink;
    Session session(sink);
    const RunConfig config = longRun();
    session.start(config);
    EXPECT_TRUE(session.isRunning());
    EXPECT_THROW(session.start(config), Error); // one run at a time
    ASSERT_TRUE(waitFor([&] { return sink.steps > 2; }));
    session.pause();
    ASSERT_TRUE(waitFor([&] { return sink.paused == 1; }));
    EXPECT_EQ(sink.checkpoints, 1); // a pause saves
    EXPECT_TRUE(session.isRunning());
    const int steps = sink.steps;

    std::atomic<bool> written{false};
    std::atomic<int> pieces{0};
    TryRequest request;
    request.model = config.model;
    request.prompt = "ab";
    request.options.maxNewTokens = 4;
    request.options.greedy = true;
    TryCallbacks callbacks;
    callbacks.onPiece = [&](const GeneratedPiece&) { ++pieces; };
    callbacks.onWritten = [&](const Generation& text) { written = !text.ids.empty(); };
    callbacks.onFailed = [&](const Error& error) { ADD_FAILURE() << error.message(); };
    session.tryModel(request, callbacks);
    ASSERT_TRUE(waitFor([&] { return written.load(); }));
    EXPECT_GT(pieces, 0);
    EXPECT_EQ(sink.steps, steps);

    session.resume();
    ASSERT_TRUE(waitFor([&] { return sink.steps > steps; }));
    EXPECT_EQ(sink.continued, 1);
    session.stop(StopMode::SaveAndStop);
    session.waitUntilFinished();
    EXPECT_FALSE(session.isRunning());
    EXPECT_EQ(sink.finished, 1);
    EXPECT_EQ(sink.reason, static_cast<int>(FinishReason::Stopped));
    session.resumeRun(config.arguments.output_dir);
    ASSERT_TRUE(waitFor([&] { return sink.steps > steps + 2; }));
    session.stop(StopMode::Discard);
    session.waitUntilFinished();
    EXPECT_EQ(sink.finished, 2);
}

TEST_F(SessionTest, IsAskedWhileARunEndsAndStartsTheNext)
{
    CountingSink sink;
    Session session(sink);
    RunConfig config = longRun();
    config.arguments.max_steps = 2;
    session.start(config);
    while (session.isRunning()) // as a window does, at any moment
        std::this_thread::yield();
    config.arguments.output_dir += "-next";
    session.start(config); // waits until the last event has been given out
    EXPECT_EQ(sink.finished, 1);
    session.waitUntilFinished();
    EXPECT_EQ(sink.finished, 2);
}

TEST_F(SessionTest, ItsEndStopsTheRunWithACheckpoint)
{
    CountingSink sink;
    {
        Session session(sink);
        session.start(longRun());
        ASSERT_TRUE(waitFor([&] { return sink.steps > 1; }));
    }
    EXPECT_EQ(sink.finished, 1);
    EXPECT_EQ(sink.checkpoints, 1);
}

TEST_F(SessionTest, TryingAMissingModelFailsInWords)
{
    CountingSink sink;
    Session session(sink);
    std::atomic<bool> failed{false};
    TryRequest request;
    request.model = (m_root / "nowhere").string();
    TryCallbacks callbacks;
    callbacks.onFailed = [&](const Error& error) { failed = !error.message().empty(); };
    session.tryModel(request, callbacks);
    EXPECT_TRUE(waitFor([&] { return failed.load(); }));
}

namespace
{

/// A try that counts how it ended.
struct CountedTry {
    std::atomic<int> pieces{0}, written{0}, failed{0}, cancelled{0};
    int ends() const { return written + failed + cancelled; }
    TryCallbacks callbacks()
    {
        TryCallbacks calls;
        calls.onPiece = [this](const GeneratedPiece&) {
            ++pieces;
            std::this_thread::sleep_for(std::chrono::milliseconds(2)); // time to be cancelled in
        };
        calls.onWritten = [this](const Generation&) { ++written; };
        calls.onFailed = [this](const Error&) { ++failed; };
        calls.onCancelled = [this] { ++cancelled; };
        return calls;
    }
};

TryRequest longTry()
{
    TryRequest request;
    request.model = "bundled:nano-gpt";
    request.prompt = "The captain";
    request.options.maxNewTokens = 100;
    return request;
}

} // namespace

TEST_F(SessionTest, EachTryStopsAloneAndEndsOnce)
{
    CountingSink sink;
    CountedTry first, second, third, fourth;
    {
        Session session(sink);
        const uint64_t one = session.tryModel(longTry(), first.callbacks());
        const uint64_t two = session.tryModel(longTry(), second.callbacks());
        ASSERT_TRUE(waitFor([&] { return first.pieces > 2; }));
        session.cancelTry(one); // both panes are stopped, the second before it began
        session.cancelTry(two);
        ASSERT_TRUE(waitFor([&] { return second.ends() == 1; }));
        EXPECT_EQ(first.cancelled, 1);
        EXPECT_LT(first.pieces, 60);
        EXPECT_EQ(second.cancelled, 1);
        EXPECT_EQ(second.pieces, 0);

        session.tryModel(longTry(), third.callbacks());
        session.cancelTry(one); // long over: nobody else is meant
        ASSERT_TRUE(waitFor([&] { return third.ends() == 1; }));
        EXPECT_EQ(third.written, 1);
        session.tryModel(longTry(), third.callbacks());
        session.tryModel(longTry(), fourth.callbacks());
    } // the session ends: both are told
    EXPECT_EQ(third.ends(), 2);
    EXPECT_EQ(fourth.cancelled, 1);
    EXPECT_EQ(first.ends() + second.ends(), 2);
}

TEST_F(SessionTest, StoppingTwoTriesLetsTheRunGoOn)
{
    CountingSink sink;
    CountedTry first, second;
    Session session(sink);
    session.start(longRun());
    ASSERT_TRUE(waitFor([&] { return sink.steps > 2; }));
    const uint64_t one = session.tryModel(longTry(), first.callbacks());
    const uint64_t two = session.tryModel(longTry(), second.callbacks());
    ASSERT_TRUE(waitFor([&] { return first.pieces > 1; }));
    session.cancelTry(one);
    session.cancelTry(two);
    const int steps = sink.steps;
    ASSERT_TRUE(waitFor([&] { return sink.steps > steps + 2; }));
    EXPECT_LT(first.pieces + second.pieces, 100);
    EXPECT_EQ(first.cancelled + second.cancelled, 2);
    session.stop(StopMode::Discard);
}

TEST_F(SessionTest, ForecastsFromAMeasuredRate)
{
    const RunConfig config = recordedConfig("gpt2_linear_ga2");
    const ModelFacts model = inspectModel(config.model);
    const DataPreview preview = previewRunData(config, 2);
    EXPECT_EQ(preview.batches.size(), 2u);
    const Forecast guessed = forecastRun(config, model, preview);
    EXPECT_FALSE(guessed.measured);
    EXPECT_EQ(guessed.steps, preview.maxSteps);
    EXPECT_GT(guessed.seconds, 0);
    EXPECT_GT(guessed.memoryBytes, 0u);

    MeasuredRates rates;
    rates.learnSeconds = 10;
    rates.learnTokens = 1000;
    RunConfig oneThread = config;
    oneThread.arguments.threads = 1;
    rememberRates(model, oneThread, 1, rates);
    const Forecast measured = forecastRun(oneThread, model, preview);
    EXPECT_TRUE(measured.measured);
    const double seconds = static_cast<double>(preview.tokens) * 3 * 0.01; // three passes
    // On a quiet machine, at best: the low end leaves out what others take just now.
    const double low = measured.learningSeconds * measured.secondsLow / measured.seconds;
    EXPECT_GT(low, seconds / 2);
    EXPECT_LT(low, seconds);
    EXPECT_LT(measured.secondsHigh / measured.secondsLow, guessed.secondsHigh / guessed.secondsLow);
    EXPECT_TRUE(knownRates(model, oneThread, 1)->hasSameBatches);
    oneThread.arguments.per_device_train_batch_size = 1;
    EXPECT_FALSE(knownRates(model, oneThread, 1)->hasSameBatches); // another batch: less sure
    EXPECT_FALSE(knownRates(model, oneThread, 2));
}

TEST_F(SessionTest, ARunMeasuresForTheForecastThatFollowsIt)
{
    RunConfig config;
    config.model = "bundled:nano-gpt";
    config.data.train = {"bundled:ships-log"};
    config.data.blocks = Blocks::Packed;
    config.arguments.max_steps = 30;
    config.arguments.threads = 1;
    config.arguments.output_dir = (m_root / "demo").string();
    EXPECT_FALSE(forecastRun(config).measured);
    KeptEvents events;
    runNow(config, events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    config.arguments.output_dir = (m_root / "next").string();
    EXPECT_TRUE(forecastRun(config).measured);
}

TEST_F(SessionTest, ARunMeasuresForForecastsWhileItTrains)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.arguments.threads = 1;
    const ModelFacts model = inspectModel(config.model);
    MeasuredRates rates;
    rates.learnTokens = 1000;
    rates.learnSeconds = 0.1;
    {
        RunningRates running(model, config, 1);
        running.tell(rates);
        EXPECT_FALSE(knownRates(model, config, 1)) << "too few steps";
        rates.learnSeconds = 10;
        running.tell(rates);
        running.tell(rates);
        EXPECT_DOUBLE_EQ(knownRates(model, config, 1)->learnSecondsPerToken, 0.01);
        EXPECT_EQ(knownRates(model, config, 1)->runs, 1);
        EXPECT_TRUE(knownRates(model, config, 1)->hasSameBatches);
        RunConfig other = config;
        other.arguments.per_device_train_batch_size = 1;
        EXPECT_FALSE(knownRates(model, other, 1)->hasSameBatches);
        EXPECT_FALSE(knownRates(model, config, 2));
        running.withdraw();
        EXPECT_FALSE(knownRates(model, config, 1)) << "weights that run away say nothing";
        running.tell(rates);
    }
    EXPECT_FALSE(knownRates(model, config, 1)) << "it is over, and nobody remembered it";

    CountingSink sink;
    Session session(sink);
    session.start(longRun());
    RunConfig next = longRun();
    next.arguments.output_dir = (m_root / "next").string();
    EXPECT_TRUE(waitFor([&] { return forecastRun(next).measured; }));
    session.stop(StopMode::Discard);
}

TEST_F(SessionTest, ADivergedRunTellsNothingOfTheSpeed)
{
    RunConfig config;
    config.model = "bundled:nano-gpt";
    config.data.train = {"bundled:ships-log"};
    config.data.blocks = Blocks::Packed;
    config.data.maxLength = 32;
    config.arguments.per_device_train_batch_size = 2;
    config.arguments.lr_scheduler_type = "constant";
    config.arguments.max_steps = 16;
    config.arguments.threads = 1;
    config.arguments.learning_rate = 0.1;
    config.arguments.output_dir = (m_root / "wrecked").string();
    KeptEvents events;
    runNow(config, events);
    ASSERT_TRUE(events.hasNotice(NoticeCode::LossJumped));
    config.arguments.output_dir = (m_root / "next").string();
    EXPECT_FALSE(forecastRun(config).measured);
}

TEST_F(SessionTest, OneSlowRunChangesNoForecast)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    const ModelFacts model = inspectModel(config.model);
    const auto remember = [&](double secondsPerToken) {
        MeasuredRates rates;
        rates.learnTokens = 1000;
        rates.learnSeconds = secondsPerToken * 1000;
        rates.checkTokens = 500;
        rates.checkSeconds = secondsPerToken * 100;
        rememberRates(model, config, 1, rates);
    };
    remember(0.84); // the very first: the next one mends it
    remember(0.010);
    EXPECT_DOUBLE_EQ(knownRates(model, config, 1)->learnSecondsPerToken, 0.010);
    for (const double rate : {0.011, 0.009, 0.010, 0.012, 0.84})
        remember(rate);
    for (const int64_t batch : {config.arguments.per_device_train_batch_size, int64_t{77}}) {
        config.arguments.per_device_train_batch_size = batch;
        const KnownRates rates = *knownRates(model, config, 1);
        EXPECT_DOUBLE_EQ(rates.learnSecondsPerToken, 0.011);
        EXPECT_DOUBLE_EQ(rates.checkSecondsPerToken, 0.011 / 5);
        EXPECT_EQ(rates.runs, 7);
        EXPECT_NEAR(rates.fastest, 0.010 / 0.011, 1e-9);
        EXPECT_NEAR(rates.slowest, 0.012 / 0.011, 1e-9);
    }
}

TEST_F(SessionTest, TheRangeIsAsWideAsTheRunsLieApart)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.arguments.threads = 1;
    const ModelFacts model = inspectModel(config.model);
    const DataPreview preview = previewRunData(config, 0);
    const auto rangeAfter = [&](double secondsPerToken) {
        MeasuredRates rates;
        rates.learnTokens = 1000;
        rates.learnSeconds = secondsPerToken * 1000;
        rememberRates(model, config, 1, rates);
        const Forecast forecast = forecastRun(config, model, preview);
        return forecast.secondsHigh / forecast.seconds;
    };
    const double once = rangeAfter(0.01), twice = rangeAfter(0.01);
    EXPECT_LT(twice, once) << "two runs that agree are surer than one";
    rangeAfter(0.03);
    rangeAfter(0.03);
    EXPECT_NEAR(rangeAfter(0.01), 3, 1e-6);
}

TEST_F(SessionTest, ARunOnABusyMachineIsCorrectedAndGivesWayToABetterOne)
{
    const RunConfig config = recordedConfig("gpt2_linear_ga2");
    const ModelFacts model = inspectModel(config.model);
    MeasuredRates rates;
    rates.learnTokens = 1000;
    rates.learnSeconds = 30;
    rates.slowdown = 3;
    rememberRates(model, config, 2, rates); // who waited for whom, nobody knows
    EXPECT_DOUBLE_EQ(knownRates(model, config, 2)->learnSecondsPerToken, 0.01);
    EXPECT_TRUE(knownRates(model, config, 2)->areDisturbed);
    const DataPreview preview = previewRunData(config, 0);
    RunConfig twoThreads = config;
    twoThreads.arguments.threads = 2;
    const Forecast rough = forecastRun(twoThreads, model, preview);
    EXPECT_TRUE(rough.measured);
    EXPECT_TRUE(rough.wasDisturbed);
    RunConfig otherBatches = config;
    otherBatches.arguments.per_device_train_batch_size = 1;
    EXPECT_TRUE(knownRates(model, otherBatches, 2)->areDisturbed); // better than none
    rememberRates(model, config, 1, rates);
    EXPECT_DOUBLE_EQ(knownRates(model, config, 1)->learnSecondsPerToken, 0.01);
    rates.slowdown = 1.5;
    rememberRates(model, otherBatches, 2, rates); // a good one: those with other batches go by it too
    EXPECT_DOUBLE_EQ(knownRates(model, config, 2)->learnSecondsPerToken, 0.02);
    EXPECT_FALSE(knownRates(model, config, 2)->areDisturbed);
    EXPECT_FALSE(knownRates(model, config, 2)->hasSameBatches);
    rememberRates(model, config, 2, rates);
    EXPECT_TRUE(knownRates(model, config, 2)->hasSameBatches);
    EXPECT_EQ(knownRates(model, config, 2)->runs, 1);
    EXPECT_FALSE(forecastRun(twoThreads, model, preview).wasDisturbed);
}

TEST_F(SessionTest, RatesOfEarlierVersionsAreLeftAlone)
{
    const RunConfig config = recordedConfig("gpt2_linear_ga2");
    const ModelFacts model = inspectModel(config.model);
    MeasuredRates rates;
    rates.learnTokens = 1000;
    rates.learnSeconds = 10;
    rememberRates(model, config, 1, rates);
    const fs::path file = m_root / "state" / "fettle" / "rates.json";
    Json all = readJson(file);
    for (auto& [key, runs] : all.items()) {
        const Json one = runs.at(0);
        runs = one;
    }
    writeJson(file, all);
    EXPECT_FALSE(knownRates(model, config, 1));
    rememberRates(model, config, 1, rates);
    EXPECT_EQ(knownRates(model, config, 1)->runs, 1);
}

TEST_F(SessionTest, ABatchIsNotLargerThanTheText)
{
    RunConfig config;
    config.model = "bundled:nano-gpt";
    config.data.train = {"bundled:ships-log"};
    config.data.blocks = Blocks::Packed;
    config.arguments.per_device_train_batch_size = 1000; // more blocks than there are
    const uint64_t all = forecastRun(config).memoryBytes;
    config.arguments.per_device_train_batch_size = 65536;
    EXPECT_EQ(forecastRun(config).memoryBytes, all);
}

TEST_F(SessionTest, ForecastsTheDiskThatARunTakes)
{
    RunConfig config;
    config.model = "bundled:nano-bert";
    config.data.train = {"bundled:contract-clauses"};
    config.data.maxLength = 32;
    config.data.validationFraction = 0.05;
    config.arguments.max_steps = 24;
    config.arguments.eval_steps = 2;
    config.arguments.logging_steps = 1;
    config.arguments.learning_rate = 1e-3;
    for (const auto& limit : {std::optional<int64_t>(), std::optional<int64_t>(2)}) {
        config.arguments.load_best_model_at_end = true; // every check may be a new best
        config.arguments.save_total_limit = limit;
        config.arguments.output_dir = (m_root / (limit ? "limited" : "all")).string();
        const Forecast forecast = forecastRun(config);
        KeptEvents events;
        runNow(config, events);
        uint64_t used = 0;
        for (const auto& entry : fs::recursive_directory_iterator(config.arguments.output_dir))
            used += entry.is_regular_file() ? entry.file_size() : 0;
        EXPECT_LE(used, forecast.diskBytes);
        EXPECT_GT(used * 2, forecast.diskBytes);
        int64_t kept = 0;
        for (const auto& entry : fs::directory_iterator(config.arguments.output_dir))
            kept += entry.path().filename().string().starts_with("checkpoint-");
        EXPECT_LE(kept, forecast.keptCheckpoints);
    }
}

TEST_F(SessionTest, WarnsBeforeTheStart)
{
    const auto codesOf = [](const RunConfig& config) {
        std::vector<std::string> codes;
        for (const SettingWarning& warning : forecastRun(config).warnings) {
            EXPECT_FALSE(warning.message.empty());
            EXPECT_FALSE(warning.hint.empty());
            codes.push_back(toString(warning.code));
        }
        return codes;
    };
    using Codes = std::vector<std::string>;
    RunConfig config;
    config.model = "bundled:nano-gpt";
    config.data.train = {"bundled:ships-log"};
    config.arguments.learning_rate = 2e-3;
    EXPECT_EQ(codesOf(config), Codes{});
    config.arguments.learning_rate = 5e-5; // transformers' default suits models a hundred times this size
    EXPECT_EQ(codesOf(config), Codes{"learning_rate_low"});
    for (const double rate : {0.1, 0.05, 0.02}) {
        config.arguments.learning_rate = rate;
        EXPECT_EQ(codesOf(config), Codes{"learning_rate_high"});
    }
    config.arguments.learning_rate = 0;
    EXPECT_EQ(codesOf(config), Codes{"learning_rate_low"});
    config.arguments.learning_rate = 1e-3;
    config.arguments.max_steps = 20;
    config.arguments.num_train_epochs = 7;
    config.arguments.warmup_steps = 20;
    EXPECT_EQ(codesOf(config), (Codes{"warmup_too_long", "epochs_overruled"}));
    EXPECT_EQ(forecastRun(config).warnings[0].subject, "warmup_steps");
    config.arguments.warmup_steps = 0;
    config.arguments.warmup_ratio = 1;
    EXPECT_EQ(forecastRun(config).warnings[0].subject, "warmup_ratio");
}

TEST(SuitableLearningRate, FallsWithTheSizeOfTheModel)
{
    ModelFacts model;
    model.parameters = 260'000;
    EXPECT_EQ(suitableLearningRate(model), 2e-3);
    model.parameters = 124'000'000;
    EXPECT_NEAR(suitableLearningRate(model), 5e-5, 1.1e-5);
    model.randomWeights = true;
    EXPECT_NEAR(suitableLearningRate(model), 4e-4, 1e-4);
    model.randomWeights = false;
    model.parameters = 7'000'000'000;
    EXPECT_EQ(suitableLearningRate(model), 1e-5);
}

TEST_F(SessionTest, CutsATextAsTheModelReadsIt)
{
    const std::string model = makeModel("gpt2_linear_ga2").string();
    std::string joined;
    for (const TextPiece& piece : cutText(model, "abc"))
        joined += piece.text;
    EXPECT_EQ(joined, "abc");
}
