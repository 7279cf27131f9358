// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/text_defaults.h"

#include "core/arguments/setting_keys.h"
#include <QRegularExpression>
#include <algorithm>

namespace fettle::ui
{
namespace
{
constexpr size_t promptCount = 2;
constexpr qsizetype mostWords = 4, mostLetters = 48; ///< of a beginning

const QString validationKey = QString::fromLatin1(setting_key::data::validation),
              endKey = QString::fromLatin1(setting_key::data::appendEndOfText),
              promptsKey = QString::fromLatin1(setting_key::samples::prompts),
              saveKey = QString::fromLatin1(setting_key::save_steps),
              bestKey = QString::fromLatin1(setting_key::load_best_model_at_end),
              limitKey = QString::fromLatin1(setting_key::save_total_limit);

QStringList wordsOf(const QString& text)
{
    static const QRegularExpression spaces(QStringLiteral("\\s+"));
    return text.split(spaces, Qt::SkipEmptyParts);
}

QString firstLine(const QString& row)
{
    for (const QString& line : row.split(QLatin1Char('\n')))
        if (!line.trimmed().isEmpty())
            return line.trimmed();
    return {};
}

/// The first words of a row, at most half of it: something must be left to write.
QString beginning(const QString& row)
{
    const QString line = firstLine(row);
    const QStringList words = wordsOf(line);
    if (words.size() < 2) { // one word, or a script without spaces between them
        const qsizetype letters = std::min<qsizetype>(8, line.size() / 2);
        return letters > 0 ? line.left(line.at(letters - 1).isHighSurrogate() ? letters + 1 : letters) : line;
    }
    const qsizetype count = std::clamp<qsizetype>(words.size() / 2, 1, mostWords);
    QString prompt = words.front();
    for (qsizetype i = 1; i < count && prompt.size() + words[i].size() < mostLetters; ++i)
        prompt += QLatin1Char(' ') + words[i];
    return prompt.left(mostLetters);
}

/// What a row asks, whole; of very long questions the beginning. Of a conversation as it stands: without what opens an
/// answer none is written.
std::string questionOf(const PreviewRow& row)
{
    constexpr qsizetype most = 200;
    if (!row.prompt.empty())
        return row.prompt;
    const auto length = static_cast<size_t>(std::max<int64_t>(0, row.answerBegin));
    const QString question = QString::fromStdString(row.text.substr(0, length)).trimmed();
    return (question.size() <= most ? question : beginning(question)).toStdString();
}

/// The first question and one from the middle that is another.
std::vector<std::string> wholeQuestions(const std::vector<PreviewRow>& rows)
{
    std::vector<std::string> prompts;
    for (size_t i = 0; i < 2 * rows.size() && prompts.size() < promptCount; ++i) {
        const std::string prompt = questionOf(rows[(prompts.empty() ? i : i + rows.size() / 2) % rows.size()]);
        if (!prompt.empty() && std::find(prompts.begin(), prompts.end(), prompt) == prompts.end())
            prompts.push_back(prompt);
    }
    return prompts;
}

/// A sentence of a row with its weightiest word hidden, or empty.
QString withOneHidden(const QString& row, const QString& mask)
{
    static const QRegularExpression end(QStringLiteral("(?<=[.!?。！？])\\s+"));
    constexpr qsizetype fewest = 4, most = 18;
    QStringList words;
    for (const QString& sentence : firstLine(row).split(end)) {
        words = wordsOf(sentence);
        if (words.size() >= fewest)
            break;
    }
    if (words.size() < 2)
        return {};
    words = words.mid(0, most);
    static const QRegularExpression letters(QStringLiteral("\\p{L}[\\p{L}\\p{M}]*"));
    qsizetype chosen = -1, longest = 2;
    QRegularExpressionMatch part;
    for (qsizetype i = 1; i < words.size(); ++i) { // what stands first is too hard: nothing goes before it
        const auto match = letters.match(words[i]);
        if (match.hasMatch() && match.capturedLength() > longest && match.capturedLength() <= 12) {
            longest = match.capturedLength();
            chosen = i;
            part = match;
        }
    }
    if (chosen < 0)
        return {};
    words[chosen].replace(part.capturedStart(), part.capturedLength(), mask);
    return words.join(QLatin1Char(' '));
}
} // namespace

const QStringList& automaticKeys()
{
    static const QStringList keys{validationKey, endKey, promptsKey, saveKey, bestKey, limitKey};
    return keys;
}

bool isPlain(const RunConfig& config, const QString& key)
{
    static const RunConfig plain;
    const TrainArgs &a = config.arguments, &p = plain.arguments;
    if (key == validationKey)
        return config.data.validation.empty() && config.data.validationFraction == 0;
    if (key == endKey)
        return !config.data.appendEndOfText;
    if (key == promptsKey)
        return config.samples.prompts.empty();
    if (key == saveKey)
        return a.save_steps == p.save_steps && a.save_strategy == p.save_strategy;
    if (key == bestKey)
        return a.load_best_model_at_end == p.load_best_model_at_end;
    return key == limitKey && a.save_total_limit == p.save_total_limit;
}

void setPlain(RunConfig& config, const QString& key)
{
    static const RunConfig plain;
    if (key == validationKey)
        config.data.validationFraction = 0;
    else if (key == endKey)
        config.data.appendEndOfText = false;
    else if (key == promptsKey)
        config.samples.prompts.clear();
    else if (key == saveKey)
        config.arguments.save_steps = plain.arguments.save_steps;
    else if (key == bestKey)
        config.arguments.load_best_model_at_end = plain.arguments.load_best_model_at_end;
    else if (key == limitKey)
        config.arguments.save_total_limit = plain.arguments.save_total_limit;
}

std::vector<std::string> promptsFromRows(const std::vector<std::string>& rows, const std::string& maskToken)
{
    std::vector<std::string> prompts;
    const auto takeText = [&prompts](const QString& prompt) {
        const std::string text = prompt.toStdString();
        if (!text.empty() && std::find(prompts.begin(), prompts.end(), text) == prompts.end())
            prompts.push_back(text);
    };
    const auto take = [&](size_t row) {
        if (prompts.size() >= promptCount)
            return;
        const QString text = QString::fromStdString(rows[row]);
        takeText(maskToken.empty() ? beginning(text) : withOneHidden(text, QString::fromStdString(maskToken)));
    };
    // The first row and one from the middle, which are seldom alike; then whatever comes.
    if (!rows.empty()) {
        take(0);
        take(rows.size() / 2);
    }
    for (size_t row = 0; row < rows.size(); ++row)
        take(row);
    // Letters that all begin alike: a later sentence of one.
    static const QRegularExpression end(QStringLiteral("(?<=[.!?。！？])\\s+"));
    for (size_t row = 0; row < rows.size() && maskToken.empty() && prompts.size() < promptCount; ++row) {
        const QStringList sentences = firstLine(QString::fromStdString(rows[row])).split(end, Qt::SkipEmptyParts);
        for (qsizetype i = 1; i < sentences.size() && prompts.size() < promptCount; ++i)
            if (const QString start = beginning(sentences[i]); start.contains(QLatin1Char(' '))) // else "Nr. 1001"
                takeText(start);
    }
    return prompts;
}

std::vector<std::string> promptsFrom(const DataPreview& preview, const std::string& maskToken)
{
    const bool hasQuestions =
        std::any_of(preview.firstRows.begin(), preview.firstRows.end(),
                    [](const PreviewRow& row) { return row.answerBegin >= 0 || !row.prompt.empty(); });
    if (hasQuestions && maskToken.empty())
        return wholeQuestions(preview.firstRows);
    std::vector<std::string> rows;
    for (const PreviewRow& row : preview.firstRows)
        rows.push_back(row.text);
    return promptsFromRows(rows, maskToken);
}

double saveShare(double secondsOfRun)
{
    constexpr double mostSeconds = 120;
    for (const double share : {0.1, 0.05, 0.02, 0.01, 0.005, 0.002})
        if (!(secondsOfRun * share > mostSeconds))
            return share;
    return 0.001;
}

} // namespace fettle::ui
