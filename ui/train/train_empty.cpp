// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/train_empty.h"

#include "core/arguments/references.h"
#include "ui/look/words.h"
#include "ui/parts/blanks.h"
#include "ui/parts/button.h"
#include "ui/parts/card.h"
#include "ui/parts/label.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/rows.h"
#include "ui/train/prompt_chips.h"
#include "ui/train/train_strip.h"

#include <QFileInfo>
#include <QLocale>

namespace fettle::ui
{

namespace
{
QString wordsToGo(PageId page)
{
    if (page == PageId::Model)
        return TrainEmpty::tr("Choose a model");
    return page == PageId::Data ? TrainEmpty::tr("Choose a text") : TrainEmpty::tr("Show settings");
}
} // namespace

QString plainModelName(const std::string& reference)
{
    return QString::fromStdString(ModelReference::parse(reference).name());
}

QString plainTextName(const DataConfig& data)
{
    if (data.train.empty())
        return {};
    const QString first = QString::fromStdString(TextReference::parse(data.train.front()).name());
    return data.train.size() == 1 ? first : TrainEmpty::tr("%1 and %2 more").arg(first).arg(data.train.size() - 1);
}

TrainEmpty::TrainEmpty(Workbench& workbench, QWidget* parent) : QWidget(parent), m_workbench(workbench)
{
    auto* column = makeColumn(this, 12);
    m_failure = new NoticeBar(this);
    m_failure->hide();
    column->addWidget(m_failure);
    m_ready = new Card({}, {}, this);
    m_ready->setBodyMargins(24, 20, 24, 20);
    m_title = new Label({}, Type::Title, Ink::Text, m_ready);
    m_title->wrapped();
    m_sentence = new Label({}, Type::Body, Ink::Text2, m_ready);
    m_sentence->wrapped();
    m_ready->body()->addWidget(m_title);
    m_ready->body()->addWidget(m_sentence);
    m_ready->body()->addSpacing(6);
    m_rowsPlace = new QVBoxLayout;
    m_ready->body()->addLayout(m_rowsPlace);
    column->addWidget(m_ready);
    column->addWidget(makePrompts());
    column->addStretch(1);
}

QWidget* TrainEmpty::makePrompts()
{
    auto* card = new Card(tr("What it will be asked to write"), {}, this);
    m_promptsWords = new Label({}, Type::Body, Ink::Text2, card);
    m_promptsWords->wrapped();
    m_prompts = new PromptChips(card);
    m_prompts->setEditable(true);
    card->body()->addWidget(m_promptsWords);
    card->body()->addWidget(m_prompts);
    connect(m_prompts, &PromptChips::promptsEdited, this, [this](const QStringList& prompts) {
        SamplesConfig samples = m_workbench.choices.config().samples;
        const QString mask = m_workbench.model.maskToken();
        samples.prompts.clear();
        for (const QString& prompt : prompts)
            samples.prompts.push_back((mask.isEmpty() ? prompt : withMasks(prompt, mask)).toStdString());
        m_workbench.choices.setSamples(samples);
    });
    return card;
}

void TrainEmpty::setFailure(const std::optional<Problem>& failure)
{
    m_failed = failure;
    m_failure->setVisible(failure.has_value());
    if (!failure)
        return;
    m_failure->say(NoticeBar::Error, tr("Training did not start."), failure->message, failure->hint);
    m_failure->clearButtons();
    const PageId page = pageOf(failure->subject);
    QPushButton* button = makeButton(wordsToGo(page), Look::Outlined, ControlSize::Small, {}, m_failure);
    connect(button, &QPushButton::clicked, this,
            [this, subject = failure->subject] { Q_EMIT m_workbench.mendWanted(subject); });
    m_failure->buttons()->addWidget(button);
}

void TrainEmpty::makeRows()
{
    if (m_rows) {
        m_rows->hide();
        m_rows->deleteLater();
    }
    m_rows = new QWidget(m_ready);
    makeColumn(m_rows, 8);
    m_rowsPlace->addWidget(m_rows);
}

void TrainEmpty::refresh()
{
    QStringList problems;
    if (m_workbench.model.isReading() || m_workbench.text.isReading()) {
        makeRows();
        m_title->setText(tr("One moment"));
        m_sentence->setText(m_workbench.text.isReading() ? tr("The text is being read.")
                                                         : tr("The model is being read."));
    } else if (m_workbench.canStart()) {
        makeRows();
        showForecast();
    } else {
        for (const Problem& problem : m_workbench.problems())
            problems << problem.subject << problem.message << problem.hint;
        if (problems != m_shownProblems) { // else the buttons stay, and the keyboard on them
            makeRows();
            showProblems();
        }
    }
    m_shownProblems = problems;
    const bool masked = m_workbench.model.entry() && m_workbench.model.entry()->objective == Objective::Masked;
    m_prompts->setPlaceholder(masked ? tr("a sentence with %1").arg(blankSign()) : tr("a beginning of a text"));
    const QString every = counted(m_workbench.choices.config().samples.everySteps, tr("step"), tr("%1 steps"));
    m_promptsWords->setText(
        masked ? tr("Sentences with blanks (type __ for one). It fills them at step 0, before any training, and again "
                    "every %1, so that you see what changes. It never learns from them.")
                     .arg(every)
               : tr("Beginnings of a text. It goes on from each at step 0, before any training, and again every %1, "
                    "so that you see what changes. It never learns from them.")
                     .arg(every));
    QStringList prompts;
    for (const std::string& prompt : m_workbench.choices.config().samples.prompts)
        prompts << (masked ? withBlanks(QString::fromStdString(prompt), m_workbench.model.maskToken())
                           : QString::fromStdString(prompt));
    m_prompts->setPrompts(prompts);
}

void TrainEmpty::showForecast()
{
    const RunConfig& config = m_workbench.choices.config();
    const std::optional<Forecast> forecast = m_workbench.forecasts.forecast();
    m_title->setText(m_failed   ? tr("Not begun")
                     : forecast ? counted(forecast->steps, tr("Ready: 1 step, %2"), tr("Ready: %1 steps, %2"))
                                      .arg(aboutText(forecast->seconds))
                                : tr("Ready"));
    m_sentence->setText(tr("%1 learns %2. Step 0, before any training, is written down first.")
                            .arg(plainModelName(config.model), plainTextName(config.data)));
    if (!forecast)
        return;
    const auto row = [&](const QString& name, const QString& figure) {
        auto* line = new QHBoxLayout;
        line->addWidget(new Label(name, Type::Body, Ink::Text2, m_rows));
        line->addStretch(1);
        line->addWidget(new Label(figure, Type::Mono, Ink::Text, m_rows));
        m_rows->layout()->addWidget(new Line(Qt::Horizontal, m_rows));
        static_cast<QVBoxLayout*>(m_rows->layout())->addLayout(line);
    };
    const auto gigabytes = [](uint64_t bytes) { return tr("%1 GB").arg(double(bytes) / 1e9, 0, 'f', 2); };
    row(tr("Time"), forecast->secondsHigh > forecast->secondsLow
                        ? tr("%1 to %2").arg(durationText(forecast->secondsLow), durationText(forecast->secondsHigh))
                        : aboutText(forecast->seconds));
    row(tr("Memory"), tr("%1 of %2 free").arg(gigabytes(forecast->memoryBytes), gigabytes(forecast->memoryFree)));
    row(tr("Disk"), tr("%1 of %2 free").arg(gigabytes(forecast->diskBytes), gigabytes(forecast->diskFree)));
}

void TrainEmpty::showProblems()
{
    const std::vector<Problem> problems = m_workbench.problems();
    m_title->setText(problems.size() == 1 ? tr("One thing is missing") : tr("Not ready yet"));
    m_sentence->setText(tr("Once this is in place, training can start."));
    auto* rows = static_cast<QVBoxLayout*>(m_rows->layout());
    QList<PageId> pages;
    for (const Problem& problem : problems) {
        rows->addWidget(new Line(Qt::Horizontal, m_rows));
        auto* line = makeRow(nullptr, 10);
        auto* words = makeColumn(nullptr);
        words->addWidget((new Label(problem.message, Type::Body, Ink::Text, m_rows))->wrapped());
        if (!problem.hint.isEmpty())
            words->addWidget((new Label(problem.hint, Type::Help, Ink::Text2, m_rows))->wrapped());
        line->addLayout(words, 1);
        const PageId page = pageOf(problem.subject);
        if (page == PageId::Settings || !pages.contains(page)) { // there each has a field of its own
            pages << page;
            QPushButton* button = makeButton(wordsToGo(page), Look::Outlined, ControlSize::Normal, {}, m_rows);
            connect(button, &QPushButton::clicked, this,
                    [this, subject = problem.subject] { Q_EMIT m_workbench.mendWanted(subject); });
            line->addWidget(button, 0, Qt::AlignTop);
        }
        rows->addLayout(line);
    }
}

} // namespace fettle::ui
