// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/data_source_card.h"

#include "core/arguments/references.h"
#include "core/arguments/setting_keys.h"
#include "core/base/text.h"
#include "ui/data/answer_columns.h"
#include "ui/data/format_line.h"
#include "ui/look/style.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/badges.h"
#include "ui/parts/button.h"
#include "ui/parts/choose_files.h"
#include "ui/parts/label.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/rows.h"
#include "ui/parts/segmented_control.h"
#include "ui/parts/small_choice.h"
#include "ui/settings/number_field.h"
#include "ui/settings/setting_text.h"

#include <QGridLayout>
#include <QLocale>
#include <QMenu>
#include <map>

namespace fettle::ui
{

namespace
{
QVBoxLayout* fieldColumn(const QString& label, const QString& name, QWidget* parent, Label** title = nullptr)
{
    auto* column = makeColumn(nullptr, px(4));
    auto* head = makeRow(nullptr, px(5));
    auto* words = new Label(label, Type::HelpStrong, Ink::Text, parent);
    head->addWidget(words);
    if (!name.isEmpty())
        head->addWidget(new Label(name, Type::Help, Ink::Text2, parent));
    head->addStretch(1);
    column->addLayout(head);
    if (title != nullptr)
        *title = words;
    return column;
}

QString valueOf(Blocks blocks)
{
    return QString::number(static_cast<int>(blocks));
}
} // namespace

QString bundledTextTitle(const std::string& name)
{
    if (name == "ships-log")
        return DataSourceCard::tr("Ship’s log");
    if (name == "contract-clauses")
        return DataSourceCard::tr("Contract clauses");
    if (name == "recipes")
        return DataSourceCard::tr("Recipes");
    QString title = QString::fromStdString(name);
    title.replace(QLatin1Char('-'), QLatin1Char(' '));
    if (!title.isEmpty())
        title[0] = title[0].toUpper();
    return title;
}

QString textFileName(const std::string& reference)
{
    return QString::fromStdString(TextReference::parse(reference).fileName());
}

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
    m_rules = makeRules();
    m_format = new FormatLine(this);
    body()->addWidget(m_format);
    connect(m_format, &FormatLine::formatChosen, &m_workbench.choices, &Choices::setFormat);
    connect(m_format, &FormatLine::columnChosen, &m_workbench.choices, &Choices::setColumn);
    m_answers = new AnswerColumns(this);
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
    words->addWidget(m_name);
    words->addWidget(m_facts);
    line->addLayout(words, 1);
    m_add = makeButton(tr("Add…"), Look::Outlined, ControlSize::Small, QStringLiteral("plus"), box);
    m_menu = makeIconButton(QStringLiteral("more"), tr("More for these files"), box);
    line->addWidget(m_add);
    line->addWidget(m_menu);
    connect(m_add, &QPushButton::clicked, this, [this] { chooseFiles(true); });
    connect(m_menu, &QPushButton::clicked, this, &DataSourceCard::showMenu);
    return box;
}

QWidget* DataSourceCard::makeRules()
{
    auto* box = new QWidget(this);
    auto* line = makeRow(box, px(16));

    auto* blocks = fieldColumn(tr("Rows are read"), {}, box);
    m_blocks = new SegmentedControl({tr("One by one"), tr("Joined in blocks")}, box);
    m_blocks->setAccessibleName(tr("Rows are read"));
    m_blocks->segment(0)->setToolTip(tr("Each row is an example of its own; longer rows are cut."));
    m_blocks->segment(1)->setToolTip(tr("All rows are joined into one text and cut into full blocks."));
    blocks->addWidget(m_blocks, 0, Qt::AlignLeft);
    m_joined = new SmallChoice(tr("How rows are joined"), box);
    m_joined->setToolTip(
        tr("One text: a row is read with what stands before it in its block. Each row by itself: rows "
           "share a block to save time, and none sees another. As transformers: like group_texts of its "
           "scripts, which leaves the end of every 1,000 rows out."));
    QSizePolicy kept = m_joined->sizePolicy(); // the card does not change its height with it
    kept.setRetainSizeWhenHidden(true);
    m_joined->setSizePolicy(kept);
    blocks->addWidget(m_joined, 0, Qt::AlignLeft);
    blocks->addStretch(1);
    line->addLayout(blocks);
    line->addWidget(new Line(Qt::Vertical, box));

    const QString maxLength = QString::fromLatin1(setting_key::data::maxLength);
    auto* length = fieldColumn(tr("Longest row"), findSetting(maxLength)->shownName, box, &m_lengthTitle);
    m_length = new NumberField(*findSetting(maxLength), box);
    m_lengthProblem = (new Label({}, Type::Help, Ink::Error, box))->wrapped();
    m_lengthProblem->hide();
    length->addWidget(m_length);
    length->addWidget(m_lengthProblem);
    length->addStretch(1);
    line->addLayout(length);
    line->addWidget(new Line(Qt::Vertical, box));

    auto* validation = fieldColumn(tr("Kept aside to check"), tr("validation"), box);
    m_validation = new NumberField(validationSetting(), box);
    auto* file = makeRow(nullptr, px(4));
    m_validationFile = new Label({}, Type::Help, Ink::Text, box);
    m_validationClear = makeIconButton(QStringLiteral("close"), tr("Take rows of the text instead of this file"), box);
    file->addWidget(m_validationFile);
    file->addWidget(m_validationClear);
    file->addStretch(1);
    m_validationProblem = (new Label({}, Type::Help, Ink::Error, box))->wrapped();
    m_validationProblem->hide();
    validation->addWidget(m_validation);
    m_validationChosen = new Label({}, Type::Help, Ink::Text2, box);
    m_validationChosen->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    connect(m_validationChosen, &QLabel::linkActivated, this, [this] { commitValidation(QStringLiteral("0")); });
    validation->addWidget(m_validationChosen);
    validation->addLayout(file);
    validation->addWidget(m_validationProblem);
    validation->addStretch(1);
    line->addLayout(validation);
    line->addStretch(1);

    connect(m_blocks, &SegmentedControl::chosen, this, [this](int index) {
        DataConfig rules = m_workbench.choices.config().data;
        if (joinsRows(rules.blocks) != (index == 1)) // else how they are joined stays
            rules.blocks = index == 1 ? Blocks::Packed : Blocks::Lines;
        m_workbench.choices.setData(rules);
    });
    connect(m_joined, &SmallChoice::valueChosen, this, [this](const QString& value) {
        DataConfig rules = m_workbench.choices.config().data;
        rules.blocks = static_cast<Blocks>(value.toInt());
        m_workbench.choices.setData(rules);
    });
    connect(m_length, &NumberField::committed, this, &DataSourceCard::commitLength);
    connect(m_validation, &NumberField::committed, this, &DataSourceCard::commitValidation);
    connect(m_validationClear, &QPushButton::clicked, this, [this] {
        DataConfig rules = m_workbench.choices.config().data;
        rules.validation.clear();
        m_workbench.choices.setData(rules);
    });
    return box;
}

void DataSourceCard::commitLength(const QString& text)
{
    QString problem = settingProblem(m_length->setting(), text);
    const auto tokens = parseInteger(text.toStdString());
    const ModelFacts* model = m_workbench.model.entry();
    if (problem.isEmpty() && model != nullptr && model->contextLength > 0 && tokens && *tokens > model->contextLength)
        problem = tr("%1 reads %2 at most.").arg(QString::fromStdString(model->name)).arg(model->contextLength);
    m_lengthProblem->setText(problem);
    m_lengthProblem->setVisible(!problem.isEmpty());
    setProblem(m_length, !problem.isEmpty());
    if (!problem.isEmpty() || !tokens)
        return;
    DataConfig rules = m_workbench.choices.config().data;
    rules.maxLength = *tokens;
    m_workbench.choices.setData(rules);
}

void DataSourceCard::commitValidation(const QString& text)
{
    const QString problem = settingProblem(validationSetting(), text);
    m_validationProblem->setText(problem);
    m_validationProblem->setVisible(!problem.isEmpty());
    setProblem(m_validation, !problem.isEmpty());
    const auto percent = parseDouble(text.toStdString());
    if (!problem.isEmpty() || !percent)
        return;
    DataConfig rules = m_workbench.choices.config().data;
    rules.validationFraction = *percent / 100;
    m_workbench.choices.setData(rules);
}

void DataSourceCard::focusLength()
{
    m_length->setFocus(Qt::OtherFocusReason);
    m_length->selectAll();
}

void DataSourceCard::chooseFiles(bool add)
{
    const QStringList files = chooseTexts(window(), add ? tr("Add texts") : tr("Choose texts"));
    if (files.isEmpty())
        return;
    QStringList all = add ? chosenTexts() : QStringList();
    for (const QString& file : files)
        if (!all.contains(file))
            all << file;
    m_workbench.opener.offerTexts(all);
}

void DataSourceCard::chooseFolder(bool add)
{
    const QString folder = chooseTextFolder(window(), add ? tr("Add a folder of texts") : QString());
    if (!folder.isEmpty())
        m_workbench.opener.openTextFolder(folder, add ? chosenTexts() : QStringList());
}

QStringList DataSourceCard::chosenTexts() const
{
    QStringList all;
    for (const std::string& text : m_workbench.choices.config().data.train)
        all << QString::fromStdString(text);
    return all;
}

void DataSourceCard::showMenu()
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto& texts = m_workbench.choices.config().data.train;
    menu->addAction(tr("Choose other files…"), this, [this] { chooseFiles(false); });
    menu->addAction(tr("Choose a folder of texts…"), this, [this] { chooseFolder(false); });
    menu->addAction(tr("Add a folder of texts…"), this, [this] { chooseFolder(true); });
    QMenu* ours = menu->addMenu(tr("Take one of ours"));
    for (const std::string& name : bundledTexts())
        ours->addAction(bundledTextTitle(name), this, [this, name] {
            m_workbench.choices.setTexts({QString::fromStdString(TextReference::bundled(name).text())});
        });
    menu->addAction(tr("Keep rows of another file aside…"), this, [this] {
        const QString file = chooseText(window(), tr("Text to check with"));
        if (file.isEmpty())
            return;
        DataConfig rules = m_workbench.choices.config().data;
        rules.validation = file.toStdString();
        m_workbench.choices.setData(rules);
    });
    menu->addSeparator();
    if (texts.size() > 1)
        for (const std::string& text : texts)
            offerWeights(menu, text);
    for (size_t i = 0; i < texts.size(); ++i)
        menu->addAction(tr("Remove %1").arg(textFileName(texts[i])), this, [this, i] {
            QStringList left = chosenTexts();
            left.removeAt(static_cast<qsizetype>(i));
            m_workbench.choices.setTexts(left);
        });
    menu->popup(m_menu->mapToGlobal(QPoint(0, m_menu->height())));
}

/// How often a pass over several texts reads this one.
void DataSourceCard::offerWeights(QMenu* menu, const std::string& text)
{
    const auto& weights = m_workbench.choices.config().data.trainWeights;
    const auto found = weights.find(text);
    const double now = found == weights.end() ? 1 : found->second;
    std::map<double, QString> words{
        {0.25, tr("A quarter of its rows")}, {0.5, tr("Half of its rows")},   {1, tr("All rows once")},
        {2, tr("All rows twice")},           {3, tr("All rows three times")}, {5, tr("All rows five times")}};
    words.try_emplace(now, tr("%1 times, as set").arg(QString::fromStdString(shortest(now))));
    QMenu* often = menu->addMenu(tr("How much a pass reads of %1").arg(textFileName(text)));
    for (const auto& entry : words) {
        QAction* action = often->addAction(entry.second, this, [this, text, weight = entry.first] {
            DataConfig rules = m_workbench.choices.config().data;
            rules.trainWeights.erase(text);
            if (weight != 1)
                rules.trainWeights[text] = weight;
            m_workbench.choices.setData(rules);
        });
        action->setCheckable(true);
        action->setChecked(entry.first == now);
    }
}

void DataSourceCard::showConfig()
{
    const DataConfig& rules = m_workbench.choices.config().data;
    if (rules.train.size() == 1)
        m_name->setText(textFileName(rules.train.front()));
    else if (rules.train.size() > 1)
        m_name->setText(tr("%1 and %2 more").arg(textFileName(rules.train.front())).arg(rules.train.size() - 1));
    m_name->setToolTip(chosenTexts().join(QLatin1Char('\n')));
    const bool joined = joinsRows(rules.blocks);
    m_blocks->setCurrent(joined ? 1 : 0);
    m_joined->setVisible(joined);
    if (joined)
        m_joined->offer({{tr("as one text"), valueOf(Blocks::Packed)},
                         {tr("each row by itself"), valueOf(Blocks::PackedApart)},
                         {tr("as transformers does"), valueOf(Blocks::GroupTexts)}},
                        valueOf(rules.blocks));
    arrange();
    m_lengthTitle->setText(joined ? tr("Block length") : tr("Longest row"));
    m_length->setValue(QString::number(rules.maxLength));
    m_length->setAccessibleName(m_lengthTitle->text() + QStringLiteral(", ") + tr("tokens"));
    m_validation->setValue(shortNumber(QString::number(rules.validationFraction * 100, 'g', 8)));
    const bool fromFile = !rules.validation.empty();
    m_validation->setVisible(!fromFile);
    m_validationFile->setVisible(fromFile);
    m_validationClear->setVisible(fromFile);
    m_validationFile->setText(tr("all of %1").arg(textFileName(rules.validation)));
    const bool automatic = m_workbench.choices.isAutomatic(QString::fromLatin1(setting_key::data::validation));
    m_validationChosen->setVisible(automatic && !fromFile && !m_workbench.run.isRunning());
    m_validationChosen->setText(tr("set by Fettle · <a href=\"none\">keep none</a>"));
    const bool locked = m_workbench.run.isRunning();
    m_format->setLocked(locked);
    m_answers->setLocked(locked);
    for (QWidget* widget : {m_rules, static_cast<QWidget*>(m_add), static_cast<QWidget*>(m_menu)})
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

void DataSourceCard::showProblem()
{
    const bool any = !m_workbench.choices.config().data.train.empty();
    const bool busy = m_workbench.text.isReading() || m_workbench.model.isReading();
    auto problem = m_workbench.problem(QStringLiteral("data"));
    m_notice->clearButtons();
    if (any && !busy && !problem && !m_workbench.text.preview()) {
        // The text waits for its model, which says how it is cut into tokens.
        problem = m_workbench.problem(QStringLiteral("model"));
        if (!problem && m_workbench.choices.config().model.empty())
            problem = Problem{
                QStringLiteral("model"), tr("Choose a model first: it says how the text is cut into tokens."), {}};
        if (problem)
            problem->subject = QStringLiteral("model");
    }
    const bool shown = problem.has_value() && any && !busy;
    m_notice->setVisible(shown);
    if (!shown)
        return;
    const QString subject = problem->subject;
    m_notice->say(NoticeBar::Error, problem->message, problem->hint);
    const ModelFacts* model = m_workbench.model.entry();
    if (subject == QLatin1String(setting_key::data::maxLength) && model != nullptr && model->contextLength > 0) {
        const QString most = QString::number(model->contextLength);
        auto* use = makeButton(tr("Use %1").arg(most), Look::Outlined, ControlSize::Small, {}, m_notice);
        connect(use, &QPushButton::clicked, this, [this, most] { commitLength(most); });
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
        connect(again, &QPushButton::clicked, this, [this] { m_workbench.choices.setTexts(chosenTexts()); });
        connect(other, &QPushButton::clicked, this, [this] { chooseFiles(false); });
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
    m_length->setFixedWidth(px(118));
    m_validation->setFixedWidth(px(130));
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
