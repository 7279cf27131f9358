// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/table_format.h"

#include "core/data/csv_records.h"

#include <algorithm>
#include <map>

namespace fettle
{

namespace
{

constexpr size_t sampleRecords = 500;
constexpr size_t readBytes = 1 << 22;
/// Where two do equally well, the one that prose has more seldom is meant.
constexpr std::string_view separators = "\t|;,";

/// How the records of a sample fall apart with one separator.
struct Trial {
    char separator = 0;
    size_t columns = 0; ///< of the first record, else of most
    double share = 0;   ///< of the records that have as many
};

Trial tryOut(std::string_view sample, char separator, char quote)
{
    CsvRecords records(sample, separator, quote);
    std::map<size_t, size_t> counts;
    size_t first = 0, all = 0;
    while (all < sampleRecords && records.next()) {
        if (all++ == 0)
            first = records.fields().size();
        ++counts[records.fields().size()];
    }
    Trial trial{separator, first, 0};
    if (all == 0)
        return trial;
    const auto most = std::max_element(counts.begin(), counts.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    if (first == 1 && most->first > 1 && static_cast<double>(most->second) >= 0.8 * static_cast<double>(all) &&
        all > 2) {
        trial.columns = most->first;
    }
    trial.share = static_cast<double>(counts[trial.columns]) / static_cast<double>(all);
    return trial;
}

/// Whether a table fits the trial: more than one column in at least half of its rows.
bool divides(const Trial& trial)
{
    return trial.columns > 1 && trial.share >= 0.5;
}

/// Counts fields that a quote opens, and those of them that it closes where the field ends.
struct QuoteUse {
    size_t opened = 0, clean = 0;
};

QuoteUse quoteUse(std::string_view sample, char separator, char quote)
{
    QuoteUse use;
    CsvRecords records(sample, separator, quote);
    for (size_t row = 0; row < sampleRecords && records.next(); ++row)
        for (const CsvField& field : records.fields()) {
            use.opened += field.quoted;
            use.clean += field.quoted && field.closed && field.clean;
        }
    return use;
}

char guessQuote(std::string_view sample, char separator)
{
    const QuoteUse usual = quoteUse(sample, separator, '"');
    if (usual.clean > 0)
        return '"';
    const QuoteUse single = quoteUse(sample, separator, '\'');
    if (single.clean > 1 && single.clean == single.opened)
        return '\'';
    // Quotes at the beginning of texts that none of them ends: they are part of the texts.
    return usual.opened > 1 ? '\0' : '"';
}

/// Whether some field is opened and closed by the quote, whatever separates them.
bool usesQuote(std::string_view sample, char quote)
{
    return std::any_of(separators.begin(), separators.end(),
                       [&](char separator) { return quoteUse(sample, separator, quote).clean > 1; });
}

struct SeparatorGuess {
    char separator = 0; ///< 0: one column
    std::string doubt;
};

SeparatorGuess guessSeparator(std::string_view sample, char quote, std::string_view extension)
{
    const char usual = extension == ".tsv" || extension == ".tab" ? '\t' : ',';
    Trial best;
    size_t dividing = 0;
    bool varying = false;
    for (const char separator : separators) {
        const Trial trial = tryOut(sample, separator, quote);
        varying = varying || (separator == usual && (trial.columns > 1 || trial.share < 1));
        if (!divides(trial))
            continue;
        ++dividing;
        if (best.separator == 0 || trial.share > best.share)
            best = trial;
    }
    if (best.separator == 0)
        return {0, varying ? "No separator divides all rows alike: each line is one text." : ""};
    return {best.separator, dividing > 1 || best.share < 0.9 ? "Other separators are possible." : ""};
}

std::vector<std::vector<std::string>> firstRows(std::string_view content, char separator, char quote)
{
    std::vector<std::vector<std::string>> rows;
    CsvRecords records(content, separator, quote);
    while (rows.size() < 100 && records.next()) {
        rows.emplace_back();
        for (const CsvField& field : records.fields())
            rows.back().push_back(records.text(field));
    }
    return rows;
}

} // namespace

char markOf(const std::string& separatorOrQuote)
{
    return separatorOrQuote.size() == 1 ? separatorOrQuote[0] : '\0';
}

TableFormat recogniseTable(std::string_view content, const DataFormat& wanted, std::string_view extension)
{
    TableFormat found;
    found.format = wanted;
    DataFormat& format = found.format;
    if (content.size() > 5 && (content.starts_with("sep=") || content.starts_with("SEP=")) &&
        (content[5] == '\n' || content[5] == '\r')) {
        found.begin = std::min(content.find_first_not_of("\r\n", 5), content.size());
        if (format.separator.empty())
            format.separator = content[4];
    }
    std::string_view sample = content.substr(found.begin, readBytes);
    if (sample.size() == readBytes)
        sample = sample.substr(0, sample.rfind('\n') + 1);
    if (format.separator.empty()) {
        SeparatorGuess guess = guessSeparator(sample, format.quote.empty() ? '"' : markOf(format.quote), extension);
        if (guess.separator == 0 && format.quote.empty() && usesQuote(sample, '\''))
            if (const SeparatorGuess single = guessSeparator(sample, '\'', extension); single.separator != 0) {
                guess = single;
                format.quote = "'";
            }
        format.separator = guess.separator == 0 ? std::string("none") : std::string(1, guess.separator);
        found.doubt = guess.doubt;
    }
    if (format.quote.empty()) {
        const char guessed = guessQuote(sample, markOf(format.separator));
        format.quote = guessed == 0 ? std::string("none") : std::string(1, guessed);
    }
    if (!format.header) {
        const HeaderGuess guess = guessHeader(firstRows(sample, markOf(format.separator), markOf(format.quote)));
        format.header = guess.header;
        if (!guess.sure && found.doubt.empty())
            found.doubt =
                guess.header ? "The first row may be a text like the others." : "The first row may name the columns.";
    }
    return found;
}

} // namespace fettle
