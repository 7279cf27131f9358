// SPDX-License-Identifier: GPL-3.0-or-later
// A line that unfolds what stands below it: chevron, title, and a summary at the right.
#pragma once

#include <QAbstractButton>

namespace fettle::ui
{

/// Checked: unfolded.
class FoldHeader : public QAbstractButton
{
    Q_OBJECT

public:
    explicit FoldHeader(const QString& title, QWidget* parent = nullptr);

    void setSummary(const QString& summary);
    QString summary() const { return m_summary; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QString m_summary;
};

} // namespace fettle::ui
