// SPDX-License-Identifier: GPL-3.0-or-later
// report_to tensorboard. TensorBoard's own reader reads such files in tests/interop.
#include "core/train/tensorboard.h"
#include "run_fixture.h"

#include <nlohmann/json.hpp>

using namespace fettle;
using namespace fettle::test;

namespace
{

using TensorBoard = RunFixture;

std::vector<fs::path> eventFiles(const fs::path& folder)
{
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        if (entry.path().filename().string().starts_with("events.out.tfevents."))
            files.push_back(entry.path());
    return files;
}

TEST_F(TensorBoard, ChecksumsAreThoseOfTFRecord)
{
    EXPECT_EQ(maskedCrc32c("123456789"), 0xC78AB0E5U); // CRC-32C E3069283
}

TEST_F(TensorBoard, ARunWritesItsLogAndAPartThatGoesOnItsOwn)
{
    RunConfig config = recordedConfig("gpt2_linear_ga2");
    config.arguments.report_to = "tensorboard";
    config.arguments.logging_steps = 1;
    config.arguments.save_steps = 2;
    KeptEvents events, rest;
    RunControl control;
    events.react = [&control](const Event& event) {
        if (const auto* step = std::get_if<StepEvent>(&event); step != nullptr && step->step == 3)
            control.end(EndMode::Save);
    };
    runNow(config, events, control);
    const fs::path folder = config.arguments.output_dir;
    ASSERT_EQ(eventFiles(folder).size(), 1u);
    const std::string written = readFile(eventFiles(folder).front());
    for (const char* tag : {"brain.Event:2", "train/loss", "train/learning_rate", "train/grad_norm", "train/epoch"})
        EXPECT_NE(written.find(tag), std::string::npos) << tag;
    EXPECT_EQ(written.find("train/step"), std::string::npos);
    resumeNow(folder, rest);
    EXPECT_EQ(eventFiles(folder).size(), 2u);
    EXPECT_EQ(rest.finished().reason, FinishReason::Done);
}

} // namespace
