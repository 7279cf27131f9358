// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/close_dialog.h"

#include "ui/bench/run_watch.h"
#include "ui/look/words.h"
#include "ui/parts/button.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"

namespace fettle::ui
{

QString closingWords(const RunHistory& history)
{
    const int64_t saved = history.checkpoints.empty() ? 0 : history.checkpoints.back().step;
    return saved > 0
               ? CloseDialog::tr("“Save and close” keeps the state of the step it stops at; next time the run can "
                                 "be continued from there, on Runs or Home. Without saving, what it learnt after "
                                 "step %1 is lost.")
                     .arg(countText(saved))
               : CloseDialog::tr("“Save and close” keeps the state of the step it stops at; next time the run can "
                                 "be continued from there, on Runs or Home. Without saving, all of it is lost, "
                                 "for nothing was saved yet.");
}

CloseDialog::CloseDialog(const RunWatch& run, QWidget* parent) : QDialog(parent), m_run(run)
{
    setWindowTitle(tr("Close during a run"));
    auto* column = makeColumn(this, 8, {20, 18, 20, 18});
    m_title = new Label({}, Type::CardTitle, Ink::Text, this);
    m_title->setTextFormat(Qt::PlainText);
    column->addWidget(m_title);
    m_words = new Label({}, Type::Body, Ink::Text2, this);
    m_words->wrapped();
    m_words->setMinimumWidth(px(420));
    column->addWidget(m_words);
    connect(&run, &RunWatch::updated, this, &CloseDialog::update);
    connect(&run, &RunWatch::changed, this, &CloseDialog::update);
    column->addSpacing(10);
    auto* row = new QHBoxLayout;
    m_discard = makeButton(tr("Close without saving"), Look::Outlined, ControlSize::Large, {}, this);
    m_goOn = makeButton(tr("Go on training"), Look::Outlined, ControlSize::Large, {}, this);
    m_save = makeButton(tr("Save and close"), Look::Primary, ControlSize::Large, {}, this);
    m_save->setDefault(true);
    row->addWidget(m_discard);
    row->addStretch(1);
    row->addWidget(m_goOn);
    row->addWidget(m_save);
    column->addLayout(row);
    connect(m_discard, &QPushButton::clicked, this, [this] { choose(CloseWithoutSaving); });
    connect(m_goOn, &QPushButton::clicked, this, [this] { choose(GoOn); });
    connect(m_save, &QPushButton::clicked, this, [this] { choose(SaveAndClose); });
    m_save->setFocus();
    update();
}

void CloseDialog::update()
{
    const RunHistory* history = m_run.history();
    if (!history)
        return;
    const QString name = QString::fromStdString(history->name);
    if (!m_run.isRunning()) {
        m_title->setText(tr("“%1” has ended").arg(name));
        m_words->setText(tr("Nothing runs any more; the window can be closed."));
        m_discard->hide();
        m_goOn->setText(tr("Keep it open"));
        m_save->setText(tr("Close"));
        return;
    }
    m_title->setText(tr("“%1” is at %2").arg(name, percentText(m_run.progress())));
    m_words->setText(closingWords(*history));
}

void CloseDialog::choose(Answer answer)
{
    m_answer = answer;
    answer == GoOn ? reject() : accept();
}

} // namespace fettle::ui
