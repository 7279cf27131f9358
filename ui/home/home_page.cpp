// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/home/home_page.h"

#include "ui/bench/workbench.h"
#include "ui/home/demo_tile.h"
#include "ui/home/way_button.h"
#include "ui/look/words.h"
#include "ui/parts/button.h"
#include "ui/parts/card.h"
#include "ui/parts/choose_files.h"
#include "ui/parts/drop_field.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/runs/run_table.h"

#include <QButtonGroup>
#include <QGridLayout>
#include <cmath>

namespace fettle::ui
{

HomePage::HomePage(Workbench& workbench, QWidget* parent)
    : Page(PageId::Home, tr("Home"), tr("Teach a small language model your kind of text, and watch it learn."), parent),
      m_workbench(workbench)
{
    m_top = makeRow(nullptr, 12);
    m_top->addWidget(makeDemos(), 65);
    m_top->addWidget(makeOwnText(), 35);
    body()->addLayout(m_top);
    body()->addWidget(makeRecent());
    body()->addWidget(makeDoubts());
    body()->addStretch(1);

    connect(header()->primary(), &QPushButton::clicked, this, [this] {
        for (DemoTile* tile : m_demos)
            if (tile->isChecked())
                m_workbench.startDemo(tile->name());
    });
    connect(&workbench.runs, &RunShelf::changed, this, &HomePage::updateRuns);
    connect(&workbench.run, &RunWatch::changed, this, &HomePage::updateButton);
    connect(&workbench.demos, &Demos::changed, this, &HomePage::updateTimes);
    connect(&Theme::instance(), &Theme::changed, this, &HomePage::arrange);
    updateRuns();
    updateButton();
}

void HomePage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    arrange();
}

void HomePage::arrange()
{
    // Large text in a small window: what stands side by side stands below each other.
    const double room = width() / Theme::instance().textScale();
    m_top->setDirection(room < 800 ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_tiles->setDirection(room < 440 ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_doubts->setDirection(room < 560 ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

QWidget* HomePage::makeDemos()
{
    auto* card = new Card(tr("See it work first"), {}, this);
    card->right()->addWidget(
        new ElidedLabel(tr("a real model, a real text, on this computer"), Type::Help, Ink::Text2, card));
    m_tiles = makeRow(nullptr, 8);
    auto* group = new QButtonGroup(this);
    m_demos << new DemoTile(QStringLiteral("ships-log"), tr("A story-teller goes to sea"),
                            tr("writes on (causal, GPT type)"), false, card)
            << new DemoTile(QStringLiteral("contract-clauses"), tr("A reader learns contracts"),
                            tr("fills blanks (masked, BERT type)"), true, card);
    for (DemoTile* tile : m_demos) {
        group->addButton(tile);
        m_tiles->addWidget(tile, 1);
    }
    m_demos.front()->setChecked(true);
    connect(group, &QButtonGroup::buttonToggled, this, &HomePage::updateButton);
    card->body()->addLayout(m_tiles);
    return card;
}

QWidget* HomePage::makeOwnText()
{
    auto* card = new Card(tr("Your own text"), {}, this);
    card->setBodyMargins(1, 11, 1, 6);
    card->body()->setSpacing(0);
    auto* drop = new DropField(QStringLiteral("file"), tr("Drop a file or a folder anywhere"),
                               tr("text, table, model or run: Fettle sees which it is"), card);
    auto* holder = new QHBoxLayout;
    holder->setContentsMargins(15, 0, 15, 14);
    holder->addWidget(drop);
    card->body()->addLayout(holder);
    const auto openTexts = [this] {
        if (const QStringList files = chooseTexts(this); !files.isEmpty())
            m_workbench.opener.openPaths(files);
    };
    connect(drop, &QAbstractButton::clicked, this, openTexts);
    connect(drop, &DropField::dropped, &m_workbench.opener, &Opener::openPaths);
    card->body()->addStretch(1);
    card->body()->addWidget(makeWay(QStringLiteral("file"), tr("Open a text…"),
                                    tr("txt, docx, pdf, csv, xlsx, jsonl … · Ctrl+O"), openTexts));
    card->body()->addWidget(makeWay(QStringLiteral("folder"), tr("Open a model folder…"),
                                    tr("In Hugging Face format, with config.json"), [this] {
                                        if (const QString folder = chooseModelFolder(this); !folder.isEmpty())
                                            m_workbench.opener.openModelFolder(folder);
                                    }));
    card->body()->addWidget(
        makeWay(QStringLiteral("chart"), tr("Open a run…"), tr("also one that is running elsewhere"), [this] {
            if (const QString folder = chooseRunFolder(this); !folder.isEmpty())
                m_workbench.opener.openRunFolder(folder);
        }));
    return card;
}

QWidget* HomePage::makeWay(const QString& icon, const QString& title, const QString& sentence,
                           std::function<void()> does)
{
    auto* way = new WayButton(icon, title, sentence, this);
    connect(way, &QAbstractButton::clicked, this, [does = std::move(does)] { does(); });
    return way;
}

QWidget* HomePage::makeRecent()
{
    auto* card = new Card(tr("Recent runs"), {}, this);
    card->setBodyMargins(1, 4, 1, 8);
    m_all = makeButton(tr("All runs"), Look::Link, ControlSize::Small, {}, card);
    connect(m_all, &QPushButton::clicked, this, [this] { Q_EMIT m_workbench.pageWanted(PageId::Runs); });
    card->right()->addWidget(m_all);
    m_table = new RunTable(m_workbench.run, m_workbench.runs,
                           {RunListModel::Name, RunListModel::Curve, RunListModel::State, RunListModel::Best,
                            RunListModel::Model, RunListModel::Text, RunListModel::Changed, RunListModel::Action},
                           card);
    m_table->filter().setMostRows(5);
    m_table->setFitsRows(true);
    card->body()->addWidget(m_table);
    m_none = new Label(tr("Your runs will stand here."), Type::Body, Ink::Text2, card);
    m_none->setContentsMargins(15, 6, 15, 10);
    card->body()->addWidget(m_none);
    return card;
}

QWidget* HomePage::makeDoubts()
{
    auto* holder = new QWidget(this);
    m_doubts = makeRow(holder, 24, {16, 10, 0, 0});
    const std::tuple<QString, QString, QString> doubts[] = {
        {QStringLiteral("lock"), tr("Does my text leave this computer?"),
         tr("No. Fettle opens no connection; your text is only read.")},
        {QStringLiteral("chip"), tr("Is this computer enough?"),
         tr("Yes, for small models, with no graphics card. Time and memory are told before you start.")},
        {QStringLiteral("undo"), tr("Can I break anything?"),
         tr("No. The model you start from is never changed; each run is a new folder.")}};
    for (const auto& [icon, question, answer] : doubts) {
        auto* grid = new QGridLayout;
        grid->setHorizontalSpacing(13);
        grid->setVerticalSpacing(0);
        auto* strong = new Label(question, Type::BodyStrong, Ink::Text, holder);
        strong->wrapped();
        auto* words = new Label(answer, Type::Body, Ink::Text2, holder);
        words->wrapped();
        grid->addWidget(new IconLabel(icon, Ink::Accent, 16, holder), 0, 0, Qt::AlignTop);
        grid->addWidget(strong, 0, 1);
        grid->addWidget(words, 1, 1);
        grid->setRowStretch(2, 1);
        grid->setColumnStretch(1, 1);
        m_doubts->addLayout(grid, 1);
    }
    return holder;
}

void HomePage::refresh()
{
    m_workbench.runs.refresh();
    m_workbench.demos.makeForecasts();
}

QString HomePage::demoTime(const QString& name) const
{
    const auto forecast = m_workbench.demos.forecast(name);
    if (!forecast || !(forecast->seconds > 0))
        return {};
    if (forecast->measured)
        return aboutText(forecast->seconds);
    // Not measured yet: no more than the order of it is known, and on a busy machine not even that.
    const double minutes = std::ceil(forecast->secondsHigh / 60);
    return minutes <= 1    ? tr("within a minute")
           : minutes <= 15 ? tr("up to %1").arg(durationText(minutes * 60))
                           : QString();
}

void HomePage::updateTimes()
{
    for (DemoTile* tile : m_demos)
        tile->setTime(demoTime(tile->name()));
    updateButton();
}

void HomePage::updateRuns()
{
    const size_t count = m_workbench.runs.runs().size();
    m_table->setVisible(count > 0);
    m_none->setVisible(count == 0);
    m_all->setVisible(count > 0);
    m_all->setText(counted(static_cast<int64_t>(count), tr("All runs"), tr("All %1 runs")));
}

void HomePage::updateButton()
{
    QPushButton* button = header()->primary();
    QString time;
    for (const DemoTile* tile : m_demos)
        if (tile->isChecked())
            time = demoTime(tile->name());
    button->setText(time.isEmpty() ? tr("Try it") : tr("Try it: %1").arg(time));
    setButtonIcon(button, QStringLiteral("play"));
    button->setEnabled(!m_workbench.run.isRunning());
    button->setToolTip(m_workbench.run.isRunning() ? tr("A run is in progress.") : QString());
}

} // namespace fettle::ui
