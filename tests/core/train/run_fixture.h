// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of runs share: a folder of their own, tiny recorded models with a vocabulary, a sink that keeps
// events.
#pragma once

#include "core/arguments/run_config.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/events/events.h"
#include "core/train/run_control.h"

#include <ATen/core/Tensor.h>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

namespace fettle::test
{

/// Keeps all events; `onEvent` may act on each.
class KeptEvents : public EventSink
{
public:
    std::function<void(const Event&)> react;
    std::vector<Event> events;

    void onEvent(const Event& event) override;
    template <typename T>
    std::vector<T> all() const
    {
        std::vector<T> found;
        for (const Event& event : events)
            if (const auto* one = std::get_if<T>(&event))
                found.push_back(*one);
        return found;
    }
    const FinishedEvent& finished() const { return std::get<FinishedEvent>(events.back()); }
    bool hasNotice(NoticeCode code) const;
};

class RunFixture : public ::testing::Test
{
protected:
    void SetUp() override;
    void TearDown() override;

    static fs::path golden(const std::string& run);
    /// Copies init/ of a recorded run, gives it a vocabulary, and changes its config.json where asked to.
    fs::path makeModel(const std::string& run, const Json& configChanges);
    fs::path makeModel(const std::string& run);
    /// JSON lines of the recorded rows: `part` is "train" or "eval". Causal rows without labels get some: 119 is -100.
    fs::path writeRows(const std::string& run, const std::string& part = "train");
    /// Model, rows and arguments of a recorded run; the run's folder is root/out.
    RunConfig recordedConfig(const std::string& run);

    fs::path m_root;
};

/// Runs it here and now.
void runNow(const RunConfig& config, KeptEvents& events, RunControl& control);
void runNow(const RunConfig& config, KeptEvents& events);
void resumeNow(const fs::path& folder, KeptEvents& events);

/// Losses of the steps of a journal as it is read back; NaN where there is none.
std::vector<double> journalLosses(const fs::path& runFolder);
std::map<std::string, at::Tensor> tensorsOf(const fs::path& safetensors);
/// Bit for bit.
::testing::AssertionResult sameBits(const fs::path& a, const fs::path& b);

} // namespace fettle::test
