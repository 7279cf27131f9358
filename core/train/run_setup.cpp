// SPDX-License-Identifier: GPL-3.0-or-later
// Everything a run works with, loaded and checked before its first step.
#include "core/train/run_setup.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/machine.h"
#include "core/models/data_needs.h"
#include "core/nn/threads.h"
#include "core/runs/run_folder.h"
#include "core/tokenizers/tokenizer.h"
#include "core/train/checkpoint.h"
#include "core/train/passport.h"
#include "core/train/reporter.h"
#include "core/train/resource_needs.h"
#include "core/train/run_control.h"
#include "core/train/samples_writer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

/// A new folder that goes away again, with those above it that were made for it, unless kept.
class NewFolder
{
public:
    explicit NewFolder(const fs::path& folder) : m_folder(folder)
    {
        fs::path missing = folder;
        while (!missing.empty() && !fs::exists(missing)) {
            m_topmost = missing;
            missing = missing.parent_path();
        }
        std::error_code error;
        fs::create_directories(folder, error);
        if (error)
            throwFileError(folder, "could not be created", error.value());
    }
    ~NewFolder()
    {
        if (m_kept)
            return;
        std::error_code ignored;
        if (!m_topmost.empty()) {
            fs::remove_all(m_topmost, ignored);
            return;
        }
        for (const char* name : {"run.json", "passport.json", "journal.jsonl", ".model", ".fettle-lock"})
            fs::remove_all(m_folder / name, ignored);
    }
    NewFolder(const NewFolder&) = delete;
    NewFolder& operator=(const NewFolder&) = delete;
    void keep() { m_kept = true; }

private:
    fs::path m_folder, m_topmost;
    bool m_kept = false;
};

void requireNotEnded(const RunControl& control)
{
    if (control.wantedEnd())
        throw Error(ErrorCode::Stopped, "stopped before the first step");
}

void loadInputs(RunSetup& setup, Reporter& reporter, const RunControl& control)
{
    const std::string reference = setup.checkpoint ? setup.checkpoint->string() : setup.config.model;
    reporter.activity(Activity::Reading, -1, 0);
    setup.entry = inspectModel(reference);
    setup.tokenizer = loadTokenizer(setup.entry.folder);
    setup.needs = dataNeeds(setup.entry);
    setup.data = loadTrainingData(setup.config, setup.tokenizer, setup.needs, [&](double fraction) {
        reporter.activity(Activity::Tokenizing, fraction, 0);
        return !control.wantedEnd();
    });
    setup.plan = planSteps(setup.config.arguments, setup.data.train.size());
    setup.timing.emplace(setup.config, setup.plan.maxSteps, setup.plan.stepsPerEpoch, setup.data.validation.size() > 0);
    requireNotEnded(control);
}

void loadTheModel(RunSetup& setup, Reporter& reporter)
{
    const ResourceNeeds needs = resourceNeeds(setup.entry, setup.config, *setup.timing, setup.data.train.longest(),
                                              setup.data.validation.size() > 0);
    requireResources(needs, availableMemoryBytes(), freeDiskBytes(setup.runFolder));
    reporter.activity(Activity::LoadingModel, -1, 0);
    LoadOptions options;
    options.trainable = true;
    options.cpuOnly = setup.config.arguments.use_cpu;
    options.seed = static_cast<uint64_t>(setup.config.arguments.seed);
    setup.model = loadModel(setup.entry.reference, options);
    requireFinite(setup.model->entry());
    const SamplesWriter checksPrompts(*setup.model, setup.tokenizer, setup.config.samples);
}

void writePassport(const RunSetup& setup)
{
    writeJson(setup.runFolder / "passport.json",
              makePassport(setup.config, setup.entry, readRegularFile(setup.runFolder / "run.json"),
                           setup.data.facts.rows, setup.data.validation.size(), setup.model->device().str(),
                           setup.threads));
}

/// run.json as given, completed with every default; passport.json; an empty journal.
void writeNewRun(const RunSetup& setup, Reporter& reporter)
{
    writeJson(setup.runFolder / "run.json", toJson(setup.config));
    writePassport(setup);
    reporter.openJournal(setup.runFolder / "journal.jsonl");
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
    setup.checkpoint = request.checkpoint;
    setup.isResume = request.isResume;
    setup.threads = useThreads(static_cast<int>(setup.config.arguments.threads));

    if (request.isResume) {
        setup.lock = std::make_unique<FolderLock>(setup.runFolder);
        removePartialWrites(setup.runFolder);
        if (fs::exists(setup.runFolder / "passport.json"))
            requireSameTexts(readJson(setup.runFolder / "passport.json"), setup.config);
        loadInputs(setup, reporter, control);
        loadTheModel(setup, reporter);
        setup.files = std::make_unique<ModelFiles>(setup.runFolder, setup.entry.folder, setup.tokenizer->files());
        const fs::path journal = setup.runFolder / "journal.jsonl";
        setup.hasStarted = fs::exists(journal) && !readJournal(journal).empty();
        if (!fs::exists(setup.runFolder / "passport.json"))
            writePassport(setup);
        reporter.openJournal(journal);
        return setup;
    }
    loadInputs(setup, reporter, control);
    loadTheModel(setup, reporter);
    requireNotEnded(control);
    NewFolder folder(setup.runFolder);
    setup.lock = std::make_unique<FolderLock>(setup.runFolder);
    if (isFolderTaken(setup.runFolder)) { // meanwhile, by another program
        folder.keep();
        throw badInput(fmt::format("output_dir: {} holds a run already", setup.runFolder.string()),
                       "Choose another output_dir.", "output_dir");
    }
    setup.files = std::make_unique<ModelFiles>(setup.runFolder, setup.entry.folder, setup.tokenizer->files());
    writeNewRun(setup, reporter);
    folder.keep();
    return setup;
}

} // namespace fettle
