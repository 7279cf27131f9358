// SPDX-License-Identifier: GPL-3.0-or-later
// A small drop-down list.
#pragma once

#include <QComboBox>
#include <functional>
#include <utility>
#include <vector>

namespace fettle::ui
{

/// As wide as the widest of its choices, so that nothing beside it moves when another is chosen; the wheel scrolls the
/// page.
class SmallChoice : public QComboBox
{
    Q_OBJECT

public:
    explicit SmallChoice(const QString& name, QWidget* parent);
    /// Fills in `choices` (words, value) and shows `value`, which is added under its own name where it is not among
    /// them.
    void offer(const std::vector<std::pair<QString, QString>>& choices, const QString& value);

    /// What the box shows of a choice's words, where it is not all of them; the list shows them whole.
    void setShortening(std::function<QString(const QString&)> shorten);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint().boundedTo(maximumSize()); }
    void showPopup() override;

Q_SIGNALS:
    void valueChosen(const QString& value);

protected:
    void initStyleOption(QStyleOptionComboBox* option) const override;
    void wheelEvent(QWheelEvent* event) override;

private:
    QString inBox(const QString& words) const { return m_shorten ? m_shorten(words) : words; }

    std::function<QString(const QString&)> m_shorten;
};

} // namespace fettle::ui
