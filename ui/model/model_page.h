// SPDX-License-Identifier: GPL-3.0-or-later
// Model: what to start from. The list at the left, what is known of the chosen one at the right.
#pragma once

#include "core/base/model_facts.h"
#include "ui/bench/problem.h"
#include "ui/parts/page.h"

class QButtonGroup;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace fettle::ui
{

class Card;
class Label;
class MainSideSplit;
class ModelDetails;
class SegmentedControl;
class Workbench;

class ModelPage : public Page
{
    Q_OBJECT

public:
    ModelPage(Workbench& workbench, QWidget* parent);

    void refresh() override;

private:
    QWidget* makeList();
    void rebuildList();
    void addSection(const QString& title, const QString& remark);
    void addModel(const ModelFacts& entry, bool own);
    void addBroken(const Problem& problem);
    bool matches(const ModelFacts& entry) const;
    void addFolder();
    void updateChosen();

    Workbench& m_workbench;
    SegmentedControl* m_kinds;
    QLineEdit* m_find;
    QPushButton* m_add;
    QVBoxLayout* m_rows;
    QButtonGroup* m_group;
    ModelDetails* m_details;
};

} // namespace fettle::ui
