// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/health_card.h"

#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/parts/button.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"

#include <algorithm>

namespace fettle::ui
{

HealthCard::HealthCard(QWidget* parent) : Card(tr("Health of the text"), {}, parent)
{
    m_summary = new Label({}, Type::Help, Ink::Text2, this);
    right()->addWidget(m_summary);
    setBodyMargins(0, px(9), 0, px(4));
}

void HealthCard::setItems(const std::vector<HealthItem>& items, bool locked)
{
    const auto warnings = std::count_if(items.begin(), items.end(), [](const HealthItem& item) { return !item.good; });
    m_summary->setText(warnings == 0 ? tr("nothing to mend")
                                     : counted(warnings, tr("1 thing to know, it does not stop you"),
                                               tr("%1 things to know, none stops you")));
    if (m_list != nullptr) {
        body()->removeWidget(m_list);
        m_list->hide();
        m_list->deleteLater();
    }
    m_list = new QWidget(this);
    auto* column = makeColumn(m_list);
    for (const HealthItem& item : items) {
        column->addWidget(new Line(Qt::Horizontal, m_list));
        auto* line = makeRow(nullptr, px(9), {px(16), px(5), px(16), px(5)});
        auto* mark = new IconLabel(item.good ? QStringLiteral("check") : QStringLiteral("warning"),
                                   item.good ? Ink::Accent : Ink::Warning, 16, m_list);
        mark->setAccessibleName(item.good ? tr("good") : tr("warning"));
        line->addWidget(mark);
        auto* words = (new Label({}, Type::Body, Ink::Text2, m_list))->wrapped();
        words->setText(QStringLiteral("<span style=\"font-weight:600;color:%1\">%2</span> %3")
                           .arg(colors().text.name(), item.strong.toHtmlEscaped(), item.words.toHtmlEscaped()));
        words->setMinimumHeight(px(24));
        line->addWidget(words, 1);
        if (item.remedy != HealthItem::Remedy::None) {
            auto* button = makeButton(item.button, Look::Outlined, ControlSize::Small, {}, m_list);
            button->setEnabled(!locked);
            connect(button, &QPushButton::clicked, this, [this, remedy = item.remedy] { Q_EMIT remedyWanted(remedy); });
            line->addWidget(button);
        }
        column->addLayout(line);
    }
    body()->addWidget(m_list);
}

} // namespace fettle::ui
