// SPDX-License-Identifier: GPL-3.0-or-later
// From where a run goes on.
#include "core/train/resume_point.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/runs/checkpoints.h"
#include "core/runs/run_folder.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

NoticeEvent warning(NoticeCode code, std::string message)
{
    NoticeEvent notice;
    notice.level = NoticeLevel::Warning;
    notice.code = code;
    notice.message = std::move(message);
    return notice;
}

std::string joined(const std::vector<std::string>& words, const char* between)
{
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : between) + word;
    return text;
}

/// What is wrong with a checkpoint of this run; a checkpoint of another run was copied here.
std::optional<std::string> problemOf(const fs::path& checkpoint, const std::string& settingsHash)
{
    if (auto problem = checkpointProblem(checkpoint, CheckDepth::Hashes))
        return problem;
    const std::string of = jsonValue<std::string>(readJson(checkpoint / RunFolder::stateName), "settings_sha256", "");
    if (!of.empty() && !settingsHash.empty() && of != settingsHash)
        return "it was written by a run with other settings";
    return std::nullopt;
}

[[noreturn]] void refuseNamed(const fs::path& checkpoint, const std::string& problem)
{
    std::vector<std::string> others;
    for (const CheckpointFolder& other : checkpointsOf(checkpoint.parent_path()))
        if (other.path != checkpoint && !checkpointProblem(other.path, CheckDepth::Sizes))
            others.push_back(other.path.filename().string());
    const std::string out = others.empty()
                                ? "No other checkpoint of this run is whole. Put the damaged file back as it was."
                                : fmt::format("Go on from a whole one of this run: {} in {}.", joined(others, ", "),
                                              checkpoint.parent_path().string());
    throw badInput(fmt::format("{} cannot be gone on from: {}", checkpoint.string(), problem), out, "output_dir");
}

} // namespace

void requireWhole(const std::filesystem::path& checkpoint)
{
    if (const auto problem = checkpointProblem(checkpoint, CheckDepth::Sizes))
        refuseNamed(checkpoint, *problem);
}

ResumePoint chooseResumePoint(const std::filesystem::path& runFolder, const std::optional<std::filesystem::path>& named,
                              const std::string& settingsHash)
{
    ResumePoint point;
    if (named) {
        if (const auto problem = problemOf(*named, settingsHash))
            refuseNamed(*named, *problem);
        point.checkpoint = *named;
        return point;
    }
    std::vector<std::string> damaged;
    for (const CheckpointFolder& checkpoint : checkpointsOf(runFolder)) {
        const auto problem = problemOf(checkpoint.path, settingsHash);
        if (!problem) {
            point.checkpoint = checkpoint.path;
            break;
        }
        if (holdsTrainingState(checkpoint.path))
            damaged.push_back(fmt::format("{}: {}", checkpoint.path.filename().string(), *problem));
    }
    if (damaged.empty())
        return point;
    if (!point.checkpoint)
        throw badInput(
            fmt::format("{}: no checkpoint of this run can be used. {}", runFolder.string(), joined(damaged, "; ")),
            "Put the damaged file back as it was. To begin again at step 0 all the same, move these folders "
            "away first.",
            "output_dir");
    point.notices.push_back(warning(NoticeCode::CheckpointDamaged,
                                    fmt::format("Damaged, and not used: {}. The run goes on from {}.",
                                                joined(damaged, "; "), point.checkpoint->filename().string())));
    return point;
}

std::string setAside(const std::filesystem::path& path)
{
    for (int number = 1;; ++number) {
        const fs::path aside = path.parent_path() / fmt::format("{}.aside-{}", path.filename().string(), number);
        if (fs::exists(fs::symlink_status(aside)))
            continue;
        if (::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, aside.c_str(), RENAME_NOREPLACE) == 0 ||
            (errno == EINVAL && ::rename(path.c_str(), aside.c_str()) == 0)) // not every file system knows the flag
            return aside.filename().string();
        if (errno != EEXIST)
            throwFileError(path, "could not be set aside", errno);
    }
}

std::vector<NoticeEvent> setAsideAbove(const std::filesystem::path& runFolder, int64_t step)
{
    std::vector<std::string> aside, left;
    for (const CheckpointFolder& checkpoint : checkpointsOf(runFolder)) {
        if (checkpoint.step <= step)
            break; // newest first
        const std::string name = checkpoint.path.filename().string();
        if (holdsTrainingState(checkpoint.path))
            aside.push_back(fmt::format("{} (now {})", name, setAside(checkpoint.path)));
        else
            left.push_back(name);
    }
    std::vector<NoticeEvent> notices;
    if (!aside.empty())
        notices.push_back(warning(NoticeCode::CheckpointsSetAside,
                                  fmt::format("Set aside, because the run goes on from step {}: {}. Remove what you no "
                                              "longer need.",
                                              step, joined(aside, ", "))));
    if (!left.empty())
        notices.push_back(
            warning(NoticeCode::NotACheckpoint,
                    fmt::format("Left alone, because it is no checkpoint of a run: {}.", joined(left, ", "))));
    return notices;
}

} // namespace fettle
