// SPDX-License-Identifier: GPL-3.0-or-later
// A question with two answers; where asked for, with a field whose text must be fit to be taken.
//
// Use: auto* ask = new AskDialog(tr("Rename a run"), tr("…"), this); ask->setField(…); ask->setAnswers(tr("Rename"),
//      tr("Cancel"), Choice::Yes); connect(ask, &QDialog::accepted, …); ask->open(). It deletes itself.
#pragma once

#include <QDialog>
#include <functional>

class QLineEdit;
class QPushButton;

namespace fettle::ui
{

class Label;

class AskDialog : public QDialog
{
    Q_OBJECT

public:
    enum class Choice { Yes, No };

    AskDialog(const QString& title, const QString& question, QWidget* parent);
    void setMore(const QString& words); ///< a second line, quieter
    /// `take` gets what was typed and says what is wrong with it, beside the field; empty: it is taken, the dialog
    /// closes.
    void setField(const QString& label, const QString& text, std::function<QString(const QString&)> take);
    /// `usual`: what Enter does, where the question came unasked the harmless one.
    void setAnswers(const QString& yes, const QString& no, Choice usual);

    QLineEdit* field() const { return m_field; }
    QString problem() const; ///< that stands beside the field

private:
    void answerYes();
    void showProblem(const QString& problem); ///< empty: there is none

    Label *m_more, *m_problem;
    QLineEdit* m_field;
    QPushButton *m_yes, *m_no;
    std::function<QString(const QString&)> m_take;
};

} // namespace fettle::ui
