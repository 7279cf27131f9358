// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/training_data.h"

#include "core/arguments/run_config.h"
#include "core/arguments/setting_keys.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/data/columns.h"
#include "core/data/conversations.h"
#include "core/data/grading.h"
#include "core/data/masking.h"
#include "core/data/sampler.h"
#include "core/data/saved_dataset.h"
#include "core/data/sources.h"
#include "core/data/split.h"
#include "core/data/text_weights.h"
#include "core/data/tokenizing.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <numeric>
#include <tuple>
#include <unordered_set>

namespace fettle
{

namespace
{

constexpr size_t previewRows = 64;

Progress progressPart(const Progress& progress, double from, double to)
{
    if (!progress)
        return {};
    return [progress, from, to](double fraction) { return progress(from + (to - from) * fraction); };
}

/// Without a text; where rows have answers, without an answer.
bool isEmptyRow(const RowTable& table, int64_t row)
{
    if (!table.tokenized())
        return (table.hasAnswers() ? table.answer(row) : table.text(row, false)).empty();
    const auto& offsets = table.tokens().offsets;
    return offsets[static_cast<size_t>(row)] == offsets[static_cast<size_t>(row) + 1];
}

/// Takes the empty rows out of `rows` where they are to be left out; returns how many.
int64_t leaveEmptyOut(const RowTable& table, const DataConfig& data, std::vector<int64_t>& rows)
{
    if (!data.skipEmptyRows)
        return 0;
    const size_t before = rows.size();
    std::erase_if(rows, [&](int64_t row) { return isEmptyRow(table, row); });
    if (rows.empty())
        throw badInput(fmt::format("There is nothing to learn from in {}: they are empty.",
                                   before == 1 ? "1 row" : grouped(static_cast<int64_t>(before)) + " rows"),
                       "Give a file with text in it.", "data");
    return static_cast<int64_t>(before - rows.size());
}

/// "a, b and c".
std::string namesInWords(const std::vector<std::string>& names)
{
    constexpr size_t most = 6;
    const size_t named = names.size() > most ? most - 1 : names.size();
    std::string words;
    for (size_t i = 0; i < named; ++i)
        words += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + shown(names[i], 40);
    return named < names.size() ? fmt::format("{} and {} more", words, names.size() - named) : words;
}

/// Turns rows of a table into examples and checks that the model can read them.
class ExampleMaker
{
public:
    ExampleMaker(const RunConfig& config, std::shared_ptr<const Tokenizer> tokenizer, const ModelFacts& model)
        : m_tokenizer(std::move(tokenizer)), m_model(model)
    {
        m_options.blocks = config.data.blocks;
        m_options.maxLength = config.data.maxLength;
        m_options.appendEndOfText = config.data.appendEndOfText && !model.isMasked();
        m_options.wordStarts = model.isMasked() && maskRule(config.arguments).kind != MaskKind::Token;
        m_options.gradesPrompt = !config.data.completionOnly;
        m_options.keepsStart = config.data.keepsStart;
    }

    Dataset make(const RowTable& table, const std::vector<int64_t>& rows, TokenizeCounts& counts,
                 const Progress& progress) const
    {
        TokenColumns columns;
        TokenizeOptions options = m_options;
        if (table.hasConversations())
            options.chatTemplate = conversationTemplate(*m_tokenizer).chat;
        if ((table.hasAnswers() || table.hasConversations()) && m_model.isMasked())
            throw badInput("A masked model guesses words on both sides of them and does not answer questions.",
                           "Choose a causal model, or learn the text of several columns: data.template in place of "
                           "data.prompt and data.completion.",
                           table.hasAnswers() ? setting_key::data::completion : "data");
        if (table.tokenized()) {
            if (m_options.wordStarts && table.tokens().labels.empty())
                throw badInput("mask_kind hides words, and rows of input_ids do not say where words begin.",
                               "Give the text itself, or set mask_kind to token.", "mask_kind");
            columns = selectRows(table.tokens(), rows);
            std::unordered_set<int64_t> counted; // as in tokenizeRows
            for (const int64_t row : rows) {
                if (!counted.insert(row).second)
                    continue;
                const auto& offsets = table.tokens().offsets;
                counts.tokensPerRow.push_back(
                    static_cast<int32_t>(offsets[static_cast<size_t>(row) + 1] - offsets[static_cast<size_t>(row)]));
            }
        } else {
            columns = tokenizeRows(table, rows, m_tokenizer, options, counts, progress);
        }
        checkIds(table, columns, rows);
        Dataset dataset(std::move(columns));
        checkLength(table, dataset);
        return dataset;
    }

    /// Whether an empty row teaches to write nothing: its end is graded.
    bool teachesEnd(const RowTable& table, int64_t emptyRow) const
    {
        const bool followsOthers = mixesRows(m_options.blocks);
        ExampleMaker keeping = *this;
        if (followsOthers)
            keeping.m_options.blocks = Blocks::Packed; // group_texts would drop a row alone
        TokenizeCounts counts;
        const Dataset one = keeping.make(table, {emptyRow}, counts, {});
        if (!followsOthers || m_model.isMasked())
            return countGraded(one, m_model.isMasked(), *m_tokenizer).graded > 0;
        // Joined in blocks every token has one before it, and a line break alone ends nothing.
        return one.tokens() > 0 && one.get(one.size() - 1).ids.back() == m_tokenizer->special().eos;
    }

private:
    void checkIds(const RowTable& table, const TokenColumns& columns, const std::vector<int64_t>& rows) const
    {
        const auto wrong = std::find_if(columns.ids.begin(), columns.ids.end(),
                                        [&](int32_t id) { return id < 0 || id >= m_model.vocabularySize; });
        const auto wrongLabel = std::find_if(columns.labels.begin(), columns.labels.end(), [&](int32_t id) {
            return id != -100 && (id < 0 || id >= m_model.vocabularySize);
        });
        if (wrong == columns.ids.end() && wrongLabel == columns.labels.end())
            return;
        const bool inIds = wrong != columns.ids.end();
        const int32_t id = inIds ? *wrong : *wrongLabel;
        if (!table.tokenized())
            throw badInput(
                fmt::format(
                    "The tokenizer makes the token \"{}\" (id {}), and the model has room for {} tokens (0 to {}).",
                    m_tokenizer->idToToken(id), id, m_model.vocabularySize, m_model.vocabularySize - 1),
                "A token that was added model a row in the model's embedding: in transformers, "
                "model.resize_token_embeddings(len(tokenizer)) and save the model again; or take the token out of the "
                "tokenizer's files. Many such tokens mean that the folder holds the tokenizer of another model.",
                "model");
        const ptrdiff_t at = inIds ? wrong - columns.ids.begin() : wrongLabel - columns.labels.begin();
        const auto next = std::upper_bound(columns.offsets.begin(), columns.offsets.end(), at);
        const int64_t row = rows[static_cast<size_t>(next - columns.offsets.begin() - 1)];
        throw badInput(fmt::format("{}: \"{}\" holds the token {}; the model knows 0 to {}.", table.describe(row),
                                   inIds ? "input_ids" : "labels", id, m_model.vocabularySize - 1),
                       "Tokenize the text with this model's tokenizer.", "data");
    }

    void checkLength(const RowTable& table, const Dataset& dataset) const
    {
        if (m_model.contextLength == 0 || dataset.longest() <= m_model.contextLength)
            return;
        if (table.tokenized())
            throw badInput(fmt::format("A row has {} tokens; the model reads at most {}.", dataset.longest(),
                                       m_model.contextLength),
                           "Cut the rows.", "data");
        throw badInput(fmt::format("max_length = {}: the model reads at most {} tokens.", m_options.maxLength,
                                   m_model.contextLength),
                       fmt::format("Set max_length to {} or less.", m_model.contextLength),
                       setting_key::data::maxLength);
    }

    std::shared_ptr<const Tokenizer> m_tokenizer;
    ModelFacts m_model;
    TokenizeOptions m_options;
};

/// The rows named by positions in `rows`.
std::vector<int64_t> pickRows(const std::vector<int64_t>& rows, const std::vector<int64_t>& positions)
{
    std::vector<int64_t> chosen;
    chosen.reserve(positions.size());
    for (const int64_t position : positions)
        chosen.push_back(rows[static_cast<size_t>(position)]);
    return chosen;
}

void describeRows(DataPreview& facts, const RowTable& table, const std::vector<int64_t>& rows,
                  const std::shared_ptr<const Tokenizer>& tokenizer)
{
    facts.columns = table.columns;
    facts.hasAnswers = table.hasAnswers() || table.hasConversations();
    facts.textColumns = table.textColumns;
    std::tie(facts.likelyPrompt, facts.likelyAnswer) = likelyAnswers(table.textColumns);
    facts.readColumns = table.readColumns;
    facts.column = table.column;
    facts.columnReason = table.columnReason;
    facts.bytes = table.bytes;
    facts.missingRows = table.missingRows;
    facts.replacedCharacters = table.replacedCharacters;
    facts.nulCharacters = std::count(table.allText().begin(), table.allText().end(), '\0');
    facts.rows = static_cast<int64_t>(rows.size());
    facts.emptyRows = std::count_if(rows.begin(), rows.end(), [&](int64_t row) { return isEmptyRow(table, row); });
    for (const int32_t tokens : facts.tokensPerRow)
        facts.longestRow = std::max(facts.longestRow, tokens);
    facts.tokens = std::accumulate(facts.tokensPerRow.begin(), facts.tokensPerRow.end(), int64_t{0});
    std::optional<ConversationTokenizer> conversations;
    if (table.hasConversations())
        conversations.emplace(tokenizer, conversationTemplate(*tokenizer).chat);
    for (size_t i = 0; i < std::min(rows.size(), previewRows); ++i) {
        PreviewRow row;
        row.row = table.numberInFile(rows[i]);
        if (conversations) {
            row.text = conversationWords(table.text(rows[i], false));
            row.prompt = conversations->prompt(table.text(rows[i], false));
        } else if (!table.tokenized())
            row.text = table.text(rows[i], false);
        if (table.hasAnswers())
            row.answerBegin = static_cast<int64_t>(table.prompt(rows[i]).size());
        row.tokens = facts.tokensPerRow[i];
        facts.firstRows.push_back(std::move(row));
    }
}

/// What a person should know of the texts before they are learnt.
void addNotices(DataPreview& facts, const RowTable& table, Blocks blocks)
{
    facts.notices.insert(facts.notices.end(), table.notices.begin(), table.notices.end());
    facts.unreadColumns = table.unreadColumns;
    if (!facts.unreadColumns.empty())
        facts.notices.push_back(
            fmt::format("{} {} not read: the model learns {} alone.", namesInWords(facts.unreadColumns),
                        facts.unreadColumns.size() == 1 ? "is" : "are", namesInWords(table.readColumns)));
    const auto [prompt, answer] = likelyAnswers(table.textColumns);
    facts.looksLikeAnswers = !answer.empty() && table.readColumns.size() == 1 && table.columnReason != "chosen";
    if (facts.looksLikeAnswers)
        facts.countNotices.push_back(
            fmt::format("The rows look like questions with their answers: with data.prompt \"{}\" and "
                        "data.completion \"{}\" the answers alone are graded.",
                        shown(prompt, 40), shown(answer, 40)));
    const auto say = [&](int64_t count, const char* one, const char* many) {
        if (count > 0)
            facts.countNotices.push_back(count == 1 ? std::string(one) : grouped(count) + many);
    };
    if (table.missingRows > 0)
        facts.countNotices.push_back(fmt::format(
            "{} no \"{}\" (null, or no such key): {} as empty.",
            table.missingRows == 1 ? "1 row has" : grouped(table.missingRows) + " rows have",
            fmt::join(table.readColumns, "\" or no \""), table.missingRows == 1 ? "it counts" : "they count"));
    if (facts.emptyRowsTeachEnd)
        say(facts.emptyRows,
            "1 row is empty: it teaches the model to write nothing (data.empty_rows=skip leaves it out).",
            " rows are empty: each teaches the model to write nothing (data.empty_rows=skip leaves them out).");
    else if (!mixesRows(blocks))
        say(facts.emptyRows, "1 row is empty and teaches nothing.", " rows are empty and teach nothing.");
    if (table.hasConversations())
        say(facts.lostAnswers, "1 conversation is left out: no answer is in it, or it is cut away.",
            " conversations are left out: no answer is in them, or it is cut away.");
    else
        say(facts.lostAnswers, "1 row is left out: its answer is cut away wholly.",
            " rows are left out: their answers are cut away wholly.");
    say(facts.cutAnswers, "1 answer has no room and loses its end.", " answers have no room and lose their ends.");
    say(facts.oddPrompts,
        "1 question ends with other tokens where its answer follows: there the answer begins with what differs.",
        " questions end with other tokens where their answers follow: there an answer begins with what differs.");
    say(facts.skippedRows, "1 empty row is left out.", " empty rows are left out.");
    say(facts.nulCharacters, "The text holds a zero character (NUL): the encoding may be another.",
        " zero characters (NUL) stand in the text: the encoding may be another.");
    say(facts.replacedCharacters, "1 character could not be read and became \uFFFD.",
        " characters could not be read and became \uFFFD.");
}

/// How conversations are read.
std::string conversationNotice(const RowTable& table, bool answersAlone, const Tokenizer& tokenizer)
{
    const bool isApart = table.readColumns.size() == 2; // the answer, from what it answers
    return fmt::format("{} {} conversations, written with {}; {}.", namesInWords(table.readColumns),
                       isApart ? "hold" : "holds",
                       conversationTemplate(tokenizer).isPlain
                           ? "\"User:\" and \"Assistant:\" before their words, for the model has no chat template"
                           : "the model's chat template",
                       !answersAlone ? "all of them are graded"
                       : isApart     ? fmt::format("{} alone is graded", shown(table.readColumns.back(), 40))
                                     : "the assistant's words alone are graded");
}

} // namespace

ModelFacts tokenizerFacts(const RunConfig& config, const Tokenizer& tokenizer)
{
    ModelFacts facts;
    const bool isMasked =
        config.objective.empty() ? tokenizer.special().mask.has_value() : config.objective == "masked";
    facts.objective = isMasked ? Objective::Masked : Objective::Causal;
    facts.vocabularySize = tokenizer.vocabularySize();
    return facts;
}

TrainingData loadTrainingData(const RunConfig& config, const std::shared_ptr<const Tokenizer>& tokenizer,
                              const ModelFacts& model, const Progress& progress)
{
    TrainingData data;
    DataPreview& facts = data.facts;
    const RowTable table =
        readRows(resolveTexts(config.data.train), rowFormOf(config.data), progressPart(progress, 0, 0.2),
                 config.data.format, &facts.sources, {}, partOfSplit(config.data.split));
    std::vector<int64_t> rows = splitRows(config.data.split, table.size(), table.part);
    facts.skippedRows = leaveEmptyOut(table, config.data, rows);
    const auto seed = static_cast<uint64_t>(config.arguments.seed);
    setWeights(config.data, facts.sources);
    leaveUndrawnOut(table, facts, rows, seed);
    const bool ownFile = !config.data.validation.empty();
    const auto [trainPositions, validationPositions] =
        keepAside(static_cast<int64_t>(rows.size()), ownFile ? 0.0 : config.data.validationFraction, seed);
    const std::vector<int64_t> learnt = rowsOfAnEpoch(table, facts, pickRows(rows, trainPositions), seed);

    const ExampleMaker maker(config, tokenizer, model);
    TokenizeCounts trainCounts, validationCounts;
    data.train = maker.make(table, learnt, trainCounts, progressPart(progress, 0.2, 0.9));
    facts.trainRows = joinsRows(config.data.blocks) ? static_cast<int64_t>(learnt.size()) : data.train.size();
    const GradingCounts graded = countGraded(data.train, model.isMasked(), *tokenizer);
    requireSomethingToLearn(graded, data.train, trainCounts, config, model.isMasked());
    facts.gradedTokens = graded.graded;
    facts.unknownTokens = table.tokenized() ? 0 : graded.unknown;
    if (ownFile) {
        const auto files = resolveKeptAside(config.data.validation);
        data.validation = loadDataset(files, config, tokenizer, model, progressPart(progress, 0.9, 1),
                                      heldOutPart(files.front()), table.column);
        facts.validationRows = data.validation.size();
    } else {
        data.validation =
            maker.make(table, pickRows(rows, validationPositions), validationCounts, progressPart(progress, 0.9, 1));
        facts.validationRows = static_cast<int64_t>(validationPositions.size()) - validationCounts.lostAnswers;
    }

    facts.cutAnswers = trainCounts.cutAnswers + validationCounts.cutAnswers;
    facts.lostAnswers = trainCounts.lostAnswers + validationCounts.lostAnswers;
    facts.oddPrompts = trainCounts.oddPrompts + validationCounts.oddPrompts;
    facts.tokensPerRow.resize(rows.size());
    for (size_t i = 0; i < trainPositions.size(); ++i)
        facts.tokensPerRow[static_cast<size_t>(trainPositions[i])] = trainCounts.tokensPerRow[i];
    for (size_t i = 0; i < validationPositions.size(); ++i)
        facts.tokensPerRow[static_cast<size_t>(validationPositions[i])] = validationCounts.tokensPerRow[i];
    describeRows(facts, table, rows, tokenizer);
    facts.answersAlone = facts.hasAnswers && config.data.completionOnly;
    if (const auto empty = std::find_if(rows.begin(), rows.end(), [&](int64_t row) { return isEmptyRow(table, row); });
        empty != rows.end())
        facts.emptyRowsTeachEnd = maker.teachesEnd(table, *empty);
    addNotices(facts, table, config.data.blocks);
    if (table.hasConversations())
        facts.notices.push_back(conversationNotice(table, config.data.completionOnly, *tokenizer));
    if (const auto notice = unknownNotice(graded, config))
        facts.countNotices.push_back(*notice);
    if ((ownFile || !validationPositions.empty()) &&
        countGraded(data.validation, model.isMasked(), *tokenizer).graded == 0)
        facts.notices.push_back("Nothing of what is kept aside can be graded: checks would say nothing.");
    facts.examples = data.train.size();
    facts.cutRows = trainCounts.cutRows + validationCounts.cutRows;
    facts.cutTokens = trainCounts.cutTokens + validationCounts.cutTokens;
    const StepPlan plan = planSteps(config.arguments, data.train.size());
    facts.batchesPerEpoch = plan.batchesPerEpoch;
    facts.stepsPerEpoch = plan.stepsPerEpoch;
    facts.maxSteps = plan.maxSteps;
    return data;
}

Dataset loadDataset(const std::vector<std::filesystem::path>& files, const RunConfig& config,
                    std::shared_ptr<const Tokenizer> tokenizer, const ModelFacts& model, const Progress& progress,
                    const std::string& split, const std::string& preferred)
{
    RowTable table;
    try {
        table = readRows(files, rowFormOf(config.data), progressPart(progress, 0, 0.2), config.data.format, nullptr,
                         preferred, partOfSplit(split));
    } catch (const Error& error) {
        throw error.about("validation");
    }
    std::vector<int64_t> rows = splitRows(split, table.size(), table.part);
    leaveEmptyOut(table, config.data, rows);
    TokenizeCounts counts;
    return ExampleMaker(config, std::move(tokenizer), model).make(table, rows, counts, progressPart(progress, 0.2, 1));
}

std::vector<NamedDataset> loadParts(const std::vector<std::filesystem::path>& files, const RunConfig& config,
                                    std::shared_ptr<const Tokenizer> tokenizer, const ModelFacts& model,
                                    const std::string& by, const Progress& progress, const std::string& split)
{
    const std::string splitPart = partOfSplit(split);
    const RowTable table = readRows(files, rowFormOf(config.data), progressPart(progress, 0, 0.2), config.data.format,
                                    nullptr, {}, splitPart);
    // The rows are the same; their texts are another column's.
    const RowTable values =
        by.empty() ? RowTable() : readRows(files, by, {}, config.data.format, nullptr, {}, splitPart);
    if (!by.empty() && (values.column != by || values.size() != table.size()))
        throw badInput(fmt::format("There is no column \"{}\" to sort the rows by.", shown(by)),
                       "Name a column of a table or of JSON.", "data");
    std::vector<int64_t> rows = splitRows(split, table.size(), table.part);
    leaveEmptyOut(table, config.data, rows);
    std::vector<std::string> names;
    std::map<std::string, size_t, std::less<>> numbers; // of the values
    std::vector<std::vector<int64_t>> members;
    std::vector<size_t> partOfFile(table.size() > 0 ? table.fileOf(table.size() - 1) + 1 : 0, SIZE_MAX);
    const auto newPart = [&](std::string name) {
        if (names.size() == mostParts)
            throw badInput(fmt::format("The rows fall into more than {} parts.", mostParts),
                           by.empty() ? "Give fewer files." : "Sort them by a column of few values.", "data");
        names.push_back(std::move(name));
        members.emplace_back();
        return names.size() - 1;
    };
    for (const int64_t row : rows) {
        size_t part = 0;
        if (by.empty()) {
            const size_t file = table.fileOf(row);
            if (partOfFile[file] == SIZE_MAX)
                partOfFile[file] = newPart(table.fileName(file));
            part = partOfFile[file];
        } else {
            const std::string value(values.text(row, false));
            const auto known = numbers.find(value);
            part = known != numbers.end() ? known->second : (numbers[value] = newPart(value));
        }
        members[part].push_back(row);
    }
    const ExampleMaker maker(config, std::move(tokenizer), model);
    std::vector<NamedDataset> parts;
    for (size_t i = 0; i < names.size(); ++i) {
        TokenizeCounts counts;
        const double from = static_cast<double>(i) / static_cast<double>(names.size());
        parts.push_back({names[i], maker.make(table, members[i], counts, progressPart(progress, 0.2 + 0.8 * from, 1))});
    }
    return parts;
}

} // namespace fettle
