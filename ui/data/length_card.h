// SPDX-License-Identifier: GPL-3.0-or-later
// "How long the rows are": the histogram with its cut line, what the cut costs, and the button that mends it.
#pragma once

#include "core/arguments/run_config.h"
#include "core/data/preview.h"
#include "ui/data/length_table.h"
#include "ui/parts/card.h"

class QPushButton;

namespace fettle::ui
{

class IconLabel;
class Label;
class LengthHistogram;
class SmallChoice;

class LengthCard : public Card
{
    Q_OBJECT

public:
    explicit LengthCard(QWidget* parent = nullptr);

    /// `context`: the most tokens that the model reads at once, 0 where unknown.
    void setRows(const LengthTable& table, const DataConfig& data, int context);
    void setLocked(bool locked);
    QString message() const;
    LengthHistogram* histogram() const { return m_histogram; }

Q_SIGNALS:
    void cutMoving(int tokens); ///< while the line moves
    void cutChosen(int tokens);
    void blocksChosen(Blocks blocks); ///< rows are to be joined so

private:
    SmallChoice* makeJoined();
    void say(int cut);

    LengthHistogram* m_histogram;
    IconLabel* m_mark;
    Label *m_strong, *m_rest;
    QPushButton *m_raise, *m_join;
    SmallChoice* m_joined; ///< how rows are joined in blocks
    int m_raiseTo = 0;
    int m_context = 0;
    Blocks m_blocks = Blocks::Lines;
    bool m_locked = false;
};

} // namespace fettle::ui
