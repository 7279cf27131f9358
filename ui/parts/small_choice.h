// SPDX-License-Identifier: GPL-3.0-or-later
// A small drop-down list.
#pragma once

#include <QComboBox>
#include <utility>
#include <vector>

namespace fettle::ui
{

/// As wide as the chosen words; the wheel scrolls the page.
class SmallChoice : public QComboBox
{
    Q_OBJECT

public:
    explicit SmallChoice(const QString& name, QWidget* parent);
    /// Fills in `choices` (words, value) and shows `value`, which is added under its own name where it is not among
    /// them.
    void offer(const std::vector<std::pair<QString, QString>>& choices, const QString& value);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint().boundedTo(maximumSize()); }
    void showPopup() override;

Q_SIGNALS:
    void valueChosen(const QString& value);

protected:
    void wheelEvent(QWheelEvent* event) override;
};

} // namespace fettle::ui
