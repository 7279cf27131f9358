// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli bench: how fast this machine trains.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/check/bench.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

namespace fettle::cli
{

namespace
{

void benchCommand(const BenchOptions& options)
{
    ProgressLine progress("Training");
    const BenchResult result = runBench(options, [&](double fraction) { return progress.update(fraction); });
    printJson({{"model", result.model},
               {"parameters", result.parameters},
               {"batch", options.batch},
               {"seq", options.length},
               {"steps", options.steps},
               {"precision", options.precision},
               {"threads", result.threads},
               {"device", result.device},
               {"seconds_per_step", result.secondsPerStep},
               {"tokens_per_second", result.tokensPerSecond},
               {"graded_tokens_per_second", result.gradedTokensPerSecond},
               {"peak_rss_bytes", result.peakResidentBytes},
               {"gemm_gflops", result.gemmGflops},
               {"matmul", matmulJson(result.matmul)},
               {"flops_per_step", result.flopsPerStep},
               {"model_flops_utilization", result.modelFlopsUtilization}});
}

} // namespace

void registerBench(CLI::App& app)
{
    const auto options = std::make_shared<BenchOptions>();
    CLI::App* command = app.add_subcommand("bench", "Measure how fast this machine trains; the result is JSON");
    auto* arch =
        command
            ->add_option("--arch", options->arch,
                         "Random weights: GPT-2 124M, BERT base, a LLaMA of 60M, another model_type in LLaMA's size")
            ->check(CLI::IsMember(benchShapes()))
            ->capture_default_str();
    command->add_option("--model", options->model, "Folder of a model, or bundled:NAME, instead")->excludes(arch);
    command->add_option("--batch", options->batch, "Rows of a step")->capture_default_str();
    command->add_option("--seq", options->length, "Tokens of the longest row")->capture_default_str();
    command->add_option("--steps", options->steps, "Steps to measure; the median counts")->capture_default_str();
    command->add_option("--precision", options->precision, "fp32; bf16 is not supported yet")
        ->check(CLI::IsMember({"fp32", "bf16"}))
        ->capture_default_str();
    addThreads(*command, options->threads);
    command->add_option(
        "--padding-from", options->paddingFrom,
        "Rows as long as those of this file: one number a line, .safetensors with an attention_mask, or "
        "a text");
    command->add_option("--seed", options->seed, "Weights and tokens")->capture_default_str();
    command->add_flag("--json")->description("JSON, as always here");
    command->callback([options] { benchCommand(*options); });
}

} // namespace fettle::cli
