// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/ask_dialog.h"

#include "ui/parts/button.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"

#include <QLineEdit>

namespace fettle::ui
{

AskDialog::AskDialog(const QString& title, const QString& question, QWidget* parent) : QDialog(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(title);
    auto* column = makeColumn(this, px(8), {px(20), px(18), px(20), px(18)});
    const auto words = [&](Type type, Ink ink, const QString& text) {
        auto* label = new Label({}, type, ink, this);
        label->setTextFormat(Qt::PlainText); // a name may be anything
        label->setText(text);
        label->wrapped();
        label->setMinimumWidth(px(400));
        column->addWidget(label);
        return label;
    };
    words(Type::CardTitle, Ink::Text, question);
    setAccessibleDescription(question);
    m_more = words(Type::Body, Ink::Text2, {});
    m_field = new QLineEdit(this);
    column->addWidget(m_field);
    m_problem = words(Type::Body, Ink::Error, {});
    for (QWidget* later :
         {static_cast<QWidget*>(m_more), static_cast<QWidget*>(m_field), static_cast<QWidget*>(m_problem)})
        later->hide();
    column->addSpacing(px(8));
    auto* row = makeRow(nullptr, px(8));
    m_no = makeButton({}, Look::Outlined, ControlSize::Large, {}, this);
    m_yes = makeButton({}, Look::Outlined, ControlSize::Large, {}, this);
    row->addStretch(1);
    row->addWidget(m_no);
    row->addWidget(m_yes);
    column->addLayout(row);
    connect(m_no, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_yes, &QPushButton::clicked, this, &AskDialog::answerYes);
    connect(m_field, &QLineEdit::textEdited, this, [this] { showProblem({}); });
}

void AskDialog::setMore(const QString& words)
{
    m_more->setText(words);
    m_more->show();
}

void AskDialog::setField(const QString& label, const QString& text, std::function<QString(const QString&)> take)
{
    m_take = std::move(take);
    m_field->setAccessibleName(label);
    m_field->setText(text);
    m_field->selectAll();
    m_field->show();
    m_field->setFocus();
}

void AskDialog::setAnswers(const QString& yes, const QString& no, Choice usual)
{
    m_yes->setText(yes);
    m_no->setText(no);
    QPushButton* button = usual == Choice::Yes ? m_yes : m_no;
    for (QPushButton* each : {m_yes, m_no})
        setLook(each, each == button ? Look::Primary : Look::Outlined); // filled is what Enter does
    button->setDefault(true);
    if (m_field->isHidden())
        button->setFocus();
}

QString AskDialog::problem() const
{
    return m_problem->text();
}

void AskDialog::answerYes()
{
    const QString problem = m_take ? m_take(m_field->text()) : QString();
    showProblem(problem);
    if (problem.isEmpty())
        accept();
    else
        m_field->setFocus();
}

void AskDialog::showProblem(const QString& problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_field->setAccessibleDescription(problem);
    ui::setProblem(m_field, !problem.isEmpty());
}

} // namespace fettle::ui
