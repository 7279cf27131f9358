// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/data_source_card.h"

#include "core/arguments/references.h"
#include "core/arguments/setting_keys.h"
#include "ui/data/answer_columns.h"
#include "ui/data/format_line.h"
#include "ui/data/row_rules.h"
#include "ui/data/texts_menu.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/badges.h"
#include "ui/parts/button.h"
#include "ui/parts/label.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/rows.h"
#include "ui/parts/small_choice.h"

#include <QGridLayout>
#include <QLocale>

namespace fettle::ui
{

/// Why the column was taken, in the window's words.
static QString reasonWords(const std::string& reason)
{
    const std::pair<const char*, QString> known[] = {
        {"the only column", DataSourceCard::tr("the only column")},
        {"the longest text", DataSourceCard::tr("the longest text")},
        {"chosen", {}},
    };
    for (const auto& [name, words] : known)
        if (reason == name)
            return words;
    return reason.rfind("named ", 0) == 0 ? DataSourceCard::tr("by its name") : QString::fromStdString(reason);
}

DataSourceCard::DataSourceCard(Workbench& workbench, QWidget* parent) : Card({}, {}, parent), m_workbench(workbench)
{
    m_grid = new QGridLayout;
    m_grid->setHorizontalSpacing(px(18));
    m_grid->setVerticalSpacing(px(12));
    body()->addLayout(m_grid);
    m_files = makeFiles();
    m_rules = new RowRules(workbench, this);
    m_format = new FormatLine(this);
    body()->addWidget(m_format);
    connect(m_format, &FormatLine::formatChosen, &m_workbench.choices, &Choices::setFormat);
    connect(m_format, &FormatLine::columnChosen, &m_workbench.choices, &Choices::setColumn);
    m_answers = new AnswerColumns(this);
    m_format->addPart(m_answers->kindPart());
    body()->addWidget(m_answers);
    connect(m_answers, &AnswerColumns::answersChosen, &m_workbench.choices, &Choices::setAnswers);
    connect(m_answers, &AnswerColumns::answersOnlyChosen, this, [this](bool only) {
        DataConfig rules = m_workbench.choices.config().data;
        rules.completionOnly = only;
        m_workbench.choices.setData(rules);
    });

    m_reading = new QWidget(this);
    auto* reading = makeRow(m_reading, px(12));
    m_readingBar = new Bar(m_reading);
    m_readingWords = new Label({}, Type::Help, Ink::Text2, m_reading);
    auto* cancel = makeButton(tr("Cancel"), Look::Outlined, ControlSize::Small, {}, m_reading);
    reading->addWidget(m_readingBar, 1);
    reading->addWidget(m_readingWords);
    reading->addWidget(cancel);
    m_reading->hide();
    body()->addWidget(m_reading);
    m_notice = new NoticeBar(this);
    m_notice->hide();
    body()->addWidget(m_notice);
    connect(cancel, &QPushButton::clicked, &m_workbench.text, &TextReading::cancel);
    connect(&Theme::instance(), &Theme::changed, this, &DataSourceCard::arrange);
    arrange();
}

QWidget* DataSourceCard::makeFiles()
{
    auto* box = new QWidget(this);
    auto* line = makeRow(box, px(10), {px(4), 0, 0, 0});
    line->addWidget(new IconLabel(QStringLiteral("file"), Ink::Accent, 24, box));
    auto* words = makeColumn(nullptr, px(1));
    m_name = new ElidedLabel({}, Type::CardTitle, Ink::Text, box);
    m_facts = (new Label({}, Type::Help, Ink::Text2, box))->wrapped();
    words->addStretch(1); // together, however high the rules beside them are
    words->addWidget(m_name);
    words->addWidget(m_facts);
    words->addStretch(1);
    line->addLayout(words, 1);
    m_add = makeButton(tr("Add…"), Look::Outlined, ControlSize::Small, QStringLiteral("plus"), box);
    m_menu = makeIconButton(QStringLiteral("more"), tr("More for these files"), box);
    line->addWidget(m_add);
    line->addWidget(m_menu);
    connect(m_add, &QPushButton::clicked, this, [this] { askForTexts(m_workbench, this, true); });
    connect(m_menu, &QPushButton::clicked, this, [this] {
        auto* menu = new TextsMenu(m_workbench, this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->popup(m_menu->mapToGlobal(QPoint(0, m_menu->height())));
    });
    return box;
}

void DataSourceCard::showConfig()
{
    const DataConfig& rules = m_workbench.choices.config().data;
    if (rules.train.size() == 1)
        m_name->setText(textFileName(rules.train.front()));
    else if (rules.train.size() > 1)
        m_name->setText(tr("%1 and %2 more").arg(textFileName(rules.train.front())).arg(rules.train.size() - 1));
    m_name->setToolTip(chosenTexts(m_workbench).join(QLatin1Char('\n')));
    m_rules->showConfig();
    arrange();
    const bool locked = m_workbench.run.isRunning();
    m_format->setLocked(locked);
    m_answers->setLocked(locked);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_rules), static_cast<QWidget*>(m_add), static_cast<QWidget*>(m_menu)})
        widget->setEnabled(!locked);
    showReading();
}

void DataSourceCard::showReading()
{
    showFormat();

    const bool reading = m_workbench.text.isReading();
    if (reading && !m_wasReading)
        m_readingSince.start();
    m_wasReading = reading;
    m_reading->setVisible(reading);
    if (reading) {
        const double fraction = m_workbench.text.fraction();
        m_readingBar->setValue(fraction);
        QString words = tr("Reading the text");
        if (fraction >= 0) {
            words = tr("Reading the text: %1 %").arg(static_cast<int>(fraction * 100));
            const double elapsed = static_cast<double>(m_readingSince.elapsed()) / 1000;
            if (fraction > 0.03 && elapsed > 1)
                words += tr(", %1 left").arg(durationText(elapsed * (1 - fraction) / fraction));
        }
        m_readingWords->setText(words);
        m_readingBar->setAccessibleName(words);
    }
    showProblem();
}

void DataSourceCard::showFormat()
{
    const DataConfig& rules = m_workbench.choices.config().data;
    const auto known = m_workbench.text.facts();
    const RecognisedFile* first = known && !known->sources.empty() ? &known->sources.front() : nullptr;
    QStringList facts;
    if (known && known->sources.size() > 1)
        facts << tr("%1 files").arg(QLocale().toString(static_cast<qlonglong>(known->sources.size())));
    if (known && known->bytes > 0)
        facts << QString::fromStdString(humanBytes(static_cast<uint64_t>(known->bytes)));
    // A text of ours has nothing to correct: it is said in words. All others have the line below.
    const bool ours = !rules.train.empty() && TextReference::parse(rules.train.front()).isBundled();
    if (first != nullptr && ours)
        facts << QString::fromStdString(first->words);
    if (known && known->columns.size() > 1)
        facts << tr("%1 columns").arg(known->columns.size());
    m_facts->setText(facts.join(QStringLiteral(" · ")));
    QStringList kinds;
    for (size_t i = 0; known && i < std::min<size_t>(20, known->sources.size()); ++i)
        kinds << QString::fromStdString(known->sources.size() == 1 ? known->sources[i].words
                                                                   : known->sources[i].path.filename().string() + ": " +
                                                                         known->sources[i].words);
    m_facts->setToolTip(kinds.join(QLatin1Char('\n')));
    m_format->setVisible(!ours && !rules.train.empty());
    m_format->setFormat(known ? known->sources : std::vector<RecognisedFile>(), rules.format);
    const ModelFacts* model = m_workbench.model.entry();
    m_answers->setColumns(known.get(), rules, model == nullptr || !model->isMasked());
    const bool isOneColumn = rules.completion.empty() && rules.templateText.empty();
    m_format->setColumns(known && isOneColumn ? known->columns : std::vector<std::string>(),
                         QString::fromStdString(known ? known->column : std::string()),
                         known ? reasonWords(known->columnReason) : QString());
}

std::optional<Problem> DataSourceCard::problem() const
{
    if (m_workbench.choices.config().data.train.empty() || m_workbench.text.isReading() ||
        m_workbench.model.isReading())
        return {};
    if (auto problem = m_workbench.problem(QStringLiteral("data")); problem || m_workbench.text.preview())
        return problem;
    // The text waits for its model, which says how it is cut into tokens.
    auto problem = m_workbench.problem(QStringLiteral("model"));
    if (!problem && m_workbench.choices.config().model.empty())
        problem =
            Problem{QStringLiteral("model"), tr("Choose a model first: it says how the text is cut into tokens."), {}};
    if (problem)
        problem->subject = QStringLiteral("model");
    return problem;
}

void DataSourceCard::showProblem()
{
    const auto problem = this->problem();
    m_notice->clearButtons();
    m_notice->setVisible(problem.has_value());
    if (!problem)
        return;
    const QString subject = problem->subject;
    m_notice->say(NoticeBar::Error, problem->message, problem->hint);
    const ModelFacts* model = m_workbench.model.entry();
    if (subject == QLatin1String(setting_key::data::maxLength) && model != nullptr && model->contextLength > 0) {
        const QString most = QString::number(model->contextLength);
        auto* use = makeButton(tr("Use %1").arg(most), Look::Outlined, ControlSize::Small, {}, m_notice);
        connect(use, &QPushButton::clicked, this, [this, most] { m_rules->commitLength(most); });
        m_notice->addBelow(use);
    } else if (subject == QLatin1String("model")) {
        auto* go = makeButton(tr("To the model"), Look::Outlined, ControlSize::Small, {}, m_notice);
        connect(go, &QPushButton::clicked, this, [this] { Q_EMIT m_workbench.pageWanted(PageId::Model); });
        m_notice->addBelow(go);
    } else {
        offerReadings(subject);
        auto* again =
            makeButton(tr("Read again"), Look::Outlined, ControlSize::Small, QStringLiteral("refresh"), m_notice);
        auto* other = makeButton(tr("Choose another…"), Look::Outlined, ControlSize::Small, {}, m_notice);
        connect(again, &QPushButton::clicked, this, [this] { m_workbench.choices.setTexts(chosenTexts(m_workbench)); });
        connect(other, &QPushButton::clicked, this, [this] { askForTexts(m_workbench, this, false); });
        m_notice->addBelow(again);
        m_notice->addBelow(other);
    }
    if (const DataConfig* former = m_workbench.text.former()) {
        auto* back =
            makeButton(tr("Back to %1").arg(textName(*former)), Look::Outlined, ControlSize::Small, {}, m_notice);
        connect(back, &QPushButton::clicked, this,
                [this, former = *former] { m_workbench.choices.setTextAgain(former); });
        m_notice->addBelow(back);
    }
}

void DataSourceCard::offerReadings(const QString& subject)
{
    const auto known = m_workbench.text.facts();
    if (subject == QLatin1String(setting_key::data::column) && known && !known->columns.empty()) {
        // What is asked for stands in the question.
        auto* choice = new SmallChoice(tr("Column that holds the text"), m_notice);
        std::vector<std::pair<QString, QString>> columns;
        for (const std::string& name : known->columns)
            columns.emplace_back(QString::fromStdString(name), QString::fromStdString(name));
        const std::string& likely = known->column.empty() ? known->columns.front() : known->column;
        choice->offer(columns, QString::fromStdString(likely));
        connect(choice, &SmallChoice::valueChosen, &m_workbench.choices, &Choices::setColumn);
        auto* take = makeButton(tr("Learn this column"), Look::Outlined, ControlSize::Small, {}, m_notice);
        connect(take, &QPushButton::clicked, this,
                [this, choice] { m_workbench.choices.setColumn(choice->currentData().toString()); });
        m_notice->addBelow(choice);
        m_notice->addBelow(take);
    }
    if (subject == QLatin1String(setting_key::data::format) &&
        m_workbench.choices.config().data.format.encoding.empty()) {
        const std::pair<QString, const char*> readings[] = {{tr("Read as Western (Windows-1252)"), "windows-1252"},
                                                            {tr("Read as UTF-16"), "utf-16"},
                                                            {tr("Read as UTF-8, � for what is broken"), "utf-8"}};
        for (const auto& [words, encoding] : readings) {
            auto* read = makeButton(words, Look::Outlined, ControlSize::Small, {}, m_notice);
            connect(read, &QPushButton::clicked, this, [this, encoding = std::string(encoding)] {
                DataFormat format = m_workbench.choices.config().data.format;
                format.encoding = encoding;
                m_workbench.choices.setFormat(format);
            });
            m_notice->addBelow(read);
        }
    }
}

void DataSourceCard::resizeEvent(QResizeEvent* event)
{
    Card::resizeEvent(event);
    arrange();
}

void DataSourceCard::arrange()
{
    m_rules->fitToTextSize();
    // Beside each other where the files' names are not cut for it.
    const int names = m_name->sizeHint().width() + px(210); // with picture and buttons
    const int wide = width() >= std::max(px(940), names + m_rules->sizeHint().width() + px(48)) ? 1 : 0;
    if (wide == m_arrangedWide)
        return;
    m_arrangedWide = wide;
    m_grid->removeWidget(m_files);
    m_grid->removeWidget(m_rules);
    m_grid->addWidget(m_files, 0, 0);
    m_grid->addWidget(m_rules, wide ? 0 : 1, wide ? 1 : 0);
    m_grid->setColumnStretch(0, 1);
}

} // namespace fettle::ui
