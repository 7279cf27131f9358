// SPDX-License-Identifier: GPL-3.0-or-later
// The page Train before a run: what will happen, what is still missing, and what it will be asked to write.
#pragma once

#include "ui/bench/workbench.h"

#include <QWidget>
#include <optional>

class QVBoxLayout;

namespace fettle::ui
{

class Card;
class Label;
class NoticeBar;
class PromptChips;

class TrainEmpty : public QWidget
{
    Q_OBJECT

public:
    explicit TrainEmpty(Workbench& workbench, QWidget* parent = nullptr);
    void refresh();
    void setFailure(const std::optional<Problem>& failure); ///< why the last start failed

private:
    void makeRows();
    void showProblems();
    void showForecast();
    QWidget* makePrompts();

    Workbench& m_workbench;
    Card* m_ready;
    Label *m_title, *m_sentence;
    QWidget* m_rows = nullptr;
    QStringList m_shownProblems; ///< in m_rows
    QVBoxLayout* m_rowsPlace;
    NoticeBar* m_failure;
    Label* m_promptsWords;
    PromptChips* m_prompts;
    std::optional<Problem> m_failed;
};

/// "nano-gpt" of "bundled:nano-gpt" or of a path.
QString plainModelName(const std::string& reference);
/// "ships-log.txt", "ships-log.txt and 2 more".
QString plainTextName(const DataConfig& data);

} // namespace fettle::ui
