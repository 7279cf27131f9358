// SPDX-License-Identifier: GPL-3.0-or-later
// From where and with what a run goes on: damaged checkpoints, changed settings, changed models; nothing is lost by it.
#include "tests/core/train/run_fixture.h"

#include "core/base/error.h"
#include "core/runs/checkpoints.h"
#include "core/runs/run_summary.h"
#include "core/train/perform_run.h"
#include "core/train/resume_settings.h"
#include "core/train/run_request.h"

#include <fstream>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

using namespace fettle;
using namespace fettle::test;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

namespace
{

class ResumePoints : public RunFixture
{
protected:
    /// A run of twelve steps with a checkpoint every two, stopped after the seventh: 2, 4, 6 and 7 stand there.
    void stopAfterSeven()
    {
        RunConfig config = recordedConfig("gpt2_linear_ga2");
        config.arguments.save_strategy = "steps";
        config.arguments.save_steps = 2;
        KeptEvents events;
        RunControl control;
        events.react = [&](const Event& event) {
            if (const auto* step = std::get_if<StepEvent>(&event); step && step->step == 7)
                control.end(EndMode::Save);
        };
        runNow(config, events, control);
        ASSERT_EQ(events.finished().reason, FinishReason::Stopped) << events.finished().message;
        m_config = config;
    }
    fs::path out() const { return m_root / "out"; }
    fs::path checkpoint(int64_t step) const { return out() / checkpointName(step); }
    static Error refusal(const fs::path& folder, const std::vector<std::string>& settings = {})
    {
        try {
            requestResume(folder, settings);
        } catch (const Error& error) {
            return error;
        }
        return Error(ErrorCode::Failed, "it was not refused");
    }
    void damage(int64_t step, const char* name)
    {
        std::string content = readFile(checkpoint(step) / name);
        content[content.size() / 2] ^= 1;
        writeFileAtomically(checkpoint(step) / name, content);
    }
    /// Changes one argument in run.json, as an editor would.
    void editRunFile(const char* key, const Json& value)
    {
        Json run = readJson(out() / "run.json");
        run["arguments"][key] = value;
        writeJson(out() / "run.json", run);
    }
    static std::string noticesOf(const KeptEvents& events)
    {
        std::string text;
        for (const NoticeEvent& notice : events.all<NoticeEvent>())
            text += notice.message + "\n";
        return text;
    }

    RunConfig m_config;
};

} // namespace

TEST_F(ResumePoints, ADamagedNewestFallsBackAndIsKept)
{
    stopAfterSeven();
    damage(7, "config.json"); // the same size
    damage(6, "optimizer.safetensors");
    KeptEvents events;
    resumeNow(out(), events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    EXPECT_EQ(events.all<ResumedEvent>()[0].fromStep, 4);
    EXPECT_THAT(noticesOf(events), AllOf(HasSubstr("checkpoint-7: config.json is not what was written"),
                                         HasSubstr("checkpoint-6: optimizer.safetensors"),
                                         HasSubstr("checkpoint-7 (now checkpoint-7.aside-1)")));
    EXPECT_TRUE(fs::exists(out() / "checkpoint-7.aside-1" / "model.safetensors"));
    EXPECT_TRUE(fs::exists(out() / "checkpoint-6.aside-1" / "model.safetensors"));
    EXPECT_EQ(checkpointProblem(checkpoint(6), CheckDepth::Hashes), std::nullopt); // made again
    bool inJournal = false;
    for (const Event& event : readJournal(out() / "journal.jsonl"))
        if (const auto* notice = std::get_if<NoticeEvent>(&event))
            inJournal = inJournal || notice->code == NoticeCode::CheckpointDamaged;
    EXPECT_TRUE(inJournal);
}

TEST_F(ResumePoints, NeverBeginsAnewOverCheckpoints)
{
    stopAfterSeven();
    for (const CheckpointFolder& each : checkpointsOf(out()))
        std::ofstream(each.path / "config.json", std::ios::app) << "\n";
    EXPECT_FALSE(summarizeRun(out()).canContinue);
    EXPECT_THAT(summarizeRun(out()).problem, HasSubstr("checkpoint-7 is damaged: config.json has"));
    KeptEvents events;
    resumeNow(out(), events);
    EXPECT_EQ(events.finished().errorCode, static_cast<int>(ErrorCode::BadInput));
    EXPECT_THAT(events.finished().message,
                AllOf(HasSubstr("checkpoint-7: config.json has"), HasSubstr("checkpoint-2:")));
    EXPECT_EQ(checkpointsOf(out()).size(), 4u);
}

TEST_F(ResumePoints, ADamagedOneNamedByHandSaysWhichOthersAreWhole)
{
    stopAfterSeven();
    std::ofstream(checkpoint(7) / "config.json", std::ios::app) << "\n";
    fs::remove(checkpoint(6) / "fettle_state.json");
    const Error longer = refusal(checkpoint(7));
    EXPECT_EQ(longer.code(), ErrorCode::BadInput);
    EXPECT_THAT(longer.message(), HasSubstr("config.json has"));
    EXPECT_THAT(longer.hint(), HasSubstr("checkpoint-4, checkpoint-2"));
    EXPECT_THAT(longer.hint(), Not(HasSubstr("--"))) << "the window says it, too";
    EXPECT_THAT(refusal(checkpoint(6)).message(), HasSubstr("it has no fettle_state.json"));
    damage(4, "model.safetensors");
    KeptEvents events;
    resumeNow(checkpoint(4), events);
    EXPECT_THAT(events.finished().message, HasSubstr("model.safetensors is not what was written"));
    EXPECT_THAT(events.finished().hint, HasSubstr("checkpoint-2"));
}

TEST_F(ResumePoints, FromAnOlderOneTheNewerAreSetAside)
{
    stopAfterSeven();
    const std::string weights = readFile(checkpoint(6) / "model.safetensors");
    fs::create_directory(out() / "checkpoint-9000");
    writeFileAtomically(out() / "checkpoint-9000" / "notes.md", "mine");
    writeFileAtomically(out() / "checkpoint-8", "a file of mine"); // in the way of a checkpoint to come
    KeptEvents events;
    resumeNow(checkpoint(4), events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    EXPECT_EQ(readFile(out() / "checkpoint-6.aside-1" / "model.safetensors"), weights);
    EXPECT_EQ(readFile(out() / "checkpoint-9000" / "notes.md"), "mine");
    EXPECT_EQ(readFile(out() / "checkpoint-8.aside-1"), "a file of mine");
    EXPECT_EQ(checkpointProblem(checkpoint(8), CheckDepth::Hashes), std::nullopt);
    EXPECT_THAT(noticesOf(events), AllOf(HasSubstr("checkpoint-6 (now checkpoint-6.aside-1)"),
                                         HasSubstr("checkpoint-9000"), HasSubstr("checkpoint-8 stood in the way")));
}

TEST_F(ResumePoints, ARunFileThatWasEditedIsRefusedPrecisely)
{
    stopAfterSeven();
    const std::string text = readFile(out() / "run.json");
    editRunFile("learning_rate", 0.02);
    editRunFile("seed", 43);
    const Error error = refusal(out());
    EXPECT_EQ(error.code(), ErrorCode::BadInput);
    EXPECT_THAT(error.message(),
                AllOf(HasSubstr("learning_rate was "), HasSubstr(", now 0.02"), HasSubstr("seed was 42, now 43")));
    EXPECT_THAT(error.message(), ::testing::Not(HasSubstr("max_grad_norm")));
    writeFileAtomically(out() / "run.json", Json::parse(text).dump()); // other white space
    EXPECT_EQ(refusal(out()).message(), "it was not refused");
    fs::remove(out() / "passport.json");
    editRunFile("learning_rate", 0.02);
    KeptEvents events; // the checkpoints know it as well
    resumeNow(out(), events);
    EXPECT_EQ(events.finished().errorCode, static_cast<int>(ErrorCode::BadInput));
    EXPECT_THAT(events.finished().message, HasSubstr("other settings"));
}

TEST_F(ResumePoints, WhatIsHarmlessIsTakenAndSaid)
{
    stopAfterSeven();
    fs::rename(m_config.data.train[0], m_root / "moved.jsonl");
    Json run = readJson(out() / "run.json");
    run["data"]["train"] = (m_root / "moved.jsonl").string();
    run["arguments"]["save_total_limit"] = 2;
    writeJson(out() / "run.json", run);
    KeptEvents events;
    resumeNow(out(), events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    EXPECT_THAT(noticesOf(events),
                AllOf(HasSubstr("data.train is"), HasSubstr("save_total_limit is 2 from here on (not "
                                                            "set at the start)")));
}

TEST_F(ResumePoints, SettingsOfTheCommandLineAreTakenOrRefused)
{
    stopAfterSeven();
    const Error error = refusal(out(), {"num_train_epochs=7", "threads=2"});
    EXPECT_EQ(error.code(), ErrorCode::BadInput);
    EXPECT_EQ(error.subject(), "num_train_epochs");
    EXPECT_THAT(error.message(), HasSubstr("num_train_epochs is 3.0 in this run, not 7"));
    EXPECT_THAT(error.message(), ::testing::Not(HasSubstr("threads")));
    EXPECT_THAT(refusal(out(), {"data.empty_rows=skip"}).message(),
                HasSubstr("data.empty_rows is \"keep\" in this run, not \"skip\""));
    EXPECT_THAT(refusal(out(), {"data.train={\"path\": \"" + m_config.data.train[0] + "\", \"weight\": 2}"}).message(),
                HasSubstr("data.train.weight is [1.0] in this run, not [2.0]"));
    const RunRequest request = requestResume(out(), {"threads=2", "seed=42"});
    EXPECT_EQ(request.config.arguments.threads, 2);
    ASSERT_EQ(request.notices.size(), 1u);
    EXPECT_THAT(request.notices[0].message, HasSubstr("threads is 2 from here on (1 at the start)"));
}

TEST_F(ResumePoints, AMovedFolderGoesOn)
{
    stopAfterSeven();
    fs::rename(out(), m_root / "moved");
    KeptEvents events, again;
    resumeNow(m_root / "moved", events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    EXPECT_FALSE(events.hasNotice(NoticeCode::SettingsChanged));
    resumeNow(m_root / "moved" / "checkpoint-8", again); // written after the move
    EXPECT_EQ(again.finished().reason, FinishReason::Done) << again.finished().message;
}

TEST_F(ResumePoints, FromTheVeryStartTheModelMustBeTheSame)
{
    stopAfterSeven();
    for (const CheckpointFolder& each : checkpointsOf(out()))
        fs::remove_all(each.path);
    std::string weights = readFile(fs::path(m_config.model) / "model.safetensors");
    weights[weights.size() - 1] ^= 1;
    writeFileAtomically(fs::path(m_config.model) / "model.safetensors", weights);
    KeptEvents events;
    resumeNow(out(), events);
    EXPECT_EQ(events.finished().errorCode, static_cast<int>(ErrorCode::BadInput));
    EXPECT_EQ(events.finished().subject, "model");
    EXPECT_THAT(events.finished().message, HasSubstr("model.safetensors is not what it was"));
}

TEST_F(ResumePoints, AJournalThatWasLostIsBegunAnew)
{
    stopAfterSeven();
    fs::remove(out() / "journal.jsonl");
    KeptEvents events;
    resumeNow(out(), events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    EXPECT_EQ(events.all<ResumedEvent>()[0].fromStep, 7);
    EXPECT_EQ(summarizeRun(out()).maxSteps, 12);
}

TEST_F(ResumePoints, ADeletedFolderIsSaidAsThat)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.arguments.save_steps = 4;
    KeptEvents events;
    events.react = [&](const Event& event) {
        if (const auto* step = std::get_if<StepEvent>(&event); step && step->step == 2)
            fs::remove_all(out());
    };
    runNow(config, events);
    EXPECT_EQ(events.finished().errorCode, static_cast<int>(ErrorCode::Failed));
    EXPECT_THAT(events.finished().message, HasSubstr("out is gone: it was deleted or moved"));
    EXPECT_FALSE(fs::exists(out()));
}

TEST_F(ResumePoints, AFolderOfItsOwnChoiceIsNeverTheSameTwice)
{
    ::setenv("HOME", m_root.c_str(), 1);
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.arguments.output_dir.clear();
    config.arguments.max_steps = 1;
    const RunRequest first = requestNewRun(config), second = requestNewRun(config); // both before either began
    ASSERT_EQ(first.config.arguments.output_dir, second.config.arguments.output_dir);
    KeptEvents events[2];
    RunControl controls[2];
    performRun(first, events[0], controls[0]);
    performRun(second, events[1], controls[1]);
    for (const KeptEvents& each : events)
        EXPECT_EQ(each.finished().reason, FinishReason::Done) << each.finished().message;
    EXPECT_NE(events[0].all<StartedEvent>()[0].runFolder, events[1].all<StartedEvent>()[0].runFolder);
}

TEST_F(ResumePoints, AUsersVocabularyIsNotWrittenOver)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    fs::create_directories(out());
    for (const char* name : {"vocab.txt", "special_tokens_map.json", "merges.txt"}) {
        writeFileAtomically(out() / name, "mine");
        try {
            requestNewRun(config);
            FAIL() << name;
        } catch (const Error& error) {
            EXPECT_THAT(error.message(), HasSubstr(name));
        }
        fs::remove(out() / name);
    }
    writeFileAtomically(out() / "notes.md", "mine");
    config.arguments.max_steps = 1;
    KeptEvents events;
    runNow(config, events);
    EXPECT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    EXPECT_EQ(readFile(out() / "notes.md"), "mine");
}
