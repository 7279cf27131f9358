// SPDX-License-Identifier: GPL-3.0-or-later
// Main column and side column of a page, about 62 : 38, divided by a splitter that stays where it was put; in a window
// narrower than 1100 px the two become tabs.
//
// Use: auto* split = new MainSideSplit("train", tr("Curves"), tr("What it writes"), this);
//      split->setMain(left); split->setSide(right); body()->addWidget(split, 1).
#pragma once

#include <QWidget>

class QScrollArea;
class QSplitter;

namespace fettle::ui
{

class SegmentedControl;

class MainSideSplit : public QWidget
{
    Q_OBJECT

public:
    /// `key` names the splitter in the settings. The two names are those of the tabs in a narrow window.
    MainSideSplit(const QString& key, const QString& mainName, const QString& sideName, QWidget* parent = nullptr,
                  double mainShare = 0.62);

    /// Each column scrolls by itself where the window is too low for it.
    void setMain(QWidget* widget);
    void setSide(QWidget* widget);
    /// Both columns from 1100 px on whatever the text size (projector).
    void setKeepBoth(bool on);
    void setSideName(const QString& name); ///< of the side column's tab
    /// It takes what height there is, at least this (at 100 % text); in a narrow window all that the column in front
    /// needs: there the page scrolls, not the column in it.
    void setLeastHeight(int height);
    bool isNarrow() const { return m_narrow; }
    /// In a narrow window: brings the side column to the front (or the main one).
    void showSide(bool side);

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    void arrange();
    void applyShare();

    QString m_key;
    double m_share;
    bool m_narrow = false;
    bool m_keepBoth = false;
    int m_least = 0;
    bool m_sideInFront = false;
    SegmentedControl* m_tabs;
    QSplitter* m_splitter;
    QScrollArea* m_main = nullptr;
    QScrollArea* m_side = nullptr;
};

} // namespace fettle::ui
