// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of runs share.
#include "tests/core/train/run_fixture.h"

#include "core/runs/run_summary.h"
#include "core/tensors/safetensors.h"
#include "core/train/perform_run.h"
#include "core/train/run_request.h"
#include "tests/support/tree.h"

#include <ATen/ops/equal.h>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace fettle::test
{

namespace
{

constexpr int vocabularySize = 120;

/// Single letters and made-up words: the rows hold ids, the vocabulary only has to be there.
void writeGptVocabulary(const fs::path& folder)
{
    Json vocabulary = Json::object();
    for (int id = 0; id < vocabularySize; ++id)
        vocabulary[id < 94                    ? std::string(1, static_cast<char>('!' + id))
                   : id == vocabularySize - 1 ? "<|endoftext|>"
                                              : fmt::format("w{}", id)] = id;
    writeJson(folder / "vocab.json", vocabulary);
    writeFileAtomically(folder / "merges.txt", "#version: 0.2\n");
}

void writeBertVocabulary(const fs::path& folder)
{
    std::string words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";
    for (int id = 5; id < vocabularySize; ++id)
        words += fmt::format("w{}\n", id);
    writeFileAtomically(folder / "vocab.txt", words);
}

} // namespace

void KeptEvents::onEvent(const Event& event)
{
    events.push_back(event);
    if (react)
        react(event);
}

bool KeptEvents::hasNotice(NoticeCode code) const
{
    for (const NoticeEvent& notice : all<NoticeEvent>())
        if (notice.code == code)
            return true;
    return false;
}

void RunFixture::SetUp()
{
    std::string name = (fs::temp_directory_path() / "fettle-train-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    m_root = name;
    ::setenv("XDG_STATE_HOME", (m_root / "state").c_str(), 1);
}

void RunFixture::TearDown()
{
    fs::remove_all(m_root);
}

fs::path RunFixture::golden(const std::string& run)
{
    return fs::path(fettle::test::goldenFolder) / "train" / run;
}

fs::path RunFixture::makeModel(const std::string& run)
{
    return makeModel(run, Json::object());
}

fs::path RunFixture::makeModel(const std::string& run, const Json& configChanges)
{
    const fs::path folder = m_root / "model";
    fs::create_directories(folder);
    for (const fs::directory_entry& entry : fs::directory_iterator(golden(run) / "init"))
        writeFileAtomically(folder / entry.path().filename(), readFile(entry.path()));
    Json config = readJson(folder / "config.json");
    for (const auto& [key, value] : configChanges.items())
        config[key] = value;
    writeJson(folder / "config.json", config);
    if (config["model_type"] == "bert")
        writeBertVocabulary(folder);
    else
        writeGptVocabulary(folder);
    return folder;
}

fs::path RunFixture::writeRows(const std::string& run, const std::string& part)
{
    const Json dataset = readJson(golden(run) / "dataset.json");
    const bool causalCollator = readJson(golden(run) / "expected.json")["collator"] == "clm";
    std::string lines;
    for (Json row : dataset[part]) {
        if (causalCollator) {
            row["labels"] = row["input_ids"];
            for (Json& label : row["labels"])
                if (label == vocabularySize - 1)
                    label = -100;
        }
        lines += row.dump() + "\n";
    }
    const fs::path file = m_root / (part + ".jsonl");
    writeFileAtomically(file, lines);
    return file;
}

RunConfig RunFixture::recordedConfig(const std::string& run)
{
    RunConfig config;
    config.model = makeModel(run).string();
    config.data.train = {writeRows(run).string()};
    const Json expected = readJson(golden(run) / "expected.json");
    for (const auto& [name, value] : expected["arguments"].items())
        setArgument(config.arguments, name, value);
    config.arguments.output_dir = (m_root / "out").string();
    config.arguments.threads = 1; // the models are tiny
    return config;
}

void runNow(const RunConfig& config, KeptEvents& events, RunControl& control)
{
    performRun(requestNewRun(config), events, control);
}

void runNow(const RunConfig& config, KeptEvents& events)
{
    RunControl control;
    runNow(config, events, control);
}

void resumeNow(const fs::path& folder, KeptEvents& events)
{
    RunControl control;
    performRun(requestResume(folder), events, control);
}

std::vector<double> journalLosses(const fs::path& runFolder)
{
    std::vector<double> losses;
    for (const Event& event : readJournal(runFolder / "journal.jsonl"))
        if (const auto* step = std::get_if<StepEvent>(&event))
            losses.push_back(step->loss.value_or(std::numeric_limits<double>::quiet_NaN()));
    return losses;
}

std::map<std::string, at::Tensor> tensorsOf(const fs::path& safetensors)
{
    std::map<std::string, at::Tensor> tensors;
    const SafetensorsFile file(safetensors);
    for (const auto& [name, info] : file.tensors())
        tensors[name] = file.tensor(name).clone();
    return tensors;
}

::testing::AssertionResult sameBits(const fs::path& a, const fs::path& b)
{
    const auto left = tensorsOf(a), right = tensorsOf(b);
    if (left.size() != right.size())
        return ::testing::AssertionFailure() << left.size() << " tensors against " << right.size();
    for (const auto& [name, tensor] : left) {
        const auto other = right.find(name);
        if (other == right.end() || !at::equal(tensor, other->second))
            return ::testing::AssertionFailure() << name << " differs";
    }
    return ::testing::AssertionSuccess();
}

} // namespace fettle::test
