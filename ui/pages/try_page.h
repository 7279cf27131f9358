// SPDX-License-Identifier: GPL-3.0-or-later
// Judge it: the same words to the model before and after training, side by side.
#pragma once

#include "ui/pages/page.h"

class QLineEdit;
class QPushButton;

namespace fettle::ui
{

class FlowLayout;
class Label;
class TryKnobs;
class TryPane;

class TryPage : public Page
{
    Q_OBJECT

public:
    explicit TryPage(Workbench& workbench, QWidget* parent = nullptr);

    void refresh() override;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* makePrompt();
    void write();
    void stopWriting();
    void remember(const QString& prompt);
    void showEarlier();
    void updateModels();
    void updateButtons();
    bool isMasked(const QString& base);
    TryPane* paneOf(quint64 id);
    void done(quint64 id);
    QString settingsKey() const;

    QString m_base, m_trained;
    bool m_masked = false;
    QString m_masksKnownFor;                        ///< the model that m_masked was read from
    QString m_maskToken = QStringLiteral("[MASK]"); ///< of that model
    QString m_beforeKey; ///< what the left pane shows: written again only if something changed
    quint64 m_beforeId = 0, m_afterId = 0;
    Label *m_promptTitle, *m_promptSide, *m_earlierWords;
    QLineEdit* m_prompt;
    QPushButton *m_blank, *m_escape;
    QWidget* m_earlier;
    FlowLayout* m_earlierFlow;
    TryPane *m_before, *m_after;
    TryKnobs* m_knobs;
};

} // namespace fettle::ui
