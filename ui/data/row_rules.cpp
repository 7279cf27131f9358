// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/row_rules.h"

#include "core/arguments/setting_keys.h"
#include "core/base/text.h"
#include "ui/bench/workbench.h"
#include "ui/data/texts_menu.h"
#include "ui/look/style.h"
#include "ui/look/theme.h"
#include "ui/parts/button.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/segmented_control.h"
#include "ui/settings/number_field.h"
#include "ui/settings/setting_text.h"

namespace fettle::ui
{

namespace
{
QVBoxLayout* fieldColumn(const QString& label, const QString& name, QWidget* parent, Label** title = nullptr)
{
    auto* column = makeColumn(nullptr, px(4));
    auto* head = makeRow(nullptr, px(5));
    auto* words = new Label(label, Type::HelpStrong, Ink::Text, parent);
    head->addWidget(words);
    if (!name.isEmpty())
        head->addWidget(new Label(name, Type::Help, Ink::Text2, parent));
    head->addStretch(1);
    column->addLayout(head);
    if (title != nullptr)
        *title = words;
    return column;
}

Label* problemLabel(QWidget* parent)
{
    Label* label = (new Label({}, Type::Help, Ink::Error, parent))->wrapped();
    label->hide();
    return label;
}
} // namespace

RowRules::RowRules(Workbench& workbench, QWidget* parent) : QWidget(parent), m_workbench(workbench)
{
    auto* line = makeRow(this, px(16));
    line->addLayout(makeBlocks());
    line->addWidget(new Line(Qt::Vertical, this));
    line->addLayout(makeLength());
    line->addWidget(new Line(Qt::Vertical, this));
    line->addLayout(makeValidation());
    line->addStretch(1);
    fitToTextSize();
}

QLayout* RowRules::makeBlocks()
{
    auto* column = fieldColumn(tr("Rows are read"), {}, this);
    m_blocks = new SegmentedControl({tr("One by one"), tr("Joined in blocks")}, this);
    m_blocks->setAccessibleName(tr("Rows are read"));
    m_blocks->segment(0)->setToolTip(tr("Each row is an example of its own; longer rows are cut."));
    m_blocks->segment(1)->setToolTip(tr("All rows are joined and cut into full blocks."));
    column->addWidget(m_blocks, 0, Qt::AlignLeft);
    column->addStretch(1);
    connect(m_blocks, &SegmentedControl::chosen, this, [this](int index) {
        changeData([index](DataConfig& rules) {
            if (joinsRows(rules.blocks) != (index == 1)) // else how they are joined stays
                rules.blocks = index == 1 ? Blocks::Packed : Blocks::Lines;
        });
    });
    return column;
}

QLayout* RowRules::makeLength()
{
    const SettingInfo& setting = *findSetting(QString::fromLatin1(setting_key::data::maxLength));
    auto* column = fieldColumn(tr("Longest row"), setting.shownName, this, &m_lengthTitle);
    m_length = new NumberField(setting, this);
    m_lengthProblem = problemLabel(this);
    column->addWidget(m_length);
    column->addWidget(m_lengthProblem);
    column->addStretch(1);
    connect(m_length, &NumberField::committed, this, &RowRules::commitLength);
    return column;
}

QLayout* RowRules::makeValidation()
{
    auto* column = fieldColumn(tr("Kept aside to check"), tr("validation"), this);
    m_validation = new NumberField(validationSetting(), this);
    m_validationChosen = new Label({}, Type::Help, Ink::Text2, this);
    m_validationChosen->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    auto* file = makeRow(nullptr, px(4));
    m_validationFile = new Label({}, Type::Help, Ink::Text, this);
    m_validationClear = makeIconButton(QStringLiteral("close"), tr("Take rows of the text instead of this file"), this);
    file->addWidget(m_validationFile);
    file->addWidget(m_validationClear);
    file->addStretch(1);
    m_validationProblem = problemLabel(this);
    column->addWidget(m_validation);
    column->addWidget(m_validationChosen);
    column->addLayout(file);
    column->addWidget(m_validationProblem);
    column->addStretch(1);
    connect(m_validation, &NumberField::committed, this, &RowRules::commitValidation);
    connect(m_validationChosen, &QLabel::linkActivated, this, [this] { commitValidation(QStringLiteral("0")); });
    connect(m_validationClear, &QPushButton::clicked, this,
            [this] { changeData([](DataConfig& rules) { rules.validation.clear(); }); });
    return column;
}

template <class Change>
void RowRules::changeData(Change change)
{
    DataConfig rules = m_workbench.choices.config().data;
    change(rules);
    m_workbench.choices.setData(rules);
}

void RowRules::commitLength(const QString& text)
{
    QString problem = settingProblem(m_length->setting(), text);
    const auto tokens = parseInteger(text.toStdString());
    const ModelFacts* model = m_workbench.model.entry();
    if (problem.isEmpty() && model != nullptr && model->contextLength > 0 && tokens && *tokens > model->contextLength)
        problem = tr("%1 reads %2 at most.").arg(QString::fromStdString(model->name)).arg(model->contextLength);
    m_lengthProblem->setText(problem);
    m_lengthProblem->setVisible(!problem.isEmpty());
    setProblem(m_length, !problem.isEmpty());
    if (problem.isEmpty() && tokens)
        changeData([&](DataConfig& rules) { rules.maxLength = *tokens; });
}

void RowRules::commitValidation(const QString& text)
{
    const QString problem = settingProblem(validationSetting(), text);
    m_validationProblem->setText(problem);
    m_validationProblem->setVisible(!problem.isEmpty());
    setProblem(m_validation, !problem.isEmpty());
    const auto percent = parseDouble(text.toStdString());
    if (problem.isEmpty() && percent)
        changeData([&](DataConfig& rules) { rules.validationFraction = *percent / 100; });
}

void RowRules::showConfig()
{
    const DataConfig& rules = m_workbench.choices.config().data;
    const bool joined = joinsRows(rules.blocks);
    m_blocks->setCurrent(joined ? 1 : 0);
    m_lengthTitle->setText(joined ? tr("Block length") : tr("Longest row"));
    m_length->setValue(QString::number(rules.maxLength));
    m_length->setAccessibleName(m_lengthTitle->text() + QStringLiteral(", ") + tr("tokens"));
    m_validation->setValue(shortNumber(QString::number(rules.validationFraction * 100, 'g', 8)));
    const bool fromFile = !rules.validation.empty();
    m_validation->setVisible(!fromFile);
    m_validationFile->setVisible(fromFile);
    m_validationClear->setVisible(fromFile);
    m_validationFile->setText(tr("all of %1").arg(textFileName(rules.validation)));
    const bool automatic = m_workbench.choices.isAutomatic(QString::fromLatin1(setting_key::data::validation));
    m_validationChosen->setVisible(automatic && !fromFile && !m_workbench.run.isRunning());
    m_validationChosen->setText(tr("set by Fettle · <a href=\"none\">keep none</a>"));
}

void RowRules::fitToTextSize()
{
    m_length->setFixedWidth(px(118));
    m_validation->setFixedWidth(px(130));
}

} // namespace fettle::ui
