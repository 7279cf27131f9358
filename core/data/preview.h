// SPDX-License-Identifier: GPL-3.0-or-later
// What a person sees of a data set before training: made by the very code that trains on it.
#pragma once

#include "core/arguments/run_config.h"
#include "core/data/batch.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fettle
{

class Tokenizer;
struct ModelFacts;

/// What files that can be read are usually called, for a dialog that filters; what they are, their content says.
constexpr const char* usualTextNames =
    "*.txt *.md *.docx *.odt *.pdf *.epub *.html *.htm *.csv *.tsv *.xlsx *.ods *.json "
    "*.jsonl *.ndjson *.parquet *.arrow *.gz *.zst *.bz2 *.xz";

/// What was recognised of a file, or set by data.format.
struct RecognisedFile {
    std::filesystem::path path;
    DataFormat format; ///< all filled (separator, quote and header of tables only)
    std::string words; ///< "Table, semicolons, Windows-1252, first row is a header"
    std::string
        form; ///< what a text was made of: "Word document", "Web page"; empty where it is a text as it lies there
    bool isConverted = false; ///< from a form that has no kind and encoding to correct: at most a header
    double weight = 1;        ///< how often an epoch reads a row of it (DataConfig::trainWeights)
    std::string doubt;        ///< which other reading is possible, so that a person should look; empty: it is sure
};
struct PreviewRow {
    int64_t row = 0; ///< number in the file, from 1
    std::string text;
    int32_t tokens = 0;       ///< before the cut at max_length
    int64_t answerBegin = -1; ///< byte of `text` where the answer begins; -1: rows have none
    std::string prompt;       ///< of a conversation: what its first answer is written to, in the model's form
};
struct BatchPreview {
    PackedBatch batch;
    std::vector<std::string> tokens;         ///< [N], readable form of inputIds (readable_pieces.h)
    std::vector<std::string> originalTokens; ///< [N], readable form of originalIds
    std::vector<bool> continues; ///< [N], the piece holds more bytes of a character that the one before it began
};
/// Rows, and what a cut takes of them, are counted as they stand in the files, once each. What is of an epoch counts a
/// row as often as the weight of its text has it read.
struct DataPreview {
    std::vector<std::string> columns;       ///< of a table (csv, jsonl); empty for plain text
    std::vector<std::string> textColumns;   ///< those of them that hold texts
    std::vector<std::string> readColumns;   ///< those that are read
    std::string column;                     ///< the one that is read; of several their names, with commas
    std::string likelyPrompt, likelyAnswer; ///< as data.prompt takes it, of columns that are called so; else empty
    std::string columnReason;               ///< why: "chosen", "the only column", "named text", "the longest text"
    std::vector<RecognisedFile> sources;    ///< the files, in the order they are read
    std::vector<std::string> unreadColumns; ///< the other columns, where one of them holds long texts
    std::vector<std::string> notices;       ///< what a person should know of the text, a sentence each
    std::vector<std::string> countNotices;  ///< the same of what fields here say, for those who do not show them
    int64_t bytes = 0;                      ///< of the files
    bool looksLikeAnswers = false;          ///< likelyPrompt and likelyAnswer were not taken, nor another column chosen
    bool hasAnswers = false;                ///< rows are questions with their answers, or conversations
    bool answersAlone = false;              ///< and of them the answers alone are graded
    int64_t rows = 0;                       ///< after `split`, without those left out
    int64_t emptyRows = 0;                  ///< those without a value among them
    bool emptyRowsTeachEnd = false;         ///< an empty row's end of text is graded: it teaches to write nothing
    int64_t skippedRows = 0;                ///< empty rows that were left out (data.empty_rows)
    int64_t missingRows = 0;                ///< rows without a value in a column that is read (null, or no such key)
    int64_t nulCharacters = 0;              ///< U+0000 in the text: hardly ever meant
    int64_t replacedCharacters = 0;         ///< what could not be read and became U+FFFD
    int64_t tokens = 0;                     ///< of all rows, before the cut
    int64_t gradedTokens = 0;               ///< of an epoch: those that can be graded (masked: that may be hidden)
    int64_t unknownTokens = 0;              ///< of an epoch: those that the vocabulary does not know
    int64_t trainRows = 0;                  ///< rows to learn from in an epoch
    int64_t validationRows = 0;             ///< rows kept aside
    int64_t examples = 0;    ///< of an epoch: blocks where rows are joined, else rows; what a batch is made of
    int64_t cutRows = 0;     ///< rows longer than max_length (lines only)
    int64_t cutTokens = 0;   ///< tokens lost by the cut, or of an epoch that fill no block (group_texts)
    int64_t cutAnswers = 0;  ///< rows whose answer lost a part by the cut, but not all
    int64_t lostAnswers = 0; ///< rows that are left out, for the cut left nothing of their answer
    int64_t oddPrompts = 0;  ///< rows whose question ends with other tokens where the answer follows
    int64_t batchesPerEpoch = 0;
    int64_t stepsPerEpoch = 0;
    int64_t maxSteps = 0;
    int32_t longestRow = 0;            ///< tokens
    std::vector<int32_t> tokensPerRow; ///< of every row, before the cut: the histogram is drawn from it
    std::vector<PreviewRow> firstRows; ///< some dozens
    std::vector<BatchPreview> batches; ///< the first batches of epoch 0, in training order
};

/// What the files are and which column is read, without a model; reads the files. Never throws for want of a column:
/// then `column` is empty and `columns` says what there is. Throws BadInput (subject "data", "data.format").
DataPreview previewColumns(const DataConfig& data, const std::function<bool(double)>& progress = {});
/// Names of columns for people, a dozen of them at most.
std::string listColumns(const std::vector<std::string>& columns);
/// What one file is; `wanted` overrules. Throws BadInput for what is no text (a picture, an archive …).
RecognisedFile recogniseFile(const std::filesystem::path& file, const DataFormat& wanted = {});

/// Blocks. `progress` gets 0..1 and returns false to cancel (then Stopped is thrown). `model`: the model's, else what
/// the tokenizer tells. Throws BadInput (subject "data").
DataPreview previewData(const RunConfig& config, std::shared_ptr<const Tokenizer> tokenizer, int batches = 8,
                        const std::function<bool(double)>& progress = {}, const ModelFacts* model = nullptr);

} // namespace fettle
