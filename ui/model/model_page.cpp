// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/model/model_page.h"

#include "core/base/machine.h"
#include "ui/bench/window_memory.h"
#include "ui/bench/workbench.h"
#include "ui/look/icons.h"
#include "ui/look/words.h"
#include "ui/model/model_details.h"
#include "ui/model/model_row.h"
#include "ui/parts/button.h"
#include "ui/parts/choose_files.h"
#include "ui/parts/drop_field.h"
#include "ui/parts/label.h"
#include "ui/parts/main_side_split.h"
#include "ui/parts/plain_scroll.h"
#include "ui/parts/rows.h"
#include "ui/parts/segmented_control.h"
#include "ui/parts/show_folder.h"

#include <algorithm>

#include <QButtonGroup>
#include <QLineEdit>
#include <QMenu>
#include <QShortcut>

namespace fettle::ui
{

ModelPage::ModelPage(Workbench& workbench, QWidget* parent)
    : Page(PageId::Model, tr("Model"),
           tr("The model you start from. Training works on a copy; this one stays as it is."), parent),
      m_workbench(workbench)
{
    auto* split = new MainSideSplit(QStringLiteral("model"), tr("All models"), tr("The chosen one"), this, 0.6);
    split->setMain(makeList());
    m_details = new ModelDetails(workbench.model, workbench.tries, split);
    split->setSide(m_details);
    body()->addWidget(split, 1);

    header()->primary()->setText(tr("Next: Data"));
    setButtonIcon(header()->primary(), QStringLiteral("chevron-right"));
    header()->primary()->setProperty("fettleIconBehind", true);
    connect(header()->primary(), &QPushButton::clicked, this, [this] { Q_EMIT m_workbench.pageWanted(PageId::Data); });
    auto* slash = new QShortcut(QKeySequence(QStringLiteral("/")), this);
    slash->setContext(Qt::WidgetWithChildrenShortcut);
    connect(slash, &QShortcut::activated, m_find, [this] { m_find->setFocus(Qt::ShortcutFocusReason); });
    connect(&workbench.models, &ModelShelf::changed, this, &ModelPage::rebuildList);
    connect(&workbench.model, &ModelReading::changed, this, &ModelPage::updateChosen);
    connect(&workbench.run, &RunWatch::changed, this, &ModelPage::updateChosen);
    rebuildList();
}

QWidget* ModelPage::makeList()
{
    auto* card = new Card({}, {}, this);
    card->setBodyMargins(0, 11, 0, 0);
    card->body()->setSpacing(0);
    auto* tools = makeRow(nullptr, 8, {15, 0, 15, 11});
    m_kinds = new SegmentedControl({tr("All"), tr("Writes on"), tr("Fills in blanks")}, card);
    m_kinds->setAccessibleName(tr("Which models"));
    m_find = new QLineEdit(card);
    m_find->setPlaceholderText(tr("Filter"));
    m_find->setAccessibleName(tr("Filter the models"));
    m_find->setClearButtonEnabled(true);
    m_find->addAction(icon(QStringLiteral("search"), Ink::Text2), QLineEdit::LeadingPosition);
    m_find->setMaximumWidth(px(150));
    m_add = makeButton(tr("Add a folder…"), Look::Outlined, ControlSize::Normal, QStringLiteral("plus"), card);
    tools->addWidget(m_kinds);
    tools->addStretch(1);
    tools->addWidget(m_find, 1);
    tools->addWidget(m_add);
    card->body()->addLayout(tools);
    card->body()->addWidget(new Line(Qt::Horizontal, card));

    auto* scroll = new PlainScroll(card);
    auto* inside = new QWidget(scroll);
    m_rows = makeColumn(inside);
    scroll->setContent(inside);
    card->body()->addWidget(scroll, 1);

    auto* drop = new DropField(QStringLiteral("folder"), {},
                               tr("Or drop a model folder here. Nothing in it is ever run as a program."), card, true);
    auto* holder = new QHBoxLayout;
    holder->setContentsMargins(15, 10, 15, 14);
    holder->addWidget(drop);
    card->body()->addLayout(holder);
    connect(drop, &QAbstractButton::clicked, this, &ModelPage::addFolder);
    connect(drop, &DropField::dropped, this, [this](const QStringList& paths) { m_workbench.opener.openPaths(paths); });
    connect(m_add, &QPushButton::clicked, this, &ModelPage::addFolder);
    connect(m_kinds, &SegmentedControl::chosen, this, &ModelPage::rebuildList);
    connect(m_find, &QLineEdit::textChanged, this, &ModelPage::rebuildList);
    m_group = new QButtonGroup(this);
    connect(m_group, &QButtonGroup::buttonToggled, this, [this](QAbstractButton* button, bool on) {
        if (!on)
            return;
        m_workbench.choices.setModel(QString::fromStdString(static_cast<ModelRow*>(button)->entry().reference));
        updateChosen(); // a run may have refused it
    });
    return card;
}

bool ModelPage::matches(const ModelFacts& entry) const
{
    const bool masked = entry.objective == Objective::Masked;
    if ((m_kinds->current() == 1 && masked) || (m_kinds->current() == 2 && !masked))
        return false;
    const QString text = m_find->text().trimmed();
    return text.isEmpty() || QString::fromStdString(entry.name).contains(text, Qt::CaseInsensitive) ||
           QString::fromStdString(entry.architecture).contains(text, Qt::CaseInsensitive);
}

void ModelPage::rebuildList()
{
    while (QLayoutItem* item = m_rows->takeAt(0)) {
        if (QWidget* widget = item->widget()) {
            if (auto* row = qobject_cast<ModelRow*>(widget))
                m_group->removeButton(row);
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
    const auto& own = m_workbench.models.own();
    const auto problems = m_workbench.models.problems();
    addSection(tr("Comes with Fettle"),
               tr("memory to train, of %1 free").arg(bytesText(memoryInReach(programBytes + windowBytes))));
    int shown = 0;
    std::vector<ModelFacts> bundled = m_workbench.models.bundled();
    std::stable_partition(bundled.begin(), bundled.end(),
                          [](const ModelFacts& entry) { return entry.objective == Objective::Causal; });
    for (const ModelFacts& entry : bundled) {
        if (!matches(entry))
            continue;
        addModel(entry, false);
        ++shown;
    }
    if (!own.empty() || !problems.empty()) {
        addSection(tr("Folders you added"), {});
        for (const ModelFacts& entry : own) {
            if (!matches(entry))
                continue;
            addModel(entry, true);
            ++shown;
        }
        for (const Problem& problem : problems)
            addBroken(problem);
    }
    if (shown == 0 && !bundled.empty()) {
        auto* none =
            new Label(tr("No model here has “%1” in its name.").arg(m_find->text()), Type::Body, Ink::Text2, this);
        none->setContentsMargins(16, 14, 16, 14);
        m_rows->addWidget(none);
    }
    m_rows->addStretch(1);
    // Rows that came later stand in their place for the keyboard too.
    QWidget* before = m_add;
    for (int i = 0; i < m_rows->count(); ++i)
        if (QWidget* row = m_rows->itemAt(i)->widget())
            for (QWidget* next : QList<QWidget*>{row} + row->findChildren<QWidget*>())
                if (next->focusPolicy() & Qt::TabFocus) {
                    setTabOrder(before, next);
                    before = next;
                }
    updateChosen();
}

void ModelPage::addSection(const QString& title, const QString& remark)
{
    auto* row = new QWidget(this);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(16, 12, 16, 6);
    line->addWidget(new Label(title, Type::BodyStrong, Ink::Text, row));
    line->addStretch(1);
    if (!remark.isEmpty())
        line->addWidget(new Label(remark, Type::Help, Ink::Text2, row));
    m_rows->addWidget(row);
}

void ModelPage::addModel(const ModelFacts& entry, bool own)
{
    auto* row = new ModelRow(entry, memoryInReach(programBytes + windowBytes), this);
    m_group->addButton(row);
    m_rows->addWidget(row);
    row->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(row, &QWidget::customContextMenuRequested, this, [this, row, own](const QPoint& at) {
        const QString folder = QString::fromStdString(row->entry().folder.string());
        QMenu menu(this);
        menu.addAction(icon(QStringLiteral("folder")), tr("Show its folder"), this, [&] {
            showFolder(folder, this, [this](const QString& message, const QString& hint) {
                Q_EMIT m_workbench.message(message, hint);
            });
        });
        if (own)
            menu.addAction(tr("Take it off the list"), this, [&] { m_workbench.models.remove(folder); });
        menu.exec(row->mapToGlobal(at));
    });
}

void ModelPage::addBroken(const Problem& problem)
{
    auto* row = new QWidget(this);
    auto* line = makeRow(row, 12, {16, 8, 16, 8});
    line->addWidget(new IconLabel(QStringLiteral("warning"), Ink::Error, 18, row), 0, Qt::AlignTop);
    auto* words = makeColumn(nullptr);
    auto* name = new ElidedLabel(problem.subject.section(QLatin1Char('/'), -1), Type::Primary, Ink::Text, row);
    name->setToolTip(problem.subject);
    auto* reason = new Label(problem.message, Type::Help, Ink::Error, row);
    reason->wrapped();
    words->addWidget(name);
    words->addWidget(reason);
    words->addWidget((new Label(problem.hint, Type::Help, Ink::Text2, row))->wrapped());
    line->addLayout(words, 1);
    auto* again = makeButton(tr("Choose again…"), Look::Outlined, ControlSize::Small, {}, row);
    auto* away =
        makeIconButton(QStringLiteral("close"), tr("Take it off the list"), row, ControlSize::Small, Look::Ghost);
    line->addWidget(again);
    line->addWidget(away);
    const QString folder = problem.subject;
    connect(again, &QPushButton::clicked, this, [this, folder] {
        if (const QString other = chooseModelFolder(this); !other.isEmpty()) {
            m_workbench.models.remove(folder);
            m_workbench.opener.openModelFolder(other);
        }
    });
    connect(away, &QPushButton::clicked, this, [this, folder] { m_workbench.models.remove(folder); });
    m_rows->addWidget(new Line(Qt::Horizontal, this));
    m_rows->addWidget(row);
}

void ModelPage::addFolder()
{
    if (const QString folder = chooseModelFolder(this); !folder.isEmpty())
        m_workbench.opener.openModelFolder(folder);
}

void ModelPage::refresh()
{
    m_details->refresh();
    rebuildList(); // the memory that is free is another one by now
}

void ModelPage::updateChosen()
{
    const std::string& reference = m_workbench.choices.config().model;
    const QSignalBlocker quiet(m_group);
    m_group->setExclusive(false);
    for (QAbstractButton* button : m_group->buttons())
        button->setChecked(static_cast<ModelRow*>(button)->entry().reference == reference);
    m_group->setExclusive(true);
    header()->primary()->setEnabled(m_workbench.model.entry() != nullptr);
    header()->setSentence(m_workbench.run.isRunning()
                              ? tr("A run uses this model: no other can be chosen until it ends.")
                              : tr("The model you start from. Training works on a copy; this one stays as it is."));
}

} // namespace fettle::ui
