// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli forecast: what a run will take.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/arguments/run_config.h"
#include "core/base/machine.h"
#include "core/base/text.h"
#include "core/check/rehearse.h"
#include "core/models/inspect.h"
#include "core/session.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

namespace fettle::cli
{

namespace
{

struct ForecastArguments {
    std::string file;
    std::vector<std::string> settings;
    bool rehearse = false, json = false;
};

Json forecastJson(const Forecast& forecast, const std::optional<Rehearsal>& rehearsal)
{
    Json json{{"steps", forecast.steps},
              {"steps_per_epoch", forecast.stepsPerEpoch},
              {"seconds", forecast.seconds},
              {"seconds_low", forecast.secondsLow},
              {"seconds_high", forecast.secondsHigh},
              {"learning_seconds", forecast.learningSeconds},
              {"checking_seconds", forecast.checkingSeconds},
              {"writing_seconds", forecast.writingSeconds},
              {"memory_bytes", forecast.memoryBytes},
              {"memory_free_bytes", forecast.memoryFree},
              {"disk_bytes", forecast.diskBytes},
              {"disk_free_bytes", forecast.diskFree},
              {"kept_checkpoints", forecast.keptCheckpoints},
              {"measured", forecast.measured},
              {"disturbed", forecast.wasDisturbed},
              {"busy", forecast.isBusy},
              {"warnings", Json::array()}};
    for (const SettingWarning& warning : forecast.warnings)
        json["warnings"].push_back(Json{{"code", toString(warning.code)},
                                        {"subject", warning.subject},
                                        {"message", warning.message},
                                        {"hint", warning.hint}});
    if (rehearsal)
        json["rehearsal"] = {{"rows", rehearsal->rows},
                             {"tokens", rehearsal->tokens},
                             {"seconds_per_step", rehearsal->secondsPerStep},
                             {"peak_rss_bytes", rehearsal->peakResidentBytes}};
    return json;
}

void printForecastText(const Forecast& forecast, const std::optional<Rehearsal>& rehearsal)
{
    printFact("steps", fmt::format("{} ({} an epoch)", grouped(forecast.steps), grouped(forecast.stepsPerEpoch)));
    printFact("time", fmt::format("{} (between {} and {}, {})", humanDuration(forecast.seconds),
                                  humanDuration(forecast.secondsLow), humanDuration(forecast.secondsHigh),
                                  !forecast.measured      ? "a rule of thumb"
                                  : forecast.wasDisturbed ? "measured here while others were at work"
                                                          : "measured here") +
                          (forecast.isBusy ? "; other programs are at work" : ""));
    printFact("memory", fmt::format("{}, {} free", humanBytes(forecast.memoryBytes), humanBytes(forecast.memoryFree)));
    printFact("disk", fmt::format("{}, {} free", humanBytes(forecast.diskBytes), humanBytes(forecast.diskFree)));
    if (rehearsal)
        printFact("worst batch", fmt::format("{} rows, {} tokens: {:.3f} s a step, {} at its peak", rehearsal->rows,
                                             grouped(rehearsal->tokens), rehearsal->secondsPerStep,
                                             humanBytes(rehearsal->peakResidentBytes)));
}

void tellWarnings(const Forecast& forecast)
{
    for (const SettingWarning& warning : forecast.warnings)
        printAside(fmt::format("warning: {} {}\n", warning.message, warning.hint));
}

void forecastCommand(const ForecastArguments& given)
{
    RunConfig config = readRunConfig(given.file);
    for (const std::string& setting : given.settings)
        applySetting(config, setting);
    validateRunConfig(config);
    const ModelFacts model = inspectModel(config.model);
    tellNotices(model.report.notices);
    Forecast forecast;
    {
        ProgressLine progress("Reading");
        const DataPreview preview =
            previewRunData(config, 0, [&](double fraction) { return progress.update(fraction); });
        forecast = forecastRun(config, model, preview);
    }
    std::optional<Rehearsal> rehearsal;
    if (given.rehearse)
        rehearsal = rehearseRun(config);
    tellWarnings(forecast);
    if (given.json)
        printJson(forecastJson(forecast, rehearsal));
    else
        printForecastText(forecast, rehearsal);
}

} // namespace

void registerForecast(CLI::App& app)
{
    const auto given = std::make_shared<ForecastArguments>();
    CLI::App* command = app.add_subcommand("forecast", "What a run will take: time, memory, disk");
    command->add_option("file", given->file, "The run file (RUN.json)")->required();
    command->add_option("--set", given->settings, "Change a setting, like learning_rate=1e-3");
    command->add_flag("--rehearse", given->rehearse, "Train the worst batch for real, and measure it");
    command->add_flag("--json", given->json, "The result as JSON");
    command->callback([given] { forecastCommand(*given); });
}

} // namespace fettle::cli
