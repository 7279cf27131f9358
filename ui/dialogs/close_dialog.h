// SPDX-License-Identifier: GPL-3.0-or-later
// Asks what becomes of a run when the window is closed while it runs.
#pragma once

#include <QDialog>

namespace fettle::ui
{

class Workbench;

class CloseDialog : public QDialog
{
    Q_OBJECT

public:
    enum Answer { SaveAndClose, GoOn, CloseWithoutSaving };

    CloseDialog(const Workbench& workbench, QWidget* parent);
    Answer answer() const { return m_answer; }

private:
    void choose(Answer answer);

    Answer m_answer = GoOn;
};

} // namespace fettle::ui
