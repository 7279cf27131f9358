// SPDX-License-Identifier: GPL-3.0-or-later
// What may differ between the parts of a run.
#include "core/train/resume_settings.h"

#include "core/arguments/setting_changes.h"
#include "core/arguments/setting_keys.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "core/optim/optimizer.h"
#include "core/runs/run_folder.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

/// They change when something is written down, or how fast, but no number that is learnt.
constexpr std::array harmless{"save_steps",
                              "save_strategy",
                              "save_total_limit",
                              "logging_steps",
                              "logging_strategy",
                              "logging_first_step",
                              "overwrite_output_dir",
                              "include_num_input_tokens_seen",
                              "report_to",
                              "prediction_loss_only",
                              "per_device_eval_batch_size",
                              "output_dir",
                              "threads",
                              "use_cpu",
                              "matmul",
                              "gradient_checkpointing",
                              "auto_find_batch_size"};
constexpr std::array lastDigits{"threads", "use_cpu", "matmul", "per_device_eval_batch_size"};

template <size_t n>
bool isOneOf(const std::array<const char*, n>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// A path that changed is another place; whether the same lies there is known by hashes (passport.h).
bool isOnlyAnotherPlace(const SettingChange& change)
{
    const auto isPlace = [](const std::string& value) { return value.front() == '"' || value.front() == '['; };
    const auto isRandom = [](const std::string& value) { return ModelReference::parse(value.substr(1)).fromNothing; };
    if (change.key == "model")
        return isRandom(change.before) == isRandom(change.after);
    return (change.key == "data.train" || change.key == "data.train.path" || change.key == "data.validation") &&
           isPlace(change.before) && isPlace(change.after);
}

bool isHarmless(const SettingChange& change)
{
    const auto unquoted = [](const std::string& json) { return json.substr(1, json.size() - 2); };
    if (change.key == setting_key::optim) // two names of one
        return firstNameOf(unquoted(change.before)) == firstNameOf(unquoted(change.after));
    return isOneOf(harmless, change.key) || change.key.starts_with("samples.") || isOnlyAnotherPlace(change);
}

/// Of the texts of data.train, in their order.
std::vector<double> textWeights(const Json& run)
{
    const Json& texts = run["data"]["train"];
    std::vector<double> weights;
    for (const Json& text : texts.is_array() ? texts : Json::array({texts}))
        weights.push_back(text.is_object() ? text["weight"].get<double>() : 1);
    return weights;
}

/// A text may lie elsewhere (isOnlyAnotherPlace), but it weighs what it weighed.
std::vector<SettingChange> changesOfRun(const Json& before, const Json& after)
{
    std::vector<SettingChange> changes = settingChanges(before, after);
    const std::vector<double> were = textWeights(before), are = textWeights(after);
    if (were == are)
        return changes;
    std::erase_if(changes, [](const SettingChange& change) { return change.key.starts_with("data.train"); });
    changes.push_back({"data.train.weight", jsonText(were), jsonText(are)});
    return changes;
}

NoticeEvent changedNotice(const std::vector<SettingChange>& changes)
{
    NoticeEvent notice;
    notice.code = NoticeCode::SettingsChanged;
    bool mayDiffer = false;
    for (const SettingChange& change : changes) {
        notice.message += fmt::format("{}{} is {} from here on ({} at the start)", notice.message.empty() ? "" : "; ",
                                      change.key, change.after, change.before);
        mayDiffer = mayDiffer || isOneOf(lastDigits, change.key);
    }
    notice.message += mayDiffer ? ". The last digits of its numbers may differ by that." : ".";
    return notice;
}

/// Splits off the harmless changes as a notice; what is left would break the run's numbers.
std::vector<NoticeEvent> noticesOf(std::vector<SettingChange>& changes)
{
    const auto harmful = std::stable_partition(changes.begin(), changes.end(), isHarmless);
    const std::vector<SettingChange> accepted(changes.begin(), harmful);
    changes.erase(changes.begin(), harmful);
    return accepted.empty() ? std::vector<NoticeEvent>() : std::vector<NoticeEvent>{changedNotice(accepted)};
}

} // namespace

std::vector<NoticeEvent> requireFirstSettings(const std::filesystem::path& runFolder)
{
    const fs::path file = RunFolder(runFolder).settings(), passportFile = RunFolder(runFolder).passport();
    if (!fs::exists(passportFile))
        return {};
    const Json passport = readJson(passportFile);
    const Json settings = passport.contains("settings") ? passport["settings"] : Json::object();
    const std::string hash = settings.is_object() ? jsonValue<std::string>(settings, "sha256", "") : "";
    const Json run = readJson(file);
    // As it was written, or the same with other white space.
    if (hash.empty() || sha256(readRegularFile(file)) == hash || sha256(fileText(run)) == hash)
        return {};
    const char* hint = "Put run.json back as it was, or start a new run with the new settings.";
    if (!settings.contains("values"))
        throw badInput(
            fmt::format("{} is not what it was when the run began (passport.json has its SHA-256)", file.string()),
            hint, "output_dir");
    // Read and written by this version, both have every key.
    std::vector<SettingChange> changes =
        changesOfRun(toJson(parseRunConfig(settings["values"], runFolder)), toJson(parseRunConfig(run, runFolder)));
    std::vector<NoticeEvent> notices = noticesOf(changes);
    if (changes.empty())
        return notices;
    std::string what;
    for (const SettingChange& change : changes)
        what += fmt::format("{}{} was {}, now {}", what.empty() ? "" : "; ", change.key, change.before, change.after);
    throw badInput(fmt::format("{} is not what it was when the run began: {}", file.string(), what), hint,
                   changes.front().key);
}

std::vector<NoticeEvent> applySettings(RunConfig& config, const std::vector<std::string>& settings)
{
    const Json before = toJson(config);
    for (const std::string& setting : settings)
        applySetting(config, setting);
    std::vector<SettingChange> changes = changesOfRun(before, toJson(config));
    std::vector<NoticeEvent> notices = noticesOf(changes);
    if (changes.empty())
        return notices;
    std::string what;
    for (const SettingChange& change : changes)
        what += fmt::format("{}{} is {} in this run, not {}", what.empty() ? "" : "; ", change.key, change.before,
                            change.after);
    throw badInput(what + ": a run goes on with the settings that it began with",
                   "Leave that out. For other settings start a new run from this one's model: --set model= and the "
                   "folder of a checkpoint, with another output_dir.",
                   changes.front().key);
}

} // namespace fettle
