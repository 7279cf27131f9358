// SPDX-License-Identifier: GPL-3.0-or-later
// A written-down run, as the engine would tell it: for tests and pictures of the pages.
#pragma once

#include "ui/bench/run_history.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace fettle::ui
{

/// A causal (or masked) run of `maxSteps` steps that stands at `step`; a check every 20, samples every 40 steps.
inline RunHistory scriptedRun(int64_t step, int64_t maxSteps = 414, bool masked = false)
{
    static const char* const texts[] = {
        " the little boat woke up and saw the sun. “Hello, sun!” said the boat. The boat was very happy. It wanted to "
        "play with its friend, the little fish. They played all day in the warm water, and then they went home.",
        " the little boat saw the sea. The captain was very happy. He wanted to go home, and the wind was warm all "
        "day. "
        "They played on the sails, and then the captain said it was a good day.",
        " the wind was strong from the north. The captain saw the sea and went on in the morning. We sailed all day "
        "and "
        "were happy. At night the people were at home, and the captain said it was a good day.",
        " the wind was strong from the west. The captain saw land, and took in the sails. We sailed all day with a "
        "good "
        "breeze, and at noon the sea was calm. At night the people were at work on the sails, and the captain said it "
        "was a good harbour.",
    };
    RunHistory run;
    run.name = masked ? "clauses-5" : "ships-log-3";
    run.runFolder = "/home/ada/Fettle/" + run.name;
    run.maxSteps = maxSteps;
    StartedEvent started;
    started.maxSteps = maxSteps;
    started.stepsPerEpoch = (maxSteps + 2) / 3;
    started.rows = 2200;
    started.validationRows = 110;
    run.started = started;
    std::mt19937 random(7);
    std::normal_distribution<double> noise(0, 0.16);
    const auto curve = [&](double s) { return 2.38 + 2.05 * std::exp(-s / (0.17 * double(maxSteps))); };
    const auto evaluate = [&](int64_t s) {
        EvalEvent eval;
        eval.step = s;
        eval.epoch = double(s) / double(started.stepsPerEpoch);
        eval.elapsed = double(s) * 0.12;
        eval.loss = curve(double(s)) + 0.06 + 0.16 * double(s) / double(maxSteps);
        eval.perplexity = std::exp(eval.loss);
        run.evals.push_back(eval);
    };
    const auto sample = [&](int64_t s) {
        SampleSet set;
        set.step = s;
        set.epoch = double(s) / double(started.stepsPerEpoch);
        if (masked) {
            const double way = std::min(1.0, double(s) / double(maxSteps) * 1.4);
            const auto guesses = [&](const std::vector<std::pair<const char*, std::pair<double, double>>>& all) {
                std::vector<FillCandidate> list;
                list.reserve(all.size());
                int32_t id = 0;
                for (const auto& [word, chance] : all)
                    list.push_back({word, id++, chance.first + (chance.second - chance.first) * way});
                std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
                list.resize(5);
                return list;
            };
            SampleEvent rent, law;
            rent.prompt = "The tenant shall pay the [MASK] each month.";
            rent.fills = {guesses({{"rent", {0.004, 0.64}},
                                   {"fee", {0.02, 0.11}},
                                   {"sum", {0.01, 0.07}},
                                   {"price", {0.06, 0.04}},
                                   {"king", {0.13, 0.001}},
                                   {"dog", {0.09, 0.001}}})};
            law.prompt = "It is governed by the [MASK] of the [MASK].";
            law.fills = {guesses({{"law", {0.014, 0.71}},
                                  {"laws", {0.002, 0.15}},
                                  {"court", {0.03, 0.04}},
                                  {"king", {0.13, 0.008}},
                                  {"end", {0.1, 0.002}}}),
                         guesses({{"state", {0.03, 0.52}},
                                  {"parties", {0.001, 0.2}},
                                  {"city", {0.08, 0.05}},
                                  {"sea", {0.1, 0.004}},
                                  {"house", {0.09, 0.003}}})};
            set.samples = {rent, law};
        } else {
            const size_t index = std::min<size_t>(3, size_t(s / 40));
            for (const char* prompt : {"In the morning", "The captain", "Once upon a time"}) {
                SampleEvent event;
                event.step = s;
                event.prompt = prompt;
                event.text = texts[index];
                if (s > 120)
                    event.text += " Thermometer " + std::to_string(50 + s / 40) + ".";
                set.samples.push_back(event);
            }
        }
        run.samples.push_back(set);
    };
    evaluate(0);
    sample(0);
    const double warm = 0.03 * double(maxSteps);
    for (int64_t s = 1; s <= step; ++s) {
        StepEvent event;
        event.step = s;
        event.epoch = double(s) / double(started.stepsPerEpoch);
        event.elapsed = double(s) * 0.12;
        event.loss = curve(double(s)) + noise(random);
        event.learningRate =
            5e-4 * std::min(double(s) / warm, (double(maxSteps) - double(s)) / (double(maxSteps) - warm));
        event.gradNorm = 0.7 + 2.2 * std::exp(-double(s) / (0.06 * double(maxSteps))) + std::abs(noise(random));
        event.tokens = 1126;
        event.gradedTokens = 1100;
        event.seconds = 0.12 * (1 + 0.1 * noise(random));
        run.steps.push_back(event);
        run.tokensSeen += event.tokens;
        if (s % 20 == 0)
            evaluate(s);
        if (s % 40 == 0)
            sample(s);
        if (s % 100 == 0) {
            CheckpointEvent saved;
            saved.step = s;
            saved.path = "checkpoint-" + std::to_string(s);
            run.checkpoints.push_back(saved);
        }
    }
    return run;
}

} // namespace fettle::ui
