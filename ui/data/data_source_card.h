// SPDX-License-Identifier: GPL-3.0-or-later
// The card of the chosen texts: their names and facts, how their rows are read, how far reading is, what is wrong.
#pragma once

#include "ui/bench/workbench.h"
#include "ui/parts/card.h"

#include <QElapsedTimer>

class QGridLayout;
class QPushButton;

namespace fettle::ui
{

class AnswerColumns;
class Bar;
class ElidedLabel;
class FormatLine;
class Label;
class NoticeBar;
class RowRules;

class DataSourceCard : public Card
{
    Q_OBJECT

public:
    DataSourceCard(Workbench& workbench, QWidget* parent);

    void showConfig();
    void showReading();
    AnswerColumns* answers() const { return m_answers; }
    /// What stands in the way of the text, as the card says it; none while it is read.
    std::optional<Problem> problem() const;

private:
    QWidget* makeFiles();
    void resizeEvent(QResizeEvent* event) override;
    void arrange();
    void showFormat();
    void showProblem();
    void offerReadings(const QString& subject);

    Workbench& m_workbench;
    QGridLayout* m_grid;
    QWidget* m_files;
    RowRules* m_rules;
    ElidedLabel* m_name;
    Label* m_facts;
    QPushButton *m_add, *m_menu;
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
