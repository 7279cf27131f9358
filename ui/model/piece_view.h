// SPDX-License-Identifier: GPL-3.0-or-later
// A text cut into a model's pieces: each in a frame with its number below; pieces of one word stand together.
#pragma once

#include "ui/parts/wrapping.h"

namespace fettle::ui
{

class PieceView : public WrappingWidget
{
    Q_OBJECT

public:
    struct Piece {
        QString text; ///< a leading space begins a word
        int id = 0;
        bool continues = false; ///< shares a character with the piece before it: its text is drawn once over both
    };

    explicit PieceView(QWidget* parent = nullptr);
    void setPieces(std::vector<Piece> pieces);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    std::vector<QRectF> places(double width) const override;

private:
    /// Behind the last of the pieces that share a character with the one at `first`.
    size_t endOfShared(size_t first) const;

    std::vector<Piece> m_pieces;
};

} // namespace fettle::ui
