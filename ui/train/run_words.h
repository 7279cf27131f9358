// SPDX-License-Identifier: GPL-3.0-or-later
// What a run's numbers mean, in plain words with the technical one beside them, and what can be done about it.
#pragma once

#include "ui/bench/run_history.h"

#include <QCoreApplication>
#include <QSet>
#include <QString>
#include <vector>

namespace fettle::ui
{

enum class WordTone { Good, Info, Paused, Warning, Error };

/// What a button beside the words does.
enum class WordAction {
    KeepBest, ///< stop(KeepBestAndFinish)
    GoOn,     ///< close the notice
    Resume,
    TryIt,
    ShowSettings, ///< the page Settings
    ShowData,
    ShowModel,
    Continue, ///< go on from the last checkpoint
    OpenFolder,
    StopAndStartAgain, ///< stop and save, then the same once more with RunWord::rate
    StartAgain,        ///< the same once more with RunWord::rate
};

/// The button that leads to what mends a problem with this subject (Problem::subject).
WordAction showActionOf(const QString& subject);

struct RunWord {
    int64_t step = 0;
    WordTone tone = WordTone::Info;
    QString code;  ///< stable: "going_well", "overfitting", a notice's own …
    QString title; ///< "Going well."
    QString text;  ///< the sentence
    QString more;  ///< a second line, quieter; may be empty
    std::vector<WordAction> actions;
    double rate = 0;      ///< learning rate of StartAgain
    int64_t fromStep = 0; ///< where Continue begins
};

/// Judges a run; no state, tested on written histories.
class RunWords
{
    Q_DECLARE_TR_FUNCTIONS(RunWords)

public:
    /// How it stands now: finished, failed, paused, learning by heart, going well … `dismissed`: signs of trouble that
    /// the person has read and went on from; they no longer lead, yet nothing is called well.
    static RunWord now(const RunHistory& history, bool running, const QSet<QString>& dismissed = {});
    /// All that a person may want to read, newest first: `now`, what is wrong with its curves where `now` speaks of
    /// something else (it is paused, it has ended), then the engine's notices.
    static std::vector<RunWord> all(const RunHistory& history, bool running, const QSet<QString>& dismissed = {});
    /// The one of all() that the page shows: the newest, the graver one where they are of the same step.
    static RunWord newest(const RunHistory& history, bool running, const QSet<QString>& dismissed = {});
    static QString actionText(WordAction action, const RunWord& word); ///< one of the word's own

private:
    static void offerRate(RunWord& word, const RunHistory& history, WordAction action);
    static void offerContinue(RunWord& word, const RunHistory& history); ///< where anything was saved
    static QString inVain(const RunHistory& history);         ///< what the steps after the best check did; empty: no
                                                              ///< harm
    static QString trainingLosses(const RunHistory& history); ///< empty: there are none
    static QString losses(const RunHistory& history);
    static QString rightTokens(const RunHistory& history); ///< of its model; empty: that was not measured
    static QString whatItMade(const RunHistory& history);
    static RunWord finished(const RunHistory& history);
    static RunWord judged(const RunHistory& history);
    static RunWord judgedByChecks(const RunHistory& history);
    static RunWord judgedBySteps(const RunHistory& history);
    static RunWord overfitting(const RunHistory& history, const EvalEvent& best);
    static RunWord byHeartFromTheStart(const RunHistory& history);
    static RunWord fromNotice(const NoticeEvent& notice, const RunHistory& history);
};

} // namespace fettle::ui
