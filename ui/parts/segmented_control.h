// SPDX-License-Identifier: GPL-3.0-or-later
// A few choices side by side, one of them chosen: [Linear | Log]. Arrow keys move, as in a group of radio buttons.
//
// Use: auto* axis = new SegmentedControl({tr("Linear"), tr("Log")}, this); axis->setAccessibleName(tr("Axis"));
//      connect(axis, &SegmentedControl::chosen, …). chosen comes on a user's choice alone, not on setCurrent.
#pragma once

#include <QWidget>

class QAbstractButton;
class QButtonGroup;
class QHBoxLayout;

namespace fettle::ui
{

class SegmentedControl : public QWidget
{
    Q_OBJECT

public:
    explicit SegmentedControl(const QStringList& choices = {}, QWidget* parent = nullptr);

    void setChoices(const QStringList& choices); ///< keeps the current index where it still exists
    int current() const;
    void setCurrent(int index);
    void setChoiceText(int index, const QString& text);
    void setChoiceEnabled(int index, bool enabled);
    int count() const;
    QAbstractButton* segment(int index) const;

Q_SIGNALS:
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QButtonGroup* m_group;
    QHBoxLayout* m_row;
};

} // namespace fettle::ui
