// SPDX-License-Identifier: GPL-3.0-or-later
// The text the model learns from: its files, its way into steps, its rows, and what of them is graded.
#pragma once

#include "core/data/preview.h"
#include "ui/data/length_table.h"
#include "ui/parts/page.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

class QTableView;

namespace fettle::ui
{

class Card;
class DataSourceCard;
class ElidedLabel;
class FlowLine;
class HealthCard;
class Label;
class LengthCard;
class LoupeCard;
class MainSideSplit;
class PreviewRowsModel;
class Workbench;

class DataPage : public Page
{
    Q_OBJECT

public:
    DataPage(Workbench& workbench, QWidget* parent);

    void refresh() override;

private:
    QWidget* makeEmpty();
    QWidget* makeTextCard();
    QWidget* makeColumns();
    void showAll();
    void showNext(); ///< the way on, or why it is closed
    void showPreview();
    void showTableMenu(const QPoint& where);
    void setCut(int tokens);
    template <class Change>
    void changeData(Change change);

    Workbench& m_workbench;
    QWidget* m_empty;
    DataSourceCard* m_source;
    Card* m_flowCard;
    FlowLine* m_flow;
    MainSideSplit* m_split;
    QTableView* m_table;
    PreviewRowsModel* m_rows;
    ElidedLabel* m_column; ///< which one is read, and why
    Label* m_tableNote;
    LengthCard* m_lengths;
    LoupeCard* m_loupe;
    HealthCard* m_health;
    std::shared_ptr<const DataPreview> m_shown;                   ///< what the cards were made from
    std::pair<std::vector<std::string>, std::string> m_shownText; ///< files and column: another text begins at its top
    LengthTable m_lengthTable;
};

} // namespace fettle::ui
