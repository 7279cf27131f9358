// SPDX-License-Identifier: GPL-3.0-or-later
// Which texts are learnt: the dialogs that choose them, and the menu beside their names.
#pragma once

#include <QMenu>
#include <string>

namespace fettle::ui
{

class Workbench;

/// "Ship's log" of "ships-log".
QString bundledTextTitle(const std::string& name);
/// "ships-log.txt" of a path or a reference.
QString textFileName(const std::string& reference);

/// The chosen texts, as they stand in a run file.
QStringList chosenTexts(const Workbench& workbench);
/// Asks for files, over `parent`; `add` keeps those that are chosen.
void askForTexts(Workbench& workbench, QWidget* parent, bool add);
/// Asks for a folder of them.
void askForTextFolder(Workbench& workbench, QWidget* parent, bool add);

/// Other files, one of ours, rows to check with, how much a pass reads of each, and which to leave out.
class TextsMenu : public QMenu
{
    Q_OBJECT

public:
    TextsMenu(Workbench& workbench, QWidget* parent);

private:
    void offerOurs();
    void offerWeights(const std::string& text);
    void takeValidationFile();

    Workbench& m_workbench;
};

} // namespace fettle::ui
