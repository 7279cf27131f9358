// SPDX-License-Identifier: GPL-3.0-or-later
// A notice in its place: mark, a strong first sentence, an explanation, and the buttons that help.
//
// Use: auto* bar = new NoticeBar(this); bar->show(NoticeBar::Warning, tr("37 rows are cut off."), tr("…"));
//      bar->buttons()->addWidget(makeButton(tr("Raise to 192"), …)).
#pragma once

#include "ui/parts/card.h"

class QHBoxLayout;

namespace fettle::ui
{

class FlowLayout;
class IconLabel;
class Label;

class NoticeBar : public Card
{
    Q_OBJECT

public:
    enum Kind { Good, Tip, Warning, Error };

    explicit NoticeBar(QWidget* parent = nullptr);
    /// Shows the bar with these words. `more` stands below in text 2 and may be empty.
    void say(Kind kind, const QString& strong, const QString& words, const QString& more = {});
    QHBoxLayout* buttons() const { return m_buttons; }
    /// For several of them: in rows below the words, as many as fit.
    void addBelow(QWidget* button);
    void clearButtons(); ///< both kinds

private:
    IconLabel* m_icon;
    Label* m_words;
    Label* m_more;
    QHBoxLayout* m_buttons;
    QWidget* m_below;
    FlowLayout* m_flow;
};

} // namespace fettle::ui
