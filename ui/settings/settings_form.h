// SPDX-License-Identifier: GPL-3.0-or-later
// The form of all settings, made from the table of arguments: basic ones first, the rest folded by group, search, undo.
#pragma once

#include "ui/parts/card.h"
#include "ui/settings/setting_info.h"
#include "ui/settings/setting_text.h"

#include <functional>
#include <map>
#include <optional>

class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace fettle::ui
{

class FoldHeader;
class Label;
class NoticeBar;
class PlainScroll;
class SettingRow;

/// What is wrong with one setting, from outside the form.
struct SettingProblem {
    QString message;
    QString hint;
};

class SettingsForm : public Card
{
    Q_OBJECT

public:
    explicit SettingsForm(QWidget* parent = nullptr);

    /// Shows the values; a text that a problem holds back stays as it was typed.
    void setConfig(const RunConfig& config, const std::map<QString, SettingProblem>& problems);
    /// The most tokens that the model reads at once, and its name; 0 where unknown. `rowsFit`: no row of the text has
    /// more, whatever may be asked for.
    void setContextLength(int64_t tokens, const QString& modelName, bool rowsFit = false);
    /// What is allowed and hardly meant, by key, with the value that is better. Shown where nothing is wrong.
    void setWarnings(std::map<QString, std::pair<SettingProblem, std::optional<SettingFix>>> warnings);
    /// Keys that Fettle chose by itself for the text; they are counted apart from what a person changed.
    void setAutomatic(const QStringList& keys);
    void setHelp(const QString& key, const QString& text);
    /// The names of settings change with how rows are read.
    void setPacked(bool packed);
    void setSavedIn(const QString& folder); ///< where a new run would go
    void setCanUndo(bool can);
    /// Empty: free; else a line says why nothing can be changed.
    void setLocked(const QString& reason);

    SettingRow* row(const QString& key) const; ///< null where there is none
    int changed() const;                       ///< settings that are not at their default
    QString changedInWords() const;            ///< "2 changed, 5 set by Fettle"
    /// Unfolds, scrolls and focuses. Returns false where there is no such setting.
    bool focusSetting(const QString& key);
    void focusSearch();

Q_SIGNALS:
    void committed(const QString& key, const QString& text);
    void undoWanted();
    void resetWanted();
    void helpLink(const QString& key, const QString& link);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void build();
    int countChanged(const std::function<bool(const SettingInfo&)>& counts) const;
    /// Without what Fettle set; of one part of the form, or of all.
    int changedByHand(std::optional<SettingInfo::Place> place = std::nullopt) const;
    QWidget* makeHead();
    void addRow(const SettingInfo& setting, QVBoxLayout* into);
    void check(const QString& key, const QString& text);
    void search(const QString& text);
    void summarize();

    std::map<QString, SettingRow*> m_rows;
    std::map<ArgumentGroup, QWidget*> m_groupTitles;
    Label* m_changedLabel = nullptr;
    QLineEdit* m_search = nullptr;
    QPushButton* m_undo = nullptr;
    QPushButton* m_more = nullptr;
    NoticeBar* m_locked = nullptr;
    Label* m_nothing = nullptr;
    PlainScroll* m_scroll = nullptr;
    FoldHeader* m_advanced = nullptr;
    FoldHeader* m_savedIn = nullptr;
    QWidget* m_advancedBody = nullptr;
    QWidget* m_savedInBody = nullptr;
    QVBoxLayout* m_basicRows = nullptr;
    std::map<QString, std::pair<SettingProblem, std::optional<SettingFix>>> m_warnings;
    std::map<QString, QString> m_now; ///< by key: the run's value, whatever stands in the field
    QStringList m_automatic;
    int64_t m_contextLength = 0;
    bool m_rowsFit = false;
    QString m_modelName;
    QString m_folder;
    bool m_isLocked = false;
};

} // namespace fettle::ui
