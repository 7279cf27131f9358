// SPDX-License-Identifier: GPL-3.0-or-later
// A dashed field that says what may be dropped; a click on it (or Enter) opens the choice of a file.
//
// Use: auto* field = new DropField("file", tr("Drop a file here"), tr("txt, csv, jsonl"), this);
//      connect(field, &DropField::clicked, …chooser…); connect(field, &DropField::dropped, …paths…).
#pragma once

#include <QAbstractButton>

class QMimeData;

namespace fettle::ui
{

class DropField : public QAbstractButton
{
    Q_OBJECT

public:
    /// `wide`: icon and words in one row.
    DropField(const QString& icon, const QString& title, const QString& sentence, QWidget* parent = nullptr,
              bool wide = false);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

Q_SIGNALS:
    void dropped(const QStringList& paths);

protected:
    void paintEvent(QPaintEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QString m_icon, m_title, m_sentence;
    bool m_wide;
    bool m_over = false;
};

/// Local paths of what is dragged, empty where there is none.
QStringList droppedPaths(const QMimeData* data);

} // namespace fettle::ui
