// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/answer_columns.h"

#include "ui/data/format_line.h"
#include "ui/look/theme.h"
#include "ui/parts/flow_layout.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/small_choice.h"

#include <QCheckBox>

namespace fettle::ui
{

namespace
{

const QString kOneText = QStringLiteral("text"), kTemplate = QStringLiteral("template"),
              kAnswers = QStringLiteral("answers"), kLineBreak = QStringLiteral("\n"), kBlank = QStringLiteral(" ");

/// A box and its words, which never stand on another line.
QWidget* wordedChoice(const QString& words, SmallChoice* choice, QWidget* parent)
{
    auto* part = new QWidget(parent);
    auto* row = makeRow(part, px(8));
    row->addWidget(new Label(words, Type::Help, Ink::Text2, part));
    choice->setParent(part);
    row->addWidget(choice);
    return part;
}

/// `value` is among them where it is a template.
std::vector<std::pair<QString, QString>> choicesOf(const QStringList& columns, const QString& value)
{
    std::vector<std::pair<QString, QString>> all;
    for (const QString& column : columns)
        all.emplace_back(column, column);
    if (value.contains(QLatin1Char('{')))
        all.emplace_back(value.simplified(), value);
    return all;
}

/// data.completion for the column `answer`, with what stands between it and the question.
QString completionOf(const QString& answer, const QString& between)
{
    const bool isColumn = !answer.contains(QLatin1Char('{')) && !answer.contains(QLatin1Char('}'));
    return isColumn && !between.isEmpty() ? between + QLatin1Char('{') + answer + QLatin1Char('}') : answer;
}

/// The way back: the column or the template that the answer is, and what stands before it.
std::pair<QString, QString> answerAndBetween(const QString& completion, const QStringList& columns)
{
    for (const QString& between : {kLineBreak, kBlank})
        for (const QString& column : columns)
            if (completion == completionOf(column, between))
                return {column, between};
    return {completion, {}};
}

} // namespace

AnswerColumns::AnswerColumns(QWidget* parent) : QWidget(parent)
{
    auto* flow = new FlowLayout(this, 8);
    m_kind = new SmallChoice(tr("What a row is"), this);
    m_prompt = new SmallChoice(tr("Column that holds the question"), this);
    m_answer = new SmallChoice(tr("Column that holds the answer"), this);
    m_kindPart = wordedChoice(tr("A row is"), m_kind, this);
    flow->addWidget(m_kindPart);
    m_promptPart = wordedChoice(tr("The question is in"), m_prompt, this);
    m_answerPart = wordedChoice(tr("the answer in"), m_answer, this);
    m_between = new SmallChoice(tr("What stands between question and answer"), this);
    m_betweenPart = wordedChoice(tr("between them"), m_between, this);
    m_answersOnly = new QCheckBox(tr("grade the answer alone"), this);
    m_answersOnly->setToolTip(
        tr("The model reads the question and learns to write the answer, and where it ends. Without "
           "this it learns to write questions as well."));
    m_answersOnly->setAccessibleDescription(m_answersOnly->toolTip());
    for (QWidget* part : {m_promptPart, m_answerPart, m_betweenPart, static_cast<QWidget*>(m_answersOnly)})
        flow->addWidget(part);
    connect(m_kind, &SmallChoice::valueChosen, this, &AnswerColumns::chooseKind);
    connect(m_prompt, &SmallChoice::valueChosen, this, &AnswerColumns::choose);
    connect(m_answer, &SmallChoice::valueChosen, this, &AnswerColumns::choose);
    connect(m_between, &SmallChoice::valueChosen, this, &AnswerColumns::choose);
    connect(m_answersOnly, &QCheckBox::clicked, this, &AnswerColumns::answersOnlyChosen);
    setColumns(nullptr, {});
}

void AnswerColumns::setColumns(const DataPreview* known, const DataConfig& chosen, bool canAnswer)
{
    m_columns.clear();
    if (known != nullptr)
        for (const std::string& column : known->textColumns)
            m_columns << QString::fromStdString(column);
    const QString prompt = QString::fromStdString(chosen.prompt);
    const auto [answer, between] = answerAndBetween(QString::fromStdString(chosen.completion), m_columns);
    const bool hasAnswers = !answer.isEmpty();
    m_offered = (canAnswer && m_columns.size() > 1) || hasAnswers || !chosen.templateText.empty();
    m_kindPart->setVisible(m_offered);
    setVisible(m_offered && (hasAnswers || m_kindPart->parent() == this)); // else it is empty
    if (!m_offered)
        return;
    const bool isKnown = known != nullptr && !known->likelyAnswer.empty();
    m_likelyPrompt = isKnown ? QString::fromStdString(known->likelyPrompt) : m_columns.value(0);
    m_likelyAnswer = isKnown ? QString::fromStdString(known->likelyAnswer) : m_columns.value(1);
    std::vector<std::pair<QString, QString>> kinds{{tr("one text"), kOneText}};
    if (canAnswer || hasAnswers)
        kinds.emplace_back(tr("a question and its answer"), kAnswers);
    if (!chosen.templateText.empty()) // of a run file
        kinds.emplace_back(QString::fromStdString(chosen.templateText).simplified(), kTemplate);
    m_kind->offer(kinds, hasAnswers ? kAnswers : chosen.templateText.empty() ? kOneText : kTemplate);
    for (QWidget* part : {m_promptPart, m_answerPart, m_betweenPart, static_cast<QWidget*>(m_answersOnly)})
        part->setVisible(hasAnswers);
    m_answersOnly->setChecked(chosen.completionOnly);
    if (!hasAnswers)
        return;
    m_prompt->offer(choicesOf(m_columns, prompt), prompt);
    m_answer->offer(choicesOf(m_columns, answer), answer);
    m_between->offer({{tr("a line break"), kLineBreak}, {tr("a blank"), kBlank}, {tr("nothing"), QString()}}, between);
    m_betweenPart->setVisible(m_columns.contains(answer)); // a template says it itself
    m_takenPrompt = prompt;
    m_takenAnswer = answer;
}

void AnswerColumns::chooseLikely()
{
    // Columns called "prompt" (trl's word) and templates end as they are meant to.
    const bool isWhole = m_likelyPrompt.contains(QLatin1Char('{')) ||
                         m_likelyPrompt.compare(QLatin1String("prompt"), Qt::CaseInsensitive) == 0;
    Q_EMIT answersChosen(m_likelyPrompt, completionOf(m_likelyAnswer, isWhole ? QString() : kLineBreak));
}

void AnswerColumns::chooseKind(const QString& kind)
{
    if (kind == kAnswers)
        chooseLikely();
    else if (kind == kOneText)
        Q_EMIT answersChosen({}, {});
}

void AnswerColumns::choose()
{
    QString prompt = m_prompt->currentData().toString(), answer = m_answer->currentData().toString();
    if (prompt == answer) // one column cannot be both: they change places
        (sender() == m_prompt ? answer : prompt) = sender() == m_prompt ? m_takenPrompt : m_takenAnswer;
    Q_EMIT answersChosen(prompt, completionOf(answer, m_between->currentData().toString()));
}

void AnswerColumns::setLocked(bool locked)
{
    for (QWidget* widget :
         {static_cast<QWidget*>(m_kind), static_cast<QWidget*>(m_prompt), static_cast<QWidget*>(m_answer),
          static_cast<QWidget*>(m_between), static_cast<QWidget*>(m_answersOnly)})
        widget->setEnabled(!locked);
}

} // namespace fettle::ui
