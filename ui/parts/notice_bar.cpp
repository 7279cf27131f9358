// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/notice_bar.h"

#include "ui/parts/flow_layout.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"

namespace fettle::ui
{

NoticeBar::NoticeBar(QWidget* parent) : Card({}, {}, parent)
{
    setBodyMargins(15, 11, 15, 11);
    auto* row = makeRow(nullptr, 10);
    m_icon = new IconLabel(QStringLiteral("info"), Ink::Accent, 16, this);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    auto* words = makeColumn(nullptr);
    m_words = new Label({}, Type::Body, Ink::Text, this);
    m_words->setTextFormat(Qt::RichText);
    m_words->wrapped();
    m_more = new Label({}, Type::Body, Ink::Text2, this);
    m_more->wrapped();
    words->addWidget(m_words);
    words->addWidget(m_more);
    words->addStretch(1); // beside the icon, however high the bar is
    row->addLayout(words, 1);
    m_buttons = makeRow(nullptr, 8);
    row->addLayout(m_buttons);
    body()->addLayout(row);
    m_below = new QWidget(this);
    m_flow = new FlowLayout(m_below, 8);
    QSizePolicy flows(QSizePolicy::Preferred, QSizePolicy::Minimum);
    flows.setHeightForWidth(true);
    m_below->setSizePolicy(flows);
    m_below->hide();
    body()->addWidget(m_below);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
}

void NoticeBar::say(Kind kind, const QString& strong, const QString& words, const QString& more)
{
    m_icon->setIcon(kind == Good  ? QStringLiteral("check")
                    : kind == Tip ? QStringLiteral("bulb")
                                  : QStringLiteral("warning"),
                    kind == Warning ? Ink::Warning
                    : kind == Error ? Ink::Error
                                    : Ink::Accent);
    setGround(kind == Warning ? Ground::Warning : kind == Error ? Ground::Error : Ground::Plain);
    QString text;
    if (!strong.isEmpty())
        text = QStringLiteral("<span style=\"font-weight:600\">%1</span> ").arg(strong.toHtmlEscaped());
    m_words->setText(text + words.toHtmlEscaped());
    m_more->setText(more);
    m_more->setVisible(!more.isEmpty());
    setAccessibleName(strong + QLatin1Char(' ') + words + QLatin1Char(' ') + more);
    show();
}

void NoticeBar::addBelow(QWidget* button)
{
    m_flow->addWidget(button);
    m_below->show();
}

void NoticeBar::clearButtons()
{
    for (QLayout* layout : {static_cast<QLayout*>(m_buttons), static_cast<QLayout*>(m_flow)})
        while (QLayoutItem* item = layout->takeAt(0)) {
            if (QWidget* widget = item->widget()) {
                widget->hide();
                widget->deleteLater();
            }
            delete item;
        }
    m_below->hide();
}

} // namespace fettle::ui
