// SPDX-License-Identifier: GPL-3.0-or-later
// The façade: start, pause, try beside a run, continue, stop.
#include "tests/core/train/run_fixture.h"

#include "core/base/error.h"
#include "core/session.h"
#include "core/train/rates.h"
#include "core/train/trainer.h"

#include <atomic>
#include <chrono>
#include <mutex>
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
    callbacks.onFailed = [&](const std::string& message, const std::string&) { ADD_FAILURE() << message; };
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
    callbacks.onFailed = [&](const std::string& message, const std::string&) { failed = !message.empty(); };
    session.tryModel(request, callbacks);
    EXPECT_TRUE(waitFor([&] { return failed.load(); }));
}

TEST_F(SessionTest, ForecastsFromAMeasuredRate)
{
    const RunConfig config = recordedConfig("gpt2_linear_ga2");
    const ModelEntry model = inspectModel(config.model);
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
    rememberRates(model, 1, rates);
    const Forecast measured = forecastRun(oneThread, model, preview);
    EXPECT_TRUE(measured.measured);
    const double tokens = static_cast<double>(preview.tokens) * 3; // three passes
    EXPECT_NEAR(measured.learningSeconds, tokens * 0.01, tokens * 0.001);
}

TEST_F(SessionTest, CutsATextAsTheModelReadsIt)
{
    const std::string model = makeModel("gpt2_linear_ga2").string();
    std::string joined;
    for (const TextPiece& piece : cutText(model, "abc"))
        joined += piece.text;
    EXPECT_EQ(joined, "abc");
}
