// SPDX-License-Identifier: GPL-3.0-or-later
// The card of the chosen texts: their names and facts, how their rows are read, how far reading is, what is wrong.
#pragma once

#include "ui/bench/workbench.h"
#include "ui/parts/card.h"

#include <QElapsedTimer>

class QGridLayout;
class QMenu;
class QPushButton;

namespace fettle::ui
{

class AnswerColumns;
class Bar;
class ElidedLabel;
class FormatLine;
class Label;
class NoticeBar;
class NumberField;
class SegmentedControl;
class SmallChoice;

/// "Ship's log" of "ships-log".
QString bundledTextTitle(const std::string& name);
/// "ships-log.txt" of a path or a reference.
QString textFileName(const std::string& reference);

class DataSourceCard : public Card
{
    Q_OBJECT

public:
    DataSourceCard(Workbench& workbench, QWidget* parent);

    void showConfig();
    void showReading();
    void focusLength();
    /// Opens the choice of files; `add` keeps those that are chosen.
    void chooseFiles(bool add);
    void chooseFolder(bool add); ///< of texts

private:
    QWidget* makeFiles();
    QWidget* makeRules();
    void resizeEvent(QResizeEvent* event) override;
    void arrange();
    QStringList chosenTexts() const;
    void showMenu();
    void offerWeights(QMenu* menu, const std::string& text);
    void showFormat();
    void showProblem();
    void offerReadings(const QString& subject);
    void commitLength(const QString& text);
    void commitValidation(const QString& text);

    Workbench& m_workbench;
    QGridLayout* m_grid;
    QWidget *m_files, *m_rules;
    ElidedLabel* m_name;
    Label* m_facts;
    QPushButton *m_add, *m_menu;
    SegmentedControl* m_blocks;
    SmallChoice* m_joined; ///< how rows are joined in blocks
    Label* m_lengthTitle;
    NumberField *m_length, *m_validation;
    Label* m_validationFile;
    QPushButton* m_validationClear;
    Label *m_lengthProblem, *m_validationProblem;
    Label* m_validationChosen; ///< that Fettle chose the share, and the way back
    FormatLine* m_format;
    AnswerColumns* m_answers;
    QWidget* m_reading;
    Label* m_readingWords;
    Bar* m_readingBar;
    NoticeBar* m_notice;
    QElapsedTimer m_readingSince;
    bool m_wasReading = false;
    int m_arrangedWide = -1;
};

} // namespace fettle::ui
