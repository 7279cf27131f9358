// SPDX-License-Identifier: GPL-3.0-or-later
// A model's further chat templates, which lie in a folder of their own, in all that a run writes.
#include "core/base/error.h"
#include "core/base/model_folder_names.h"
#include "core/runs/checkpoints.h"
#include "tests/core/train/run_fixture.h"

#include <gmock/gmock.h>

using namespace fettle;
using namespace fettle::test;
using ::testing::HasSubstr;

namespace
{

class KeptTemplates : public RunFixture
{
protected:
    void SetUp() override
    {
        RunFixture::SetUp();
        m_config = recordedConfig("gpt2_linear_ga2");
        m_config.arguments.save_strategy = "steps";
        m_config.arguments.save_steps = 3;
        write(fs::path(m_config.model) / "chat_template.jinja", "{{ 1 }}\r\n");
        fs::create_directories(fs::path(m_config.model) / kChatTemplatesFolder);
        for (const auto& [name, text] : m_texts)
            write(fs::path(m_config.model) / kChatTemplatesFolder / name, text);
    }
    static void write(const fs::path& file, const std::string& text) { writeFileAtomically(file, text); }
    void expectAllIn(const fs::path& folder) const
    {
        SCOPED_TRACE(folder);
        EXPECT_EQ(readFile(folder / "chat_template.jinja"), "{{ 1 }}\r\n");
        for (const auto& [name, text] : m_texts)
            EXPECT_EQ(readFile(folder / kChatTemplatesFolder / name), text);
        EXPECT_EQ(checkpointProblem(folder, CheckDepth::Hashes).value_or("whole"),
                  folder == out() ? "it has no fettle_state.json" : "whole");
    }
    fs::path out() const { return m_root / "out"; }

    RunConfig m_config;
    std::map<std::string, std::string> m_texts{{"rag.jinja", "R\r\n\n"}, {"tool_use.jinja", "\xEF\xBB\xBFüT"}};
};

} // namespace

TEST_F(KeptTemplates, LieInCheckpointsAndBesideTheFinishedModel)
{
    m_config.arguments.save_total_limit = 2;
    KeptEvents events;
    runNow(m_config, events);
    ASSERT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    expectAllIn(out());
    const std::vector<CheckpointFolder> checkpoints = checkpointsOf(out());
    ASSERT_EQ(checkpoints.size(), 2u) << "older ones are removed, with the folder in them";
    for (const CheckpointFolder& checkpoint : checkpoints) {
        expectAllIn(checkpoint.path);
        EXPECT_TRUE(holdsOnlyItsOwn(checkpoint.path));
    }
    fs::remove_all(out() / checkpoints.front().path / "model.safetensors");
    resumeNow(checkpoints.back().path, events); // a finished folder is written over
    EXPECT_EQ(events.finished().reason, FinishReason::Done) << events.finished().message;
    expectAllIn(out());
}

TEST_F(KeptTemplates, BelongToTheirCheckpoint)
{
    KeptEvents events;
    runNow(m_config, events);
    const fs::path checkpoint = checkpointsOf(out()).front().path, folder = checkpoint / kChatTemplatesFolder;
    fs::create_directories(checkpoint / "mine");
    EXPECT_FALSE(holdsOnlyItsOwn(checkpoint));
    fs::remove(checkpoint / "mine");
    write(folder / "mine.jinja", "x");
    EXPECT_FALSE(holdsOnlyItsOwn(checkpoint));
    fs::remove(folder / "mine.jinja");
    EXPECT_TRUE(holdsOnlyItsOwn(checkpoint));
    write(folder / "rag.jinja", "R\r\n\r");
    EXPECT_THAT(checkpointProblem(checkpoint, CheckDepth::Hashes).value_or(""),
                HasSubstr("additional_chat_templates/rag.jinja is not what was written"));
    fs::remove(folder / "rag.jinja");
    EXPECT_EQ(checkpointProblem(checkpoint, CheckDepth::Sizes), "additional_chat_templates/rag.jinja is missing");
}

TEST_F(KeptTemplates, AFolderOfThatNameIsInARunsWay)
{
    fs::create_directories(out() / kChatTemplatesFolder);
    write(out() / kChatTemplatesFolder / "mine.jinja", "x");
    KeptEvents events;
    try {
        runNow(m_config, events);
        ADD_FAILURE() << "it was written over";
    } catch (const Error& error) {
        EXPECT_THAT(error.message(), HasSubstr("holds additional_chat_templates, a name that the run needs"));
    }
    EXPECT_EQ(readFile(out() / kChatTemplatesFolder / "mine.jinja"), "x");
}
