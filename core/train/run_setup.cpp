// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a run works with, loaded and checked before its first step.
#include "core/train/run_setup.h"

#include "core/base/adapter_base.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/machine.h"
#include "core/models/inspect.h"
#include "core/models/open_model.h"
#include "core/nn/matmul/choice.h"
#include "core/nn/threads.h"
#include "core/runs/checkpoints.h"
#include "core/runs/journal_reader.h"
#include "core/runs/run_folder.h"
#include "core/tokenizers/tokenizer.h"
#include "core/tokenizers/tokenizer_choice.h"
#include "core/train/checkpoint.h"
#include "core/train/lora_arguments.h"
#include "core/train/new_run_folder.h"
#include "core/train/passport.h"
#include "core/train/reporter.h"
#include "core/train/resource_needs.h"
#include "core/train/resume_point.h"
#include "core/train/run_control.h"
#include "core/train/run_folder_names.h"
#include "core/train/samples_writer.h"
#include "core/train/set_aside_run.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr int mostFolders = 1000; ///< of starts at the same moment

void requireNotEnded(const RunControl& control)
{
    if (control.wantedEnd())
        throw Error(ErrorCode::Stopped, "stopped before the first step");
}

/// A checkpoint's adapters stand on the run's base, where that lies now.
OpenOptions openOptions(const RunSetup& setup)
{
    OpenOptions options;
    if (!setup.checkpoint) {
        options.lora = loraOf(setup.config.arguments);
    } else if (holdsAdapter(*setup.checkpoint)) {
        const fs::path model = resolveModel(setup.config.model);
        options.base = holdsAdapter(model) && !holdsWeights(model) ? adapterBase(model) : model;
    }
    return options;
}

DataSize dataSize(const RunSetup& setup)
{
    return {setup.data.train.size(), setup.data.train.longest(), setup.data.validation.size() > 0};
}

void fitRows(RunSetup& setup)
{
    const auto said = fitRowsPerStep(setup.facts, setup.config.arguments, dataSize(setup), memoryInReach(programBytes));
    if (!said)
        return;
    NoticeEvent notice;
    notice.level = NoticeLevel::Warning;
    notice.code = said->code;
    notice.message = fmt::format("{} {}", said->message, said->hint);
    setup.notices.push_back(std::move(notice));
}

/// Returns the model, its weights still to be loaded.
OpenedModel loadInputs(RunSetup& setup, const RunRequest& request, Reporter& reporter, const RunControl& control)
{
    const std::string reference = setup.checkpoint ? setup.checkpoint->string() : setup.config.model;
    reporter.activity(Activity::Reading, -1, 0);
    OpenedModel opened = request.model ? std::move(*request.model) : openModel(reference, openOptions(setup));
    setup.facts = opened.plan.facts;
    // Trainer's checkpoints hold a tokenizer only where it was given one.
    const bool ownTokenizer = chooseTokenizer(setup.facts.ownFolder()).kind != TokenizerKind::None;
    setup.tokenizer = loadTokenizer(ownTokenizer ? setup.facts.ownFolder() : resolveModel(setup.config.model));
    noteTokenizer(setup.facts, *setup.tokenizer);
    setup.data = loadTrainingData(setup.config, setup.tokenizer, setup.facts, [&](double fraction) {
        reporter.activity(Activity::Tokenizing, fraction, 0);
        return !control.wantedEnd();
    });
    if (!setup.isResume)
        fitRows(setup);
    setup.plan = planSteps(setup.config.arguments, setup.data.train.size());
    setup.timing.emplace(setup.config, setup.plan.maxSteps, setup.plan.stepsPerEpoch, setup.data.validation.size() > 0);
    requireNotEnded(control);
    return opened;
}

/// Bytes that a run which goes on has written already: they are not needed again.
uint64_t bytesThere(const fs::path& runFolder)
{
    uint64_t bytes = 0;
    std::error_code ignored;
    const auto add = [&](const fs::path& file) {
        const uintmax_t size = fs::file_size(file, ignored);
        bytes += ignored ? 0 : size;
    };
    add(RunFolder(runFolder).journal());
    for (const CheckpointFolder& checkpoint : checkpointsOf(runFolder))
        if (holdsOnlyItsOwn(checkpoint.path))
            for (const fs::directory_entry& entry : fs::directory_iterator(checkpoint.path, ignored))
                add(entry.path());
    return bytes;
}

void loadTheModel(RunSetup& setup, OpenedModel opened, Reporter& reporter)
{
    ResourceNeeds needs = resourceNeeds(setup.facts, setup.config, *setup.timing, dataSize(setup));
    if (setup.isResume)
        needs.diskBytes -= std::min(needs.diskBytes, bytesThere(setup.runFolder));
    requireResources(needs, memoryInReach(programBytes), freeDiskBytes(setup.runFolder));
    reporter.activity(Activity::LoadingModel, -1, 0);
    LoadOptions options;
    options.trainable = true;
    options.cpuOnly = setup.config.arguments.use_cpu;
    options.seed = static_cast<uint64_t>(setup.config.arguments.seed);
    setup.model = loadModel(std::move(opened), options);
    requireFinite(setup.model->facts());
    const SamplesWriter checksPrompts(*setup.model, setup.tokenizer, setup.config.samples);
}

void writePassport(const RunSetup& setup)
{
    const RunFolder folder(setup.runFolder);
    writeJson(folder.passport(),
              makePassport(setup.config, setup.facts, readRegularFile(folder.settings()), setup.data.facts.rows,
                           setup.data.validation.size(), setup.model->device().str(), setup.threads, matmulInUse()));
}

/// run.json as given, completed with every default; passport.json; an empty journal.
void writeNewRun(RunSetup& setup, NewRunFolder& folder, Reporter& reporter)
{
    requireFree(setup.runFolder, setup.files->names());
    writeJson(folder.own(RunFolder::settingsName), toJson(setup.config));
    folder.own(RunFolder::passportName);
    writePassport(setup);
    setup.argumentsHash = argumentsHash(setup.config.arguments);
    setup.settingsHash = sha256(readRegularFile(RunFolder(setup.runFolder).settings()));
    reporter.openJournal(folder.own(RunFolder::journalName));
}

/// The run's folder, made and locked. Where any will do, another start may have taken this one meanwhile.
std::unique_ptr<NewRunFolder> claimFolder(RunSetup& setup, bool picksFolder)
{
    for (int tries = 0;; ++tries)
        try {
            return std::make_unique<NewRunFolder>(setup.runFolder);
        } catch (const Error& error) {
            const fs::path other = newRunFolder(setup.config);
            if (!picksFolder || error.code() != ErrorCode::BadInput || other == setup.runFolder || tries == mostFolders)
                throw;
            setup.runFolder = other;
            setup.config.arguments.output_dir = setup.runFolder.string();
        }
}

NoticeEvent noticeOfAside(const fs::path& folder, const fs::path& place)
{
    NoticeEvent notice;
    notice.code = NoticeCode::RunSetAside;
    notice.message = fmt::format("What stood in {} lies in {} now (overwrite_output_dir). Nothing was deleted.",
                                 folder.string(), place.string());
    return notice;
}

void setUpNewRun(RunSetup& setup, const RunRequest& request, Reporter& reporter, const RunControl& control)
{
    setup.notices = request.notices;
    std::optional<SetAsideRun> before; // goes back to its place once the new folder is gone
    if (setup.config.arguments.overwrite_output_dir) {
        before.emplace(setup.config);
        if (before->place())
            setup.notices.push_back(noticeOfAside(setup.runFolder, *before->place()));
    }
    const std::unique_ptr<NewRunFolder> folder = claimFolder(setup, request.picksFolder);
    loadTheModel(setup, loadInputs(setup, request, reporter, control), reporter);
    requireNotEnded(control);
    setup.files = std::make_unique<ModelFiles>(setup.facts, setup.tokenizer->files());
    writeNewRun(setup, *folder, reporter);
    setup.lock = folder->keep();
    if (before)
        before->keep();
}

/// What the run was made of, as its passport or (without one) its run file says.
void readIdentity(RunSetup& setup, const Json& passport)
{
    const Json run = readJson(RunFolder(setup.runFolder).settings());
    setup.settingsHash = passport.contains("settings") ? jsonValue<std::string>(passport["settings"], "sha256", "")
                                                       : sha256(fileText(run));
    setup.argumentsHash = run.contains("arguments") ? sha256(jsonText(run["arguments"])) : std::string();
}

void setUpResume(RunSetup& setup, const RunRequest& request, Reporter& reporter, const RunControl& control)
{
    setup.lock = std::make_unique<FolderLock>(setup.runFolder);
    removeLeftovers(setup.runFolder, true);
    const RunFolder folder(setup.runFolder);
    const fs::path passportFile = folder.passport(), journal = folder.journal();
    const Json passport = fs::exists(passportFile) ? readJson(passportFile) : Json::object();
    readIdentity(setup, passport);
    const ResumePoint point = chooseResumePoint(setup.runFolder, request.checkpoint, setup.settingsHash);
    setup.checkpoint = point.checkpoint;
    setup.notices = point.notices;
    setup.notices.insert(setup.notices.end(), request.notices.begin(), request.notices.end());
    if (auto notice = otherMatmulNotice(passport, matmulInUse()))
        setup.notices.push_back(std::move(*notice));
    requireSameTexts(passport, setup.config);
    OpenedModel opened = loadInputs(setup, request, reporter, control);
    requireObjective(setup.config, setup.facts);
    if (!setup.checkpoint || setup.facts.adapterParameters > 0) // a checkpoint of adapters needs its base as it was
        requireSameModel(passport, setup.facts, !setup.checkpoint);
    loadTheModel(setup, std::move(opened), reporter);
    setup.files = std::make_unique<ModelFiles>(setup.facts, setup.tokenizer->files());
    setup.hasStarted = hasEvents(journal);
    if (!fs::exists(passportFile))
        writePassport(setup);
    reporter.openJournal(journal);
}

} // namespace

RunSetup::RunSetup() = default;
RunSetup::~RunSetup() = default;
RunSetup::RunSetup(RunSetup&&) noexcept = default;

RunSetup setUpRun(const RunRequest& request, Reporter& reporter, const RunControl& control)
{
    RunSetup setup;
    setup.config = request.config;
    setup.runFolder = request.config.arguments.output_dir;
    setup.isResume = request.isResume;
    setup.threads = useThreads(static_cast<int>(setup.config.arguments.threads));
    useMatmul(setup.config.arguments.matmul);

    if (!request.isResume)
        setup.checkpoint = request.checkpoint; // of transformers' Trainer
    if (request.isResume)
        setUpResume(setup, request, reporter, control);
    else
        setUpNewRun(setup, request, reporter, control);
    setup.lockFile = lockFileOf(setup.runFolder);
    return setup;
}

void requireInPlace(const RunSetup& setup, int64_t step)
{
    if (setup.lockFile != LockFile() && setup.lockFile == lockFileOf(setup.runFolder))
        return;
    throw Error(
        ErrorCode::Failed,
        fmt::format("The run's folder {} is gone: it was deleted or moved while the run was at work. Stopped at "
                    "step {}.",
                    setup.runFolder.string(), step),
        "If it was moved, continue it where it lies now.", "output_dir");
}

} // namespace fettle
