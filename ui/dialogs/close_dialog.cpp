// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/close_dialog.h"

#include "ui/bridge/workbench.h"
#include "ui/style/words.h"
#include "ui/widgets/button.h"
#include "ui/widgets/label.h"

#include <QHBoxLayout>

namespace fettle::ui
{

CloseDialog::CloseDialog(const Workbench& workbench, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Close during a run"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 18, 20, 18);
    column->setSpacing(8);
    const RunHistory* history = workbench.history();
    const QString name = history ? QString::fromStdString(history->name) : QString();
    column->addWidget(
        new Label(tr("“%1” is at %2").arg(name, percentText(workbench.progress())), Type::CardTitle, Ink::Text, this));
    const int64_t step = history ? history->lastStep() : 0;
    const int64_t saved = history && !history->checkpoints.empty() ? history->checkpoints.back().step : 0;
    auto* words =
        new Label(tr("Saved now, it goes on from exactly step %1 the next time Fettle is opened. Without saving, %2.")
                      .arg(countText(step), saved > 0 ? tr("it goes back to step %1").arg(countText(saved))
                                                      : tr("all of it is lost, for nothing was saved yet")),
                  Type::Body, Ink::Text2, this);
    words->wrapped();
    words->setMinimumWidth(px(420));
    column->addWidget(words);
    column->addSpacing(10);
    auto* row = new QHBoxLayout;
    auto* discard = makeButton(tr("Close without saving"), Look::Outlined, ControlSize::Large, {}, this);
    auto* goOn = makeButton(tr("Go on training"), Look::Outlined, ControlSize::Large, {}, this);
    auto* save = makeButton(tr("Save and close"), Look::Primary, ControlSize::Large, {}, this);
    save->setDefault(true);
    row->addWidget(discard);
    row->addStretch(1);
    row->addWidget(goOn);
    row->addWidget(save);
    column->addLayout(row);
    connect(discard, &QPushButton::clicked, this, [this] { choose(CloseWithoutSaving); });
    connect(goOn, &QPushButton::clicked, this, [this] { choose(GoOn); });
    connect(save, &QPushButton::clicked, this, [this] { choose(SaveAndClose); });
    save->setFocus();
}

void CloseDialog::choose(Answer answer)
{
    m_answer = answer;
    answer == GoOn ? reject() : accept();
}

} // namespace fettle::ui
