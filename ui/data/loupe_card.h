// SPDX-License-Identifier: GPL-3.0-or-later
// "What is graded": the batches that will be trained, a legend, and the chosen token explained.
#pragma once

#include "core/data/preview.h"
#include "ui/data/token_chips.h"
#include "ui/parts/card.h"
#include "ui/parts/wrapping.h"

#include <memory>

class QCheckBox;
class QPushButton;

namespace fettle::ui
{

class ChipLegend;
class Label;
class TokenLoupe;

class LoupeCard : public Card
{
    Q_OBJECT

public:
    explicit LoupeCard(QWidget* parent = nullptr);

    void setPreview(std::shared_ptr<const DataPreview> preview, Objective objective, const QString& maskToken = {});
    /// Causal: whether rows end with a graded end-of-text token; those with an answer always do.
    void setEndOfText(bool appended);
    void setLocked(bool locked);
    void showBatch(int index);
    int shownBatch() const { return m_index; }
    TokenLoupe* loupe() const { return m_loupe; }
    QString explanation() const;

Q_SIGNALS:
    void endOfTextChosen(bool append);

private:
    void explain();

    std::shared_ptr<const DataPreview> m_preview;
    Objective m_objective = Objective::Causal;
    QString m_mask;
    int m_index = 0;
    QPushButton *m_before, *m_after;
    Label* m_number;
    ChipLegend* m_legend;
    QCheckBox* m_end;
    TokenLoupe* m_loupe;
    ChipLegend* m_chosen;
    Label *m_explained, *m_counts;
};

/// Chips with their words, wrapping; also a single chip alone.
class ChipLegend : public WrappingWidget
{
    Q_OBJECT

public:
    struct Entry {
        TokenChip chip;
        QString words;
    };
    explicit ChipLegend(QWidget* parent = nullptr);
    void setEntries(std::vector<Entry> entries, bool ringed = false);

    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    std::vector<QRectF> places(double width) const override;

private:
    std::vector<Entry> m_entries;
    bool m_ringed = false;
};

} // namespace fettle::ui
