// SPDX-License-Identifier: GPL-3.0-or-later
// overwrite_output_dir: what stands there is set aside and said, and is back where the new run does not come about.
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/train/run_request.h"
#include "core/train/set_aside_run.h"
#include "run_fixture.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

using namespace fettle;
using namespace fettle::test;
using ::testing::HasSubstr;

namespace
{

class SetAside : public RunFixture
{
protected:
    RunConfig shortRun()
    {
        RunConfig config = recordedConfig("gpt2_linear_ga2");
        config.arguments.max_steps = 2;
        config.arguments.overwrite_output_dir = true;
        return config;
    }
    static std::string refusalOf(RunConfig config)
    {
        try {
            requestNewRun(std::move(config));
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::BadInput);
            return error.message();
        }
        return "it was not refused";
    }
};

TEST_F(SetAside, TheRunBeforeTakesAnotherName)
{
    const RunConfig config = shortRun();
    const fs::path folder = config.arguments.output_dir;
    KeptEvents first, second, third;
    runNow(config, first);
    EXPECT_FALSE(first.hasNotice(NoticeCode::RunSetAside)) << "nothing stood there";
    const std::string journal = readFile(folder / "journal.jsonl");
    runNow(config, second);
    EXPECT_TRUE(second.hasNotice(NoticeCode::RunSetAside));
    EXPECT_EQ(readFile(folder.string() + ".aside-1/journal.jsonl"), journal);
    EXPECT_NE(readFile(folder / "journal.jsonl"), journal);
    runNow(config, third);
    EXPECT_TRUE(fs::exists(folder.string() + ".aside-2/journal.jsonl"));
    EXPECT_EQ(readFile(folder.string() + ".aside-1/journal.jsonl"), journal);
    EXPECT_EQ(third.finished().reason, FinishReason::Done);
}

TEST_F(SetAside, ItIsBackWhereTheNewRunDoesNotCome)
{
    RunConfig config = shortRun();
    const fs::path folder = config.arguments.output_dir;
    KeptEvents first, second;
    runNow(config, first);
    const std::string journal = readFile(folder / "journal.jsonl");
    writeFileAtomically(m_root / "empty.jsonl", "");
    config.data.train = {(m_root / "empty.jsonl").string()};
    try {
        runNow(config, second); // its folder is claimed before the text is read
        EXPECT_EQ(second.finished().reason, FinishReason::Failed);
    } catch (const Error&) {
        EXPECT_TRUE(second.events.empty());
    }
    EXPECT_EQ(readFile(folder / "journal.jsonl"), journal);
    EXPECT_FALSE(fs::exists(folder.string() + ".aside-1"));
    {
        const SetAsideRun aside(config);
        EXPECT_FALSE(fs::exists(folder));
        EXPECT_TRUE(fs::exists(folder.string() + ".aside-1/journal.jsonl"));
    }
    EXPECT_EQ(readFile(folder / "journal.jsonl"), journal);
}

TEST_F(SetAside, WhatNoRunWroteAndTheModelStayWhereTheyAre)
{
    RunConfig config = shortRun();
    const fs::path folder = config.arguments.output_dir;
    KeptEvents events;
    runNow(config, events);
    RunConfig fromItself = config;
    fromItself.model = (folder / "checkpoint-2").string();
    EXPECT_THAT(refusalOf(fromItself), HasSubstr("the model of the new run lies in it"));
    const fs::path adapter = m_root / "adapter"; // its base lies there
    fs::create_directories(adapter);
    writeJson(adapter / "adapter_config.json",
              {{"peft_type", "LORA"}, {"base_model_name_or_path", (folder / "checkpoint-2").string()}});
    fromItself.model = adapter.string();
    try {
        SetAsideRun::requirePossible(fromItself);
        ADD_FAILURE() << "it was not refused";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("the model of the new run lies in it"));
    }
    writeFileAtomically(folder / "letters.txt", "mine");
    EXPECT_THAT(refusalOf(config), HasSubstr("letters.txt"));
    EXPECT_TRUE(fs::exists(folder / "journal.jsonl"));
    fs::remove(folder / "letters.txt");
    config.arguments.overwrite_output_dir = false;
    EXPECT_THAT(refusalOf(config), HasSubstr("holds a run already"));
}

TEST_F(SetAside, AFolderOfTransformersTrainerToo)
{
    const RunConfig config = shortRun();
    const fs::path folder = config.arguments.output_dir;
    fs::create_directories(folder / "checkpoint-3");
    fs::create_directories(folder / "runs");
    writeFileAtomically(folder / "checkpoint-3" / "optimizer.pt", "x");
    writeFileAtomically(folder / "checkpoint-3" / "trainer_state.json", "{}");
    writeFileAtomically(folder / "checkpoint-3" / "model.safetensors", "x");
    KeptEvents events;
    runNow(config, events);
    EXPECT_TRUE(fs::exists(folder.string() + ".aside-1/checkpoint-3/optimizer.pt"));
    EXPECT_TRUE(fs::exists(folder / "journal.jsonl"));
}

TEST_F(SetAside, WordsThatChangeNothingAreSaidAtTheStart)
{
    RunConfig config = shortRun();
    applySetting(config, "dataloader_num_workers=4");
    applySetting(config, "dataloader_pin_memory=true");
    applySetting(config, "data.max_length=64");
    KeptEvents events;
    runNow(config, events);
    for (const NoticeEvent& notice : events.all<NoticeEvent>())
        if (notice.code == NoticeCode::ArgumentsIgnored) {
            EXPECT_THAT(notice.message, HasSubstr("dataloader_num_workers: Fettle reads and packs the text itself"));
            EXPECT_THAT(notice.message, ::testing::Not(HasSubstr("pin_memory")));
        }
    EXPECT_TRUE(events.hasNotice(NoticeCode::ArgumentsIgnored));
}

} // namespace
