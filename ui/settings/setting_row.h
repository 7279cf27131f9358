// SPDX-License-Identifier: GPL-3.0-or-later
// One setting of the form: label and argument name, a field of its kind with the unit, help; a dot and "was …" where it
// is changed, and what is wrong beside the field, with the button that mends it.
#pragma once

#include "ui/settings/setting_info.h"
#include "ui/settings/setting_text.h"

#include <QWidget>
#include <optional>

class QComboBox;
class QGridLayout;
class QLineEdit;
class QPushButton;

namespace fettle::ui
{

class Label;
class NumberField;
class SegmentedControl;

class SettingRow : public QWidget
{
    Q_OBJECT

public:
    explicit SettingRow(const SettingInfo& setting, QWidget* parent = nullptr);

    const SettingInfo& setting() const { return m_setting; }
    QString value() const; ///< as it stands in the field
    /// Sends nothing.
    void setValue(const QString& text);
    /// `fix` empty: no button. `warning`: the value is allowed, and hardly meant.
    void setProblem(const QString& message, const std::optional<SettingFix>& fix, bool warning = false);
    bool hasProblem() const { return !m_problemText.isEmpty() && !m_isWarning; }
    bool hasWarning() const { return !m_problemText.isEmpty() && m_isWarning; }
    /// Another name for the same setting: "Blocks per step" where rows are joined.
    void setNames(const QString& label, const QString& unit);
    QString problemText() const { return m_problemText; }
    /// Help that knows the run ("22 checks, about 5 s"); may hold links, sent by helpLink. Empty: the setting's own.
    void setHelp(const QString& text);
    void setLocked(bool locked);
    /// Another value than the default's, as text: what "was …" goes back to.
    bool isChanged() const { return m_changed; }
    bool matches(const QString& searched) const;
    QWidget* field() const;
    void focusField();

Q_SIGNALS:
    void edited(const QString& key, const QString& text);
    void committed(const QString& key, const QString& text);
    void helpLink(const QString& link);

protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* makeField();
    void arrange();
    void commit(const QString& text);
    void showChanged();
    void placeWas();
    void showProblem();

    SettingInfo m_setting;
    QGridLayout* m_grid;
    QWidget* m_labels;
    Label* m_label;
    Label* m_name;
    QWidget* m_wasRoom; ///< a line of its own for m_was where it fits beside neither
    QWidget* m_fields;
    Label* m_help;
    Label* m_problem;
    QPushButton* m_was;
    QPushButton* m_fixButton;
    NumberField* m_number = nullptr;
    QComboBox* m_choice = nullptr;
    SegmentedControl* m_flag = nullptr;
    QLineEdit* m_text = nullptr;
    QPushButton* m_browse = nullptr;
    QString m_problemText;
    QString m_fixText;
    bool m_isWarning = false;
    bool m_changed = false;
    bool m_narrow = false;
    bool m_arranged = false;
};

} // namespace fettle::ui
