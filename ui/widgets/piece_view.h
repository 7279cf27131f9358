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
    /// Where every piece stands in a view of this width; `height` gets the height.
    std::vector<Box> arranged(int width, int& height) const;

    std::vector<Piece> m_pieces;
};

} // namespace fettle::ui
