// SPDX-License-Identifier: GPL-3.0-or-later
// "Health of the text": ticks and warnings, with the remedies that there are.
#pragma once

#include "ui/data/text_health.h"
#include "ui/parts/card.h"

namespace fettle::ui
{

class Label;

class HealthCard : public Card
{
    Q_OBJECT

public:
    explicit HealthCard(QWidget* parent = nullptr);

    void setItems(const std::vector<HealthItem>& items, bool locked);

Q_SIGNALS:
    void remedyWanted(HealthItem::Remedy remedy);

private:
    Label* m_summary;
    QWidget* m_list = nullptr;
};

} // namespace fettle::ui
