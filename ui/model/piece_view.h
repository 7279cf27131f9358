// SPDX-License-Identifier: GPL-3.0-or-later
// A text cut into a model's pieces: each in a frame with its number below; pieces of one word stand together.
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

namespace fettle::ui
{

class PieceView : public QWidget
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
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Box {
        QRect frame, number;
    };
    /// Behind the last of the pieces that share a character with the one at `first`.
    size_t endOfShared(size_t first) const;
    /// Where every piece stands in a view of this width; `height` gets the height.
    std::vector<Box> arranged(int width, int& height) const;

    std::vector<Piece> m_pieces;
};

} // namespace fettle::ui
