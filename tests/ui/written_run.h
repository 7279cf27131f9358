// SPDX-License-Identifier: GPL-3.0-or-later
// A run folder as an engine would leave it, written by the test: run.json and a journal.
#pragma once

#include "core/arguments/run_config.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/runs/journal.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace fettle::ui::testing
{

struct WrittenRun {
    std::string text = " the wind"; ///< what it writes at every sample
    std::string prompt = "In the morning";
    int64_t steps = 20, maxSteps = 40;
    bool validation = true, finished = true;
    FinishReason reason = FinishReason::Done; ///< why it ended, where it did
    std::string model = "bundled:nano-gpt", data = "bundled:ships-log";
    double learningRate = 5e-5;
    int64_t loraRank = 0;
    double validationSlope = -0.05; ///< of its loss, a step
    double accuracy = 0;            ///< of its tokens, at every check; 0: not measured
    std::string subject;            ///< of its failure
};

/// Returns the folder, `root`/`name`.
inline std::filesystem::path writeRun(const std::filesystem::path& root, const std::string& name,
                                      const WrittenRun& run = {})
{
    std::filesystem::path folder = root / name;
    std::filesystem::create_directories(folder);
    RunConfig config;
    config.model = run.model;
    config.objective = "causal";
    config.data.train = {run.data};
    config.samples.prompts = {run.prompt};
    config.arguments.output_dir = folder.string();
    config.arguments.learning_rate = run.learningRate;
    config.arguments.lora_r = run.loraRank;
    writeJson(folder / "run.json", toJson(config));
    JournalWriter journal(folder / "journal.jsonl");
    double time = 1.7e9;
    const auto write = [&](auto event, int64_t step) {
        event.step = step;
        event.time = time += 1;
        event.elapsed = double(step) * 0.5;
        journal.write(event);
    };
    StartedEvent started;
    started.maxSteps = run.maxSteps;
    started.stepsPerEpoch = 16;
    write(started, 0);
    const auto look = [&](int64_t step) {
        if (run.validation) {
            EvalEvent eval;
            eval.loss = 4 + run.validationSlope * double(step);
            if (run.accuracy > 0)
                eval.accuracy = run.accuracy;
            write(eval, step);
        }
        SampleEvent sample;
        sample.prompt = run.prompt;
        sample.text = run.text + " at " + std::to_string(step);
        write(sample, step);
    };
    look(0);
    for (int64_t step = 1; step <= run.steps; ++step) {
        StepEvent event;
        event.epoch = double(step) / 16;
        event.loss = 4 - 0.04 * double(step);
        event.tokens = 100;
        event.seconds = 0.5;
        write(event, step);
        if (step % 10 == 0)
            look(step);
    }
    if (run.finished) {
        FinishedEvent end;
        end.reason = run.reason;
        end.subject = run.subject;
        write(end, run.steps);
    }
    return folder;
}

} // namespace fettle::ui::testing
