// SPDX-License-Identifier: GPL-3.0-or-later
// Lays widgets out in rows, left to right, as many as fit (prompt chips, earlier prompts).
#pragma once

#include <QLayout>
#include <QList>

namespace fettle::ui
{

/// `parent` becomes as high as its width asks for. Its policy should be Preferred: with Minimum its parts are counted
/// as if each stood in a row of its own.
class FlowLayout : public QLayout
{
public:
    explicit FlowLayout(QWidget* parent = nullptr, int gap = 8);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override;
    int count() const override { return int(m_items.size()); }
    QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return minimumSize(); }
    QSize minimumSize() const override;
    void setGeometry(const QRect& rect) override;

private:
    int arrange(const QRect& rect, bool move) const; ///< returns the height

    QList<QLayoutItem*> m_items;
    int m_gap;
};

} // namespace fettle::ui
