// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli data: what the workbench shows of a data set.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/arguments/run_config.h"
#include "core/arguments/setting_keys.h"
#include "core/base/text.h"
#include "core/session.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace fettle::cli
{

namespace
{

/// "1 row", "2 rows".
std::string counted(int64_t count, const char* one)
{
    return fmt::format("{} {}{}", grouped(count), one, count == 1 ? "" : "s");
}

struct DataArguments {
    RunConfig config;
    std::vector<std::string> files, settings;
    std::string blocks = "lines";
    int batches = 0;
    bool json = false;
};

struct HistogramBin {
    int64_t from = 0, to = 0; ///< tokens, both included
    int64_t rows = 0;
};

/// Up to 16 equally wide bins from 0 to the longest row.
std::vector<HistogramBin> histogramOf(const DataPreview& preview)
{
    const int64_t width = std::max<int64_t>(1, (preview.longestRow + 16) / 16);
    std::vector<HistogramBin> bins;
    for (int64_t from = 0; from <= preview.longestRow; from += width)
        bins.push_back({from, std::min<int64_t>(from + width - 1, preview.longestRow), 0});
    for (const int32_t tokens : preview.tokensPerRow)
        ++bins[static_cast<size_t>(tokens / width)].rows;
    return bins;
}

Json formatJson(const RecognisedFile& file)
{
    return {{"path", pathToJson(file.path.string())},
            {"format", toJson(file.format)},
            {"words", file.words},
            {"weight", file.weight},
            {"sure", file.doubt.empty()},
            {"doubt", file.doubt}};
}

std::vector<std::string> noticesOf(const DataPreview& preview)
{
    std::vector<std::string> notices = preview.notices;
    notices.insert(notices.end(), preview.countNotices.begin(), preview.countNotices.end());
    return notices;
}

/// Of a row with an answer in its two parts as well.
Json rowJson(const PreviewRow& row)
{
    Json json = {{"row", row.row}, {"tokens", row.tokens}, {"text", row.text}};
    if (row.answerBegin >= 0) {
        json["prompt"] = row.text.substr(0, static_cast<size_t>(row.answerBegin));
        json["completion"] = row.text.substr(static_cast<size_t>(row.answerBegin));
    }
    return json;
}

/// The sequences of a batch as the model reads them (one an example, unless its rows are read apart): place i of
/// "targets" is what it must say there, -100: not graded.
Json batchJson(const PackedBatch& batch)
{
    Json examples = Json::array();
    for (int64_t s = 0; s < batch.sequences(); ++s) {
        const auto part = [&, s](const std::vector<int64_t>& values) {
            return std::vector<int64_t>(values.begin() + batch.cuSeqlens[static_cast<size_t>(s)],
                                        values.begin() + batch.cuSeqlens[static_cast<size_t>(s) + 1]);
        };
        examples.push_back({{"example", batch.rows[static_cast<size_t>(s)] + 1},
                            {"input_ids", part(batch.inputIds)},
                            {"targets", part(batch.targets)}});
    }
    return examples;
}

Json dataJson(const DataPreview& preview)
{
    Json batches = Json::array();
    for (const BatchPreview& batch : preview.batches)
        batches.push_back(batchJson(batch.batch));
    Json histogram = Json::array(), rows = Json::array();
    for (const HistogramBin& bin : histogramOf(preview))
        histogram.push_back({{"from", bin.from}, {"to", bin.to}, {"rows", bin.rows}});
    for (const PreviewRow& row : preview.firstRows)
        rows.push_back(rowJson(row));
    Json sources = Json::array();
    for (const RecognisedFile& file : preview.sources)
        sources.push_back(formatJson(file));
    return {{"format", preview.sources.empty() ? Json(nullptr) : toJson(preview.sources.front().format)},
            {"sources", sources},
            {"columns", preview.columns},
            {"column", preview.column},
            {"column_reason", preview.columnReason},
            {"text_columns", preview.textColumns},
            {"read_columns", preview.readColumns},
            {"unread_columns", preview.unreadColumns},
            {"bytes", preview.bytes},
            {"rows", preview.rows},
            {"empty_rows", preview.emptyRows},
            {"skipped_rows", preview.skippedRows},
            {"missing_rows", preview.missingRows},
            {"nul_characters", preview.nulCharacters},
            {"replaced_characters", preview.replacedCharacters},
            {"tokens", preview.tokens},
            {"graded_tokens", preview.gradedTokens},
            {"unknown_tokens", preview.unknownTokens},
            {"longest_row", preview.longestRow},
            {"train_rows", preview.trainRows},
            {"validation_rows", preview.validationRows},
            {"cut_rows", preview.cutRows},
            {"cut_tokens", preview.cutTokens},
            {"cut_answers", preview.cutAnswers},
            {"lost_answers", preview.lostAnswers},
            {"odd_prompts", preview.oddPrompts},
            {"examples", preview.examples},
            {"batches_per_epoch", preview.batchesPerEpoch},
            {"steps_per_epoch", preview.stepsPerEpoch},
            {"max_steps", preview.maxSteps},
            {"histogram", histogram},
            {"notices", noticesOf(preview)},
            {"first_rows", rows},
            {"batches", batches}};
}

/// At most `characters` of a text, on one line.
std::string shortened(const std::string& text, size_t characters)
{
    std::string line = text.substr(0, 4 * characters + 4);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    return shown(line, characters);
}

/// What each file was taken for; of many files the first ones.
void printSources(const DataPreview& preview)
{
    constexpr size_t most = 8;
    for (size_t i = 0; i < std::min(most, preview.sources.size()); ++i) {
        const RecognisedFile& file = preview.sources[i];
        const std::string doubt = file.doubt.empty() ? "" : fmt::format(" (not sure: {})", file.doubt);
        printFact(preview.sources.size() == 1 ? "read as" : shortened(file.path.filename().string(), 24),
                  file.words + doubt);
    }
    if (preview.sources.size() > most)
        printFact("", fmt::format("and {} more files", grouped(static_cast<int64_t>(preview.sources.size() - most))));
}

void printRow(const PreviewRow& row)
{
    const std::string head = fmt::format("row {} ({} tokens): ", row.row, row.tokens);
    if (row.answerBegin < 0) {
        printLine(head + shortened(row.text, 90));
        return;
    }
    const auto begin = static_cast<size_t>(row.answerBegin);
    printLine(fmt::format("{}{} -> {}", head, shortened(row.text.substr(0, begin), 50),
                          shortened(row.text.substr(begin), 50)));
}

void printDataText(const DataPreview& preview, const DataArguments& given)
{
    printSources(preview);
    if (!preview.columns.empty())
        printFact("columns", fmt::format("{} (read: {}, {})", listColumns(preview.columns),
                                         shortened(preview.column, 40), preview.columnReason));
    printFact("size", humanBytes(static_cast<uint64_t>(preview.bytes)));
    printFact("rows", fmt::format("{}, {} of them empty", grouped(preview.rows), grouped(preview.emptyRows)));
    printFact("tokens", fmt::format("{}, the longest row {}", grouped(preview.tokens), grouped(preview.longestRow)));
    printFact("graded", fmt::format("{} can be graded in an epoch, {} are unknown to the vocabulary",
                                    grouped(preview.gradedTokens), grouped(preview.unknownTokens)));
    const Blocks blocks = given.config.data.blocks;
    if (blocks == Blocks::GroupTexts)
        printFact("left out", fmt::format("{} tokens, the ends of every 1,000 rows that fill no block of {}",
                                          grouped(preview.cutTokens), given.config.data.maxLength));
    else if (!joinsRows(blocks))
        printFact("cut", fmt::format("{}, by {} in all, at max_length {}", counted(preview.cutRows, "row"),
                                     counted(preview.cutTokens, "token"), given.config.data.maxLength));
    if (preview.validationRows > 0)
        printFact("kept aside", counted(preview.validationRows, "row"));
    printFact("to learn from", fmt::format("{} -> {} -> {} an epoch -> {}", counted(preview.trainRows, "row"),
                                           counted(preview.examples, joinsRows(blocks) ? "block" : "example"),
                                           counted(preview.stepsPerEpoch, "step"), counted(preview.maxSteps, "step")));
    for (const std::string& notice : noticesOf(preview))
        printFact("note", notice);
    printLine("");
    printLine("tokens           rows");
    const auto bins = histogramOf(preview);
    int64_t most = 1;
    for (const HistogramBin& bin : bins)
        most = std::max(most, bin.rows);
    for (const HistogramBin& bin : bins) {
        const auto length = static_cast<size_t>((bin.rows * 40 + most - 1) / most);
        printLine(fmt::format("{:>5} - {:<5} {:>8} {}", bin.from, bin.to, grouped(bin.rows), std::string(length, '#')));
    }
    printLine("");
    for (size_t i = 0; i < std::min<size_t>(preview.firstRows.size(), 5); ++i)
        printRow(preview.firstRows[i]);
}

void dataCommand(DataArguments& given)
{
    RunConfig& config = given.config;
    config.data.train = given.files;
    applySetting(config, "data.blocks=" + given.blocks);
    for (const std::string& setting : given.settings)
        applySetting(config, setting);
    ProgressLine progress("Reading");
    const DataPreview preview = previewRunData(config, given.json ? given.batches : 0,
                                               [&](double fraction) { return progress.update(fraction); });
    if (given.json)
        printJson(dataJson(preview));
    else
        printDataText(preview, given);
}

} // namespace

void registerData(CLI::App& app)
{
    const auto given = std::make_shared<DataArguments>();
    given->config.model = "bundled:nano-gpt";
    DataConfig& data = given->config.data;
    CLI::App* command = app.add_subcommand(
        "data", "What a data set is and holds: encoding, separator, columns, rows, tokens, what is cut off, how many "
                "steps it makes. What is recognised wrongly is corrected with --set data.format.KEY=VALUE: kind (text, "
                "csv, json, jsonl), encoding, separator, quote, header. Empty rows are left out with "
                "--set data.empty_rows=skip. Questions with answers: --prompt and --completion name their columns");
    command->add_option("files", given->files, textsHelp)->required();
    command->add_option("--split", data.split, "Which rows, like train[:1000]");
    command->add_option("--column", data.column, "Column that holds the text");
    command->add_option("--template", data.templateText, templateHelp);
    command->add_option("--prompt", data.prompt, promptHelp);
    command->add_option("--completion", data.completion, completionHelp);
    command->add_option("--model", given->config.model, "Whose tokenizer cuts the text")->capture_default_str();
    command->add_option("--blocks", given->blocks, blocksHelp)
        ->check(CLI::IsMember(findRunSetting(setting_key::data::blocks)->check.choices))
        ->capture_default_str();
    command->add_option("--max-length", data.maxLength, "Tokens of an example at most")->capture_default_str();
    command->add_option("--set", given->settings, "Any other setting of a run file, like num_train_epochs=1");
    command->add_option("--batches", given->batches, "With --json: the first so many batches, as the model reads them");
    command->add_flag("--json", given->json, "The result as JSON");
    command->callback([given] { dataCommand(*given); });
}

} // namespace fettle::cli
