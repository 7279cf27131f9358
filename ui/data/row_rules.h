// SPDX-License-Identifier: GPL-3.0-or-later
// How rows become examples: one by one or joined in blocks, how long, and how many are kept aside to check with.
#pragma once

#include "core/arguments/run_config.h"

#include <QWidget>

class QPushButton;

namespace fettle::ui
{

class Label;
class NumberField;
class SegmentedControl;
class Workbench;

class RowRules : public QWidget
{
    Q_OBJECT

public:
    RowRules(Workbench& workbench, QWidget* parent);

    void showConfig();
    void commitLength(const QString& text);
    void fitToTextSize();

private:
    QLayout* makeBlocks();
    QLayout* makeLength();
    QLayout* makeValidation();
    void commitValidation(const QString& text);
    template <class Change>
    void changeData(Change change);

    Workbench& m_workbench;
    SegmentedControl* m_blocks;
    Label* m_lengthTitle;
    NumberField *m_length, *m_validation;
    Label* m_validationFile;
    QPushButton* m_validationClear;
    Label *m_lengthProblem, *m_validationProblem;
    Label* m_validationChosen; ///< that Fettle chose the share, and the way back
};

} // namespace fettle::ui
