// SPDX-License-Identifier: GPL-3.0-or-later
// Asks what becomes of a run when the window is closed while it runs.
#pragma once

#include <QDialog>

class QPushButton;

namespace fettle::ui
{

class Label;
class RunWatch;
struct RunHistory;

/// What becomes of a run that goes on training now, whichever way the window is closed.
QString closingWords(const RunHistory& history);

class CloseDialog : public QDialog
{
    Q_OBJECT

public:
    enum Answer { SaveAndClose, GoOn, CloseWithoutSaving };

    CloseDialog(const RunWatch& run, QWidget* parent);
    Answer answer() const { return m_answer; }

private:
    void choose(Answer answer);
    void update(); ///< training goes on while the question stands

    const RunWatch& m_run;
    Label *m_title, *m_words;
    QPushButton *m_discard, *m_goOn, *m_save;
    Answer m_answer = GoOn;
};

} // namespace fettle::ui
