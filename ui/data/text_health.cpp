// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/text_health.h"

#include "ui/look/words.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>

namespace fettle::ui
{

namespace
{
struct HealthWords {
    Q_DECLARE_TR_FUNCTIONS(fettle::ui::TextHealth)
};

QString healthNumber(int64_t value)
{
    return QLocale().toString(static_cast<qlonglong>(value));
}

constexpr int64_t fewRows = 200;

/// What is graded of questions and answers, and what a cut does to them.
void addAnswerItems(std::vector<HealthItem>& items, const DataPreview& preview)
{
    const auto add = [&items](bool good, const QString& strong, const QString& words) {
        items.push_back({good, strong, words, HealthItem::Remedy::None, {}});
    };
    if (preview.answersAlone)
        add(true, HealthWords::tr("Only answers are graded:"),
            counted(preview.gradedTokens, HealthWords::tr("1 token of the rows to learn from. Questions are read."),
                    HealthWords::tr("%1 tokens of the rows to learn from. Questions are read.")));
    if (preview.lostAnswers > 0)
        add(false,
            counted(preview.lostAnswers, HealthWords::tr("1 row is left out."),
                    HealthWords::tr("%1 rows are left out.")),
            HealthWords::tr("Nothing of their answers is left by the cut: make the longest row longer."));
    if (preview.cutAnswers > 0)
        add(false,
            counted(preview.cutAnswers, HealthWords::tr("1 answer loses its end."),
                    HealthWords::tr("%1 answers lose their ends.")),
            HealthWords::tr("There is no room for them: make the longest row longer."));
    if (preview.oddPrompts > 0)
        add(false,
            counted(preview.oddPrompts, HealthWords::tr("1 question ends inside a token."),
                    HealthWords::tr("%1 questions end inside a token.")),
            HealthWords::tr("Its last letters and the first of the answer are one token, which is graded."));
}
} // namespace

std::vector<HealthItem> healthOf(const RunConfig& config, const DataPreview& preview, const LengthTable& table,
                                 Objective objective)
{
    std::vector<HealthItem> items;
    const bool packed = joinsRows(config.data.blocks);
    const bool seesOthers = mixesRows(config.data.blocks);
    const bool causal = objective == Objective::Causal;

    const auto warn = [&items](const QString& strong, const QString& words) {
        items.push_back({false, strong, words, HealthItem::Remedy::None, {}});
    };
    if (preview.trainRows > 0 && preview.gradedTokens == 0 && preview.tokens > 0 && !preview.sources.empty())
        warn(HealthWords::tr("There is nothing to learn."),
             causal ? HealthWords::tr("No row has a second piece that could be guessed.")
                    : HealthWords::tr("No row has a piece that could be hidden."));
    if (preview.unknownTokens > 0 && preview.tokens > 0)
        warn(counted(preview.unknownTokens, HealthWords::tr("1 piece is unknown to the model."),
                     HealthWords::tr("%1 pieces are unknown to the model.")),
             HealthWords::tr("Its vocabulary has no sign for such pieces: they all look alike to it."));
    if (preview.looksLikeAnswers && causal) // one that fills blanks has no answers to give
        items.push_back({false, HealthWords::tr("The rows look like questions with their answers."),
                         HealthWords::tr("Read so, the answers alone are graded."), HealthItem::Remedy::ReadAsAnswers,
                         HealthWords::tr("Read as questions and answers")});
    for (const std::string& notice : preview.notices)
        warn(engineWords(notice), {});

    // Letters: what cannot be read is refused with its place, or counted.
    HealthItem letters{true, HealthWords::tr("All letters read well"), {}, {}, {}};
    if (preview.replacedCharacters > 0)
        letters = {false,
                   counted(preview.replacedCharacters, HealthWords::tr("1 letter could not be read."),
                           HealthWords::tr("%1 letters could not be read.")),
                   HealthWords::tr("A sign that means “unknown” (�) stands there. Another encoding may suit."),
                   {},
                   {}};
    if (preview.nulCharacters > 0)
        warn(counted(preview.nulCharacters, HealthWords::tr("1 zero character (NUL) stands in the text."),
                     HealthWords::tr("%1 zero characters (NUL) stand in the text.")),
             HealthWords::tr("Another encoding may suit."));
    if (preview.emptyRows == 0 && preview.skippedRows == 0) {
        if (letters.good)
            letters.words = HealthWords::tr("and no row is empty.");
    } else if (preview.emptyRows > 0) {
        const bool one = preview.emptyRows == 1;
        QString words =
            preview.emptyRowsTeachEnd
                ? (one ? HealthWords::tr("Its end of text is graded: it teaches the model to write nothing.")
                       : HealthWords::tr("Their end of text is graded: each teaches the model to write nothing."))
            : seesOthers
                ? HealthWords::tr("Where rows are joined, line breaks or signs of a beginning are all they leave.")
            : one ? HealthWords::tr("It stays a row and teaches nothing.")
                  : HealthWords::tr("They stay rows and teach nothing.");
        if (preview.missingRows > 0)
            words = HealthWords::tr("%1 of them have no “%2” at all (null).")
                        .arg(healthNumber(preview.missingRows), QString::fromStdString(preview.column)) +
                    QLatin1Char(' ') + words;
        items.push_back({false,
                         one ? HealthWords::tr("1 row is empty.")
                             : HealthWords::tr("%1 rows are empty.").arg(healthNumber(preview.emptyRows)),
                         words, HealthItem::Remedy::LeaveEmptyOut,
                         one ? HealthWords::tr("Leave it out") : HealthWords::tr("Leave them out")});
    } else {
        items.push_back({true,
                         counted(preview.skippedRows, HealthWords::tr("1 empty row is left out."),
                                 HealthWords::tr("%1 empty rows are left out.")),
                         {},
                         HealthItem::Remedy::KeepEmpty,
                         HealthWords::tr("Keep them")});
    }
    items.push_back(letters);

    if (preview.hasAnswers)
        addAnswerItems(items, preview);

    // Graded tokens: a causal model guesses from the second piece on.
    const int64_t tooShort = table.rowsOfAtMost(causal ? 1 : 0);
    const int64_t toldAbove = seesOthers || preview.emptyRowsTeachEnd ? 0 : preview.emptyRows;
    const int64_t ungraded = tooShort - std::min(toldAbove, tooShort);
    if (config.data.blocks == Blocks::GroupTexts && preview.cutTokens > 0)
        items.push_back({false,
                         counted(preview.cutTokens, HealthWords::tr("1 token is not read."),
                                 HealthWords::tr("%1 tokens are not read.")),
                         HealthWords::tr("They fill no block: of every 1,000 rows the end is left out."),
                         HealthItem::Remedy::JoinInBlocks, HealthWords::tr("Read them too")});
    else if (packed)
        items.push_back({true,
                         HealthWords::tr("Nothing is cut off."),
                         HealthWords::tr("Rows are joined, then cut into blocks of %1 tokens.")
                             .arg(healthNumber(config.data.maxLength)),
                         {},
                         {}});
    if (!seesOthers && ungraded > 0)
        items.push_back({false,
                         counted(ungraded, HealthWords::tr("1 row has nothing to be guessed."),
                                 HealthWords::tr("%1 rows have nothing to be guessed.")),
                         HealthWords::tr("They are a single piece: nothing stands before it."),
                         HealthItem::Remedy::JoinInBlocks, HealthWords::tr("Join in blocks")});
    else if (!packed && !preview.hasAnswers && preview.emptyRows == 0 && table.rows() > 0)
        items.push_back({true,
                         HealthWords::tr("Every row has graded tokens."),
                         causal ? HealthWords::tr("Fewest: %1, in row %2.")
                                      .arg(healthNumber(table.shortest() - 1), healthNumber(table.shortestRow()))
                                : counted(table.shortest(), HealthWords::tr("The shortest, row %2, has 1 token."),
                                          HealthWords::tr("The shortest, row %2, has %1 tokens."))
                                      .arg(healthNumber(table.shortestRow())),
                         {},
                         {}});

    if (!packed && preview.cutRows > 0)
        items.push_back(
            {false,
             counted(preview.cutRows, HealthWords::tr("1 row is cut off."), HealthWords::tr("%1 rows are cut off.")),
             HealthWords::tr("%1 of %2 tokens are not read.")
                 .arg(healthNumber(preview.cutTokens), healthNumber(preview.tokens)),
             {},
             {}});
    else if (!packed)
        items.push_back({true,
                         HealthWords::tr("No row is cut off."),
                         counted(preview.longestRow, HealthWords::tr("The longest has 1 token."),
                                 HealthWords::tr("The longest has %1 tokens.")),
                         {},
                         {}});

    if (preview.validationRows == 0)
        items.push_back({false, HealthWords::tr("No rows are kept aside."),
                         HealthWords::tr("Learning by heart could not be seen."), HealthItem::Remedy::KeepAside,
                         HealthWords::tr("Keep 5 %")});
    else
        items.push_back({true,
                         counted(preview.validationRows, HealthWords::tr("1 row is kept aside"),
                                 HealthWords::tr("%1 rows are kept aside")),
                         HealthWords::tr("and never learned from."),
                         {},
                         {}});

    if (preview.rows < fewRows)
        items.push_back(
            {false,
             HealthWords::tr("This is a short text."),
             HealthWords::tr("Few rows are soon known by heart; %1 or more say more.").arg(healthNumber(fewRows)),
             {},
             {}});
    std::stable_sort(items.begin(), items.end(),
                     [](const HealthItem& a, const HealthItem& b) { return a.good < b.good; });
    return items;
}

} // namespace fettle::ui
