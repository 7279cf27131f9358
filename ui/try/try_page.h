// SPDX-License-Identifier: GPL-3.0-or-later
// Judge it: the same words to the model before and after training, side by side.
#pragma once

#include "ui/parts/page.h"

#include <optional>

class QHBoxLayout;
class QPushButton;

namespace fettle::ui
{

class SegmentedControl;
class TryChat;
class TryKnobs;
class TryPane;
class TryPrompt;
class TryRival;
class Workbench;

class TryPage : public Page
{
    Q_OBJECT

public:
    explicit TryPage(Workbench& workbench, QWidget* parent = nullptr);

    void refresh() override;
    QWidget* focusPlace() override;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* makeTexts();
    void write();
    void stopWriting();
    void updateModels();
    void updateButtons();
    bool isMasked() const;
    bool isBusy() const;
    bool isChat() const;    ///< a conversation is shown
    void showManner();      ///< texts or a conversation
    bool isReading() const; ///< nothing can be asked yet
    void readConfig();
    void showReading();
    void clearPanes(); ///< another run or model: nothing of the former one stays
    TryPane* paneOf(quint64 id);
    void done(quint64 id);

    Workbench& m_workbench;
    QString m_left;      ///< of the left pane: the model that came, or that of another run
    QString m_leftState; ///< tells its states apart
    QString m_trained;
    uint64_t m_run = 0; ///< mark of the run whose models are tried; 0: none
    QString m_configOf; ///< whose generation_config.json holds, or is being read
    bool m_isConfigRead = true;
    bool m_masked = false;
    std::optional<QString> m_maskToken; ///< of what is tried; none until that is read
    QString m_beforeKey;                ///< what the left pane shows: written again only if something changed
    quint64 m_beforeId = 0, m_afterId = 0;
    QPushButton* m_escape;
    TryPrompt* m_prompt;
    TryPane *m_before, *m_after;
    TryRival* m_rival;
    QHBoxLayout *m_ways, *m_abovePanes; ///< where it stands: beside the manner, or above the left pane
    SegmentedControl* m_manner;         ///< where the model has a chat template
    QWidget* m_texts;
    TryChat* m_chat;
    TryKnobs* m_knobs;
};

} // namespace fettle::ui
