// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/settings_form.h"

#include "ui/look/icons.h"
#include "ui/look/style.h"
#include "ui/parts/button.h"
#include "ui/parts/fold_header.h"
#include "ui/parts/label.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/plain_scroll.h"
#include "ui/parts/rows.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/setting_text.h"

#include <algorithm>
#include <array>

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QScrollBar>
#include <QTimer>

namespace fettle::ui
{

namespace
{
constexpr std::array formGroups = {ArgumentGroup::Run,         ArgumentGroup::Optimizer, ArgumentGroup::Evaluation,
                                   ArgumentGroup::Checkpoints, ArgumentGroup::Lora,      ArgumentGroup::Machine,
                                   ArgumentGroup::Data};
}

SettingsForm::SettingsForm(QWidget* parent) : Card({}, {}, parent)
{
    build();
    summarize();
}

void SettingsForm::build()
{
    setBodyMargins(1, 1, 1, 1);
    body()->setSpacing(0);
    body()->addWidget(makeHead());
    m_locked = new NoticeBar(this);
    m_locked->hide();
    body()->addWidget(m_locked);
    body()->addWidget(new Line(Qt::Horizontal, this));

    m_scroll = new PlainScroll(this);
    m_scroll->setMinimumHeight(px(200));
    m_scroll->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored); // it scrolls: nothing around it needs to
    auto* inner = new QWidget(m_scroll);
    m_scroll->setContent(inner);
    body()->addWidget(m_scroll, 1);
    auto* column = makeColumn(inner);
    m_basicRows = column;
    for (const SettingInfo& setting : settingTable())
        if (setting.place == SettingInfo::Place::Basic)
            addRow(setting, column);

    m_nothing = new Label(tr("No setting is called so."), Type::Body, Ink::Text2, inner);
    m_nothing->setContentsMargins(px(26), px(16), px(16), px(16));
    column->addWidget(m_nothing);

    m_advanced = new FoldHeader(tr("Advanced"), inner);
    column->addWidget(m_advanced);
    m_advancedBody = new QWidget(inner);
    auto* advanced = makeColumn(m_advancedBody);
    for (const ArgumentGroup group : formGroups) {
        auto* title = new Label(groupTitle(group), Type::HelpStrong, Ink::Text2, m_advancedBody);
        title->setContentsMargins(px(26), px(14), px(16), px(4));
        advanced->addWidget(title);
        m_groupTitles[group] = title;
        for (const SettingInfo& setting : settingTable())
            if (setting.place == SettingInfo::Place::Advanced && setting.group == group)
                addRow(setting, advanced);
    }
    column->addWidget(m_advancedBody);

    m_savedIn = new FoldHeader(tr("Saved in"), inner);
    column->addWidget(m_savedIn);
    m_savedInBody = new QWidget(inner);
    auto* saved = new QVBoxLayout(m_savedInBody);
    saved->setContentsMargins(0, 0, 0, 0);
    for (const SettingInfo& setting : settingTable())
        if (setting.place == SettingInfo::Place::SavedIn)
            addRow(setting, saved);
    column->addWidget(m_savedInBody);
    column->addStretch(1);

    for (QWidget* later : {static_cast<QWidget*>(m_nothing), m_advancedBody, m_savedInBody})
        later->hide();
    for (FoldHeader* fold : {m_advanced, m_savedIn})
        connect(fold, &QAbstractButton::toggled, this, [this] { search(m_search->text()); });
}

QWidget* SettingsForm::makeHead()
{
    auto* head = new QWidget(this);
    auto* line = makeRow(head, px(8), {px(16), px(9), px(16), px(9)});
    line->addWidget(new Label(tr("Basic"), Type::CardTitle, Ink::Text, head));
    m_changedLabel = (new Label({}, Type::Body, Ink::Text2, head))->wrapped();
    line->addWidget(m_changedLabel, 1);
    m_search = new QLineEdit(head);
    m_search->setPlaceholderText(tr("Find a setting"));
    m_search->setAccessibleName(tr("Find a setting"));
    m_search->setToolTip(tr("Find a setting (Ctrl+F)"));
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(QStringLiteral("search"), Ink::Text2), QLineEdit::LeadingPosition);
    m_search->setMinimumWidth(px(120));
    m_search->setMaximumWidth(px(190));
    m_search->installEventFilter(this);
    line->addWidget(m_search, 1);
    m_undo = makeButton(tr("Undo"), Look::Outlined, ControlSize::Normal, QStringLiteral("undo"), head);
    m_undo->setToolTip(tr("Undo the last change (Ctrl+Z)"));
    m_undo->setEnabled(false);
    line->addWidget(m_undo);
    m_more = makeIconButton(QStringLiteral("more"), tr("More"), head, ControlSize::Normal);
    auto* menu = new QMenu(m_more);
    QAction* reset = menu->addAction(tr("Set all back to their defaults"));
    QAction* unfold = menu->addAction(tr("Show all settings"));
    connect(m_more, &QPushButton::clicked, this, [this, menu, reset] {
        reset->setEnabled(!m_isLocked && changed() > 0);
        menu->popup(m_more->mapToGlobal(QPoint(0, m_more->height())));
    });
    line->addWidget(m_more);
    connect(reset, &QAction::triggered, this, &SettingsForm::resetWanted);
    connect(unfold, &QAction::triggered, this, [this] {
        m_search->clear();
        m_advanced->setChecked(true);
        m_savedIn->setChecked(true);
    });
    connect(m_undo, &QPushButton::clicked, this, &SettingsForm::undoWanted);
    connect(m_search, &QLineEdit::textChanged, this, &SettingsForm::search);
    return head;
}

void SettingsForm::addRow(const SettingInfo& setting, QVBoxLayout* into)
{
    auto* row = new SettingRow(setting, this);
    m_rows[setting.key] = row;
    into->addWidget(row);
    connect(row, &SettingRow::edited, this, &SettingsForm::check);
    connect(row, &SettingRow::committed, this, [this](const QString& key, const QString& text) {
        check(key, text);
        summarize();
        Q_EMIT committed(key, text);
    });
    connect(row, &SettingRow::helpLink, this,
            [this, key = setting.key](const QString& link) { Q_EMIT helpLink(key, link); });
}

void SettingsForm::check(const QString& key, const QString& text)
{
    SettingRow* const row = m_rows.at(key);
    QString message = settingProblem(row->setting(), text);
    std::optional<SettingFix> fix = settingFix(row->setting(), text, m_now[key]);
    if (row->setting().form.fitsContext && message.isEmpty() && m_contextLength > 0 &&
        text.toLongLong() > m_contextLength) {
        const QString most = QString::number(m_contextLength);
        message = tr("%1 reads %2 tokens at most.").arg(m_modelName, most);
        fix = SettingFix{most, tr("Use %1").arg(most)};
        if (m_rowsFit)
            return row->setProblem(message + QLatin1Char(' ') + tr("No row of the text is longer."), fix, true);
    }
    if (const auto warning = m_warnings.find(key); message.isEmpty() && warning != m_warnings.end()) {
        const SettingProblem& words = warning->second.first;
        row->setProblem(words.hint.isEmpty() ? words.message : words.message + QLatin1Char(' ') + words.hint,
                        warning->second.second, true);
        return;
    }
    row->setProblem(message, fix);
}

void SettingsForm::setWarnings(std::map<QString, std::pair<SettingProblem, std::optional<SettingFix>>> warnings)
{
    m_warnings = std::move(warnings);
}

void SettingsForm::setAutomatic(const QStringList& keys)
{
    m_automatic = keys;
}

void SettingsForm::setPacked(bool packed)
{
    for (const SettingInfo& usual : settingTable()) {
        if (usual.blocksLabel.isEmpty())
            continue;
        const QString unit = usual.unit == tr("rows") && packed ? tr("blocks") : usual.unit;
        m_rows.at(usual.key)->setNames(packed ? usual.blocksLabel : usual.label, unit);
    }
}

void SettingsForm::setConfig(const RunConfig& config, const std::map<QString, SettingProblem>& problems)
{
    for (const auto& [key, row] : m_rows) {
        m_now[key] = settingText(config, key);
        const auto problem = problems.find(key);
        const bool held = problem != problems.end() && !settingProblem(row->setting(), row->value()).isEmpty();
        if (!held)
            row->setValue(m_now[key]);
        check(key, row->value());
        if (problem == problems.end() || row->hasProblem())
            continue;
        // The value is good by itself and clashes with something else: going back to the default mends that.
        QString words = problem->second.message;
        if (!problem->second.hint.isEmpty())
            words += QLatin1Char(' ') + problem->second.hint;
        std::optional<SettingFix> fix;
        const SettingInfo& setting = row->setting();
        if (row->isChanged() && setting.place != SettingInfo::Place::SavedIn)
            fix = SettingFix{setting.defaultText, tr("Use %1").arg(valueInWords(setting, setting.defaultText))};
        row->setProblem(words, fix);
    }
    summarize();
}

void SettingsForm::setContextLength(int64_t tokens, const QString& modelName, bool rowsFit)
{
    m_contextLength = tokens;
    m_rowsFit = rowsFit;
    m_modelName = modelName;
}

void SettingsForm::setHelp(const QString& key, const QString& text)
{
    if (SettingRow* line = row(key))
        line->setHelp(text);
}

void SettingsForm::setSavedIn(const QString& folder)
{
    m_folder = folder;
    summarize();
}

void SettingsForm::setCanUndo(bool can)
{
    m_undo->setEnabled(can && !m_isLocked);
}

void SettingsForm::setLocked(const QString& reason)
{
    m_isLocked = !reason.isEmpty();
    m_locked->setVisible(m_isLocked);
    if (m_isLocked) {
        m_locked->say(NoticeBar::Tip, tr("A run uses these settings."), reason);
        m_undo->setEnabled(false);
    }
    for (const auto& [key, row] : m_rows)
        row->setLocked(m_isLocked);
}

SettingRow* SettingsForm::row(const QString& key) const
{
    const auto at = m_rows.find(key);
    return at == m_rows.end() ? nullptr : at->second;
}

int SettingsForm::changed() const
{
    return countChanged([](const SettingInfo&) { return true; });
}

int SettingsForm::countChanged(const std::function<bool(const SettingInfo&)>& counts) const
{
    return static_cast<int>(std::count_if(m_rows.begin(), m_rows.end(), [&](const auto& row) {
        const SettingInfo& setting = row.second->setting();
        return row.second->isChanged() && setting.place != SettingInfo::Place::SavedIn && counts(setting);
    }));
}

int SettingsForm::changedByHand(std::optional<SettingInfo::Place> place) const
{
    return countChanged([&](const SettingInfo& setting) {
        return !m_automatic.contains(setting.key) && (!place || setting.place == *place);
    });
}

QString SettingsForm::changedInWords() const
{
    const int byHand = changedByHand();
    QStringList parts;
    if (byHand > 0) // short where both are told: in one line
        parts << (m_automatic.isEmpty() ? tr("%1 changed from the default") : tr("%1 changed")).arg(byHand);
    if (!m_automatic.isEmpty())
        parts << tr("%1 set by Fettle").arg(m_automatic.size());
    return parts.isEmpty() ? tr("all at their defaults") : parts.join(QStringLiteral(", "));
}

void SettingsForm::summarize()
{
    int all = 0;
    QStringList advanced;
    for (const SettingInfo& setting : settingTable()) {
        const SettingRow* line = m_rows.at(setting.key);
        all += setting.place == SettingInfo::Place::Advanced;
        if (!line->isChanged())
            continue;
        if (setting.place == SettingInfo::Place::Advanced) {
            const QString value = valueInWords(setting, line->value());
            advanced << setting.label.toLower() + QLatin1Char(' ') + value +
                            (setting.unit.isEmpty() ? QString() : QLatin1Char(' ') + unitBehind(value, setting.unit));
        }
    }
    m_changedLabel->setText(changedInWords());
    // Short enough to be read whole; what is changed stands in the tooltip.
    const int byHand = changedByHand(SettingInfo::Place::Advanced);
    m_advanced->setSummary(byHand == 0 ? tr("%1 settings: schedule, optimizer, checking…").arg(all)
                                       : tr("%1 settings, %2 changed from the default").arg(all).arg(byHand));
    m_advanced->setToolTip(advanced.join(QLatin1Char('\n')));
    const auto savedIn = std::find_if(m_rows.begin(), m_rows.end(), [](const auto& row) {
        return row.second->setting().place == SettingInfo::Place::SavedIn;
    });
    const QString set = savedIn->second->value();
    m_savedIn->setSummary(set.isEmpty() ? m_folder : set);
}

void SettingsForm::search(const QString& text)
{
    const bool searching = !text.trimmed().isEmpty();
    std::map<ArgumentGroup, bool> groups;
    bool any = false, anyAdvanced = false, anySaved = false;
    for (const auto& [key, row] : m_rows) {
        const bool found = row->matches(text);
        row->setVisible(found);
        any = any || found;
        if (row->setting().place == SettingInfo::Place::Advanced) {
            groups[row->setting().group] = groups[row->setting().group] || found;
            anyAdvanced = anyAdvanced || found;
        }
        anySaved = anySaved || (found && row->setting().place == SettingInfo::Place::SavedIn);
    }
    for (const auto& [group, title] : m_groupTitles)
        title->setVisible(groups[group]);
    m_nothing->setVisible(!any);
    m_advanced->setVisible(!searching);
    m_savedIn->setVisible(!searching);
    m_advancedBody->setVisible(searching ? anyAdvanced : m_advanced->isChecked());
    m_savedInBody->setVisible(searching ? anySaved : m_savedIn->isChecked());
}

bool SettingsForm::focusSetting(const QString& key)
{
    SettingRow* const line = row(key);
    if (line == nullptr)
        return false;
    m_search->clear();
    if (line->setting().place == SettingInfo::Place::Advanced)
        m_advanced->setChecked(true);
    if (line->setting().place == SettingInfo::Place::SavedIn)
        m_savedIn->setChecked(true);
    line->focusField();
    // Rows that were just unfolded get their places with the next layout; a message may come up below.
    QTimer::singleShot(0, this, [this, line] { m_scroll->ensureWidgetVisible(line, 0, px(120)); });
    return true;
}

void SettingsForm::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

bool SettingsForm::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Escape && !m_search->text().isEmpty()) {
            m_search->clear();
            return true;
        }
        if (key == Qt::Key_Return || key == Qt::Key_Enter || key == Qt::Key_Down) {
            for (const SettingInfo& setting : settingTable()) {
                SettingRow* const line = m_rows.at(setting.key);
                if (line->isVisibleTo(this)) {
                    line->focusField();
                    break;
                }
            }
            return true;
        }
    }
    return Card::eventFilter(object, event);
}

} // namespace fettle::ui
