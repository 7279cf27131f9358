// SPDX-License-Identifier: GPL-3.0-or-later
// The bar below the charts: how the run stands, in words, with what can be done; and all that was said before.
#pragma once

#include "ui/bench/problem.h"
#include "ui/train/run_words.h"

#include <QSet>
#include <QString>
#include <QWidget>

class QPushButton;

namespace fettle::ui
{

class NoticeBar;

class TrainNotices : public QWidget
{
    Q_OBJECT

public:
    explicit TrainNotices(QWidget* parent = nullptr);
    /// `running`: steps may still come; `here`: from this program, so that it can be told to stop.
    void show(const RunHistory& history, bool running, bool here);
    /// A start from here failed: said until the person goes on or a run begins.
    void endFailure() { m_failure.reset(); }
    void setFailure(const Problem& problem, bool goesOn = false); ///< `goesOn`: of a run that was there before
    void startAnew();                                             ///< another run: what was waved away counts again

Q_SIGNALS:
    void wanted(fettle::ui::WordAction action, double rate); ///< `rate`: RunWord::rate
    void mendWanted(const QString& subject);                 ///< of the start that failed

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void say(const RunWord& word);
    bool offer(const RunWord& word); ///< its buttons; false where they stand there already
    void keepHeight();               ///< as high as the longest words so far
    void measureAnew();              ///< another width or text size
    void openAll();

    NoticeBar* m_bar;
    QPushButton* m_all = nullptr;
    std::vector<RunWord> m_words;
    QSet<QString> m_dismissed; ///< codes that "Go on" answered
    std::optional<RunWord> m_failure;
    QString m_failedFor;         ///< its subject
    QString m_key, m_buttonsKey; ///< what is said and offered
    int m_height = 0;            ///< of the bar, at this width
};

} // namespace fettle::ui
