// SPDX-License-Identifier: GPL-3.0-or-later
// A folder belongs to one run: starts at the same moment, ways back, leftovers, and what a run never touches.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/folder_lock.h"
#include "core/runs/checkpoints.h"
#include "core/train/checkpoint.h"
#include "core/train/new_run_folder.h"
#include "core/train/resume_point.h"
#include "core/train/run_folder_names.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

using namespace fettle;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

namespace
{

class FolderOwner : public ::testing::Test
{
protected:
    void SetUp() override
    {
        std::string name = (fs::temp_directory_path() / "fettle-owner-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        m_root = name;
        m_run = m_root / "exp" / "run";
    }
    void TearDown() override { fs::remove_all(m_root); }

    static std::vector<std::string> namesIn(const fs::path& folder)
    {
        std::vector<std::string> names;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder))
            names.push_back(entry.path().filename().string());
        return names;
    }
    static Error refusal(const std::function<void()>& action)
    {
        try {
            action();
        } catch (const Error& error) {
            return error;
        }
        return Error(ErrorCode::Failed, "it was not refused");
    }
    /// The number of a process that is gone.
    static pid_t deadProcess()
    {
        const pid_t child = ::fork();
        if (child == 0)
            ::_exit(0);
        ::waitpid(child, nullptr, 0);
        return child;
    }
    static void makeCheckpoint(const fs::path& run, int64_t step)
    {
        const fs::path folder = run / checkpointName(step);
        fs::create_directories(folder);
        for (const char* name : {"config.json", "model.safetensors", "optimizer.safetensors"})
            writeFileAtomically(folder / name, fmt::format("{} of step {}", name, step));
        Json state{{"fettle", 1}, {"step", step}};
        sealCheckpoint(state, folder);
        writeJson(folder / "fettle_state.json", state);
    }

    fs::path m_root, m_run;
};

} // namespace

TEST_F(FolderOwner, AStartThatFailsLeavesNothingOfItsOwn)
{
    {
        NewRunFolder folder(m_run);
        writeFileAtomically(folder.own("run.json"), "{}");
        EXPECT_TRUE(FolderLock::isHeld(m_run));
    }
    EXPECT_FALSE(fs::exists(m_root / "exp"));
}

TEST_F(FolderOwner, AndNothingOfOthers)
{
    {
        NewRunFolder folder(m_run);
        writeFileAtomically(folder.own("run.json"), "{}");
        writeFileAtomically(m_run / "notes.md", "mine"); // a person's, meanwhile
        fs::create_directories(m_root / "exp" / "other" / "checkpoint-10");
    }
    EXPECT_THAT(namesIn(m_run), UnorderedElementsAre("notes.md"));
    EXPECT_TRUE(fs::exists(m_root / "exp" / "other" / "checkpoint-10"));
}

TEST_F(FolderOwner, AFolderThatWasThereIsLeftAsItWas)
{
    fs::create_directories(m_run);
    writeFileAtomically(m_run / "notes.md", "mine");
    {
        NewRunFolder folder(m_run);
        writeFileAtomically(folder.own("run.json"), "{}");
    }
    EXPECT_THAT(namesIn(m_run), UnorderedElementsAre("notes.md"));
}

TEST_F(FolderOwner, KeepingMakesItTheRuns)
{
    std::unique_ptr<FolderLock> lock;
    {
        NewRunFolder folder(m_run);
        writeFileAtomically(folder.own("run.json"), "{}");
        lock = folder.keep();
    }
    EXPECT_TRUE(fs::exists(m_run / "run.json"));
    EXPECT_TRUE(FolderLock::isHeld(m_run));
    const Error error = refusal([&] { NewRunFolder second(m_run); });
    EXPECT_EQ(error.code(), ErrorCode::BadInput);
    EXPECT_EQ(readFile(m_run / "run.json"), "{}");
}

TEST_F(FolderOwner, TheSecondIsToldWhoIsAtIt)
{
    const NewRunFolder first(m_run);
    const Error error = refusal([&] { NewRunFolder second(m_run); });
    EXPECT_EQ(error.code(), ErrorCode::BadInput);
    EXPECT_EQ(error.subject(), "output_dir");
    EXPECT_THAT(error.message(),
                HasSubstr(fmt::format("is being written by another Fettle (process {} on ", ::getpid())));
    EXPECT_TRUE(FolderLock::isHeld(m_run)); // still the first's
}

TEST_F(FolderOwner, RefusesWhatCannotBeWrittenBeforeAnythingElse)
{
    writeFileAtomically(m_root / "file", "x");
    for (const fs::path& folder : {m_root / "file", m_root / "file" / "below", fs::path("/proc/fettle/run")}) {
        const Error error = refusal([&] { NewRunFolder made(folder); });
        EXPECT_EQ(error.code(), ErrorCode::BadInput) << folder << error.message();
        EXPECT_EQ(error.subject(), "output_dir");
        EXPECT_THAT(error.message(), HasSubstr(folder.parent_path().filename().string()));
    }
    fs::create_symlink(m_root / "nowhere", m_root / "link");
    EXPECT_EQ(refusal([&] { NewRunFolder made(m_root / "link"); }).code(), ErrorCode::BadInput);
    EXPECT_FALSE(fs::exists(m_root / "nowhere"));
}

TEST_F(FolderOwner, WritesThroughNoLink)
{
    fs::create_directories(m_run);
    fs::create_symlink(m_root / "outside", m_run / ".fettle-lock");
    EXPECT_EQ(refusal([&] { NewRunFolder made(m_run); }).code(), ErrorCode::BadInput);
    EXPECT_FALSE(fs::exists(m_root / "outside"));
    fs::remove(m_run / ".fettle-lock");
    writeFileAtomically(m_run / ".fettle-lock", "a person's own words"); // kept, whatever for
    {
        NewRunFolder folder(m_run);
    }
    EXPECT_EQ(readFile(m_run / ".fettle-lock"), "a person's own words");
}

/// Processes take the lock and remove its file, as starts that fail do, as fast as they can: two never hold it at once.
TEST_F(FolderOwner, RemovingTheLocksFileBreaksItForNobody)
{
    fs::create_directories(m_run);
    const fs::path inside = m_root / "inside"; // exists while someone holds the lock
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) {
        const pid_t child = ::fork();
        if (child != 0) {
            children.push_back(child);
            continue;
        }
        for (int round = 0; round < 60; ++round) {
            try {
                NewRunFolder folder(m_run);
                if (::mkdir(inside.c_str(), 0777) != 0)
                    ::_exit(1);
                ::usleep(static_cast<useconds_t>((round * 37 + i * 11) % 400));
                ::rmdir(inside.c_str());
            } catch (const Error& error) {
                if (error.code() != ErrorCode::BadInput)
                    ::_exit(2);
            }
        }
        ::_exit(0);
    }
    for (const pid_t child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(WEXITSTATUS(status), 0) << "1: two held it at once; 2: another error";
    }
}

TEST_F(FolderOwner, NamesWhatIsInItsWay)
{
    fs::create_directories(m_run);
    for (const char* name : {"vocab.txt", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
                             "vocab.json", "merges.txt", "tokenizer.json", "tokenizer.model", "generation_config.json",
                             "model-00001-of-00002.safetensors", "pytorch_model.bin", "model.safetensors.index.json"}) {
        writeFileAtomically(m_run / name, "mine");
        const Error error = refusal([&] { NewRunFolder folder(m_run); });
        EXPECT_EQ(error.code(), ErrorCode::BadInput) << name;
        EXPECT_THAT(error.message(), HasSubstr(name));
        EXPECT_THAT(namesIn(m_run), UnorderedElementsAre(name));
        fs::remove(m_run / name);
    }
    for (const char* name : {"notes.md", "my-run.json", "train.py", "plot.png"})
        writeFileAtomically(m_run / name, "mine");
    const NewRunFolder folder(m_run);
    EXPECT_EQ(refusal([&] { requireFree(m_run, {"plot.png"}); }).code(), ErrorCode::BadInput);
}

TEST_F(FolderOwner, CleansUpAfterTheDeadOnly)
{
    fs::create_directories(m_run);
    const std::string dead = fmt::format(".partial-{}-0", deadProcess());
    const std::string alive = fmt::format(".partial-{}-0", ::getppid());
    for (const std::string& name : {"..model" + dead, ".run.json" + dead, ".checkpoint-3" + dead, "..model" + alive,
                                    ".notes" + dead, std::string(".run.json.partial-x-1"), std::string(".partial-1-1")})
        fs::create_directory(m_run / name);
    removeLeftovers(m_run, false);
    EXPECT_THAT(namesIn(m_run),
                UnorderedElementsAre("..model" + alive, ".notes" + dead, ".run.json.partial-x-1", ".partial-1-1"));
    removeLeftovers(m_run, true);
    EXPECT_THAT(namesIn(m_run), UnorderedElementsAre(".notes" + dead, ".run.json.partial-x-1", ".partial-1-1"));
}

TEST_F(FolderOwner, RotationKeepsTheBestTheLastAndWhatIsNotItsOwn)
{
    for (const int64_t step : {2, 4, 6, 8, 10, 12})
        makeCheckpoint(m_run, step);
    writeFileAtomically(m_run / "checkpoint-4" / "notes.md", "mine"); // a person's file inside
    writeFileAtomically(m_run / "checkpoint-6" / "config.json", "damaged");
    fs::create_directory(m_run / "checkpoint-1");
    writeFileAtomically(m_run / "checkpoint-9000", "mine");
    removeOldCheckpoints(m_run, 2, 12, 2);
    const auto left = {"checkpoint-1", "checkpoint-2",  "checkpoint-4",
                       "checkpoint-6", "checkpoint-12", "checkpoint-9000"};
    EXPECT_THAT(namesIn(m_run), ::testing::UnorderedElementsAreArray(left));
    removeOldCheckpoints(m_run, 1, 12, 2); // limit 1 keeps both while they differ
    EXPECT_THAT(namesIn(m_run), ::testing::UnorderedElementsAreArray(left));
}

TEST_F(FolderOwner, WhatIsAboveAStepIsSetAside)
{
    for (const int64_t step : {10, 20, 30})
        makeCheckpoint(m_run, step);
    fs::create_directory(m_run / "checkpoint-30.aside-1");
    fs::create_directory(m_run / "checkpoint-9000"); // a person's own
    const std::vector<NoticeEvent> notices = setAsideAbove(m_run, 10);
    EXPECT_THAT(namesIn(m_run), UnorderedElementsAre("checkpoint-10", "checkpoint-20.aside-1", "checkpoint-30.aside-1",
                                                     "checkpoint-30.aside-2", "checkpoint-9000"));
    EXPECT_EQ(readFile(m_run / "checkpoint-30.aside-2" / "config.json"), "config.json of step 30");
    ASSERT_EQ(notices.size(), 2u);
    EXPECT_THAT(notices[0].message, HasSubstr("checkpoint-30 (now checkpoint-30.aside-2)"));
    EXPECT_THAT(notices[1].message, HasSubstr("checkpoint-9000"));
    EXPECT_TRUE(setAsideAbove(m_run, 9000).empty());
}

TEST_F(FolderOwner, TheNewestCheckpointThatIsWhatWasWrittenIsChosen)
{
    for (const int64_t step : {10, 20, 30})
        makeCheckpoint(m_run, step);
    EXPECT_EQ(chooseResumePoint(m_run, {}, "").checkpoint, m_run / "checkpoint-30");
    std::string weights = readFile(m_run / "checkpoint-30" / "model.safetensors");
    weights[3] ^= 4; // one bit
    writeFileAtomically(m_run / "checkpoint-30" / "model.safetensors", weights);
    const ResumePoint point = chooseResumePoint(m_run, {}, "");
    EXPECT_EQ(point.checkpoint, m_run / "checkpoint-20");
    ASSERT_EQ(point.notices.size(), 1u);
    EXPECT_THAT(point.notices[0].message, HasSubstr("checkpoint-30: model.safetensors is not what was written"));
    const Error named = refusal([&] { chooseResumePoint(m_run, m_run / "checkpoint-30", ""); });
    EXPECT_THAT(named.message(), HasSubstr("model.safetensors is not what was written"));
    EXPECT_THAT(named.hint(), HasSubstr("checkpoint-20, checkpoint-10"));
    for (const int64_t step : {10, 20})
        fs::remove(m_run / checkpointName(step) / "fettle_state.json");
    const Error none = refusal([&] { chooseResumePoint(m_run, {}, ""); });
    EXPECT_EQ(none.code(), ErrorCode::BadInput);
    EXPECT_THAT(none.message(), HasSubstr("checkpoint-10: it has no fettle_state.json"));
    fs::remove_all(m_run);
    fs::create_directories(m_run / "checkpoint-9000"); // empty: nothing can be lost
    EXPECT_FALSE(chooseResumePoint(m_run, {}, "").checkpoint);
}

TEST_F(FolderOwner, ACheckpointOfAnotherRunIsNoneOfThisOne)
{
    makeCheckpoint(m_run, 10);
    Json state = readJson(m_run / "checkpoint-10" / "fettle_state.json");
    state["settings_sha256"] = "a";
    sealCheckpoint(state, m_run / "checkpoint-10");
    writeJson(m_run / "checkpoint-10" / "fettle_state.json", state);
    EXPECT_TRUE(chooseResumePoint(m_run, {}, "a").checkpoint);
    EXPECT_THAT(refusal([&] { chooseResumePoint(m_run, {}, "b"); }).message(), HasSubstr("other settings"));
}
