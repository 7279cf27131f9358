// SPDX-License-Identifier: GPL-3.0-or-later
// A training batch, row by row, as coloured chips: which tokens are graded and which are only read.
#pragma once

#include "ui/data/token_chips.h"

#include <QAbstractScrollArea>

namespace fettle::ui
{

/// Arrows walk the tokens (up and down the lines), Home and End the row; PgUp and PgDn ask for another batch. One chip
/// is always chosen where there is any.
class TokenLoupe : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit TokenLoupe(QWidget* parent = nullptr);

    void setBatch(const ChipBatch& batch, Objective objective);
    const ChipBatch& batch() const { return m_batch; }
    const TokenChip* chosen() const; ///< null where the batch is empty
    void choose(int row, int chip);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    /// One chip as the loupe draws it, for legends and explanations.
    static QSizeF chipSize(const TokenChip& chip);
    static void paintChip(QPainter& painter, const QRectF& rect, const TokenChip& chip);

Q_SIGNALS:
    void chosenChanged();
    void batchWanted(int direction); ///< -1 or +1

protected:
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    struct Row {
        qreal top = 0, height = 0;
        std::vector<QRectF> chips; ///< relative to the row's origin
    };
    void layOut();
    void paintRow(QPainter& painter, size_t index) const;
    static void paintGround(QPainter& painter, const QRectF& rect, const TokenChip& chip);
    static void paintText(QPainter& painter, const QRectF& rect, const TokenChip& chip);
    qreal numberWidth() const;
    QPointF origin(const Row& row) const; ///< of a row's chips, in the viewport
    std::pair<int, int> chipAt(const QPointF& where) const;
    void walkLines(int direction);
    void showChosen();
    void say();

    ChipBatch m_batch;
    Objective m_objective = Objective::Causal;
    std::vector<Row> m_rows;
    int m_row = 0, m_chip = 0;
};

} // namespace fettle::ui
