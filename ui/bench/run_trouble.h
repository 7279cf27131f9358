// SPDX-License-Identifier: GPL-3.0-or-later
// Signs that a run does not go well, or did not: the one idea of it, for words and marks.
#pragma once

#include "ui/bench/run_history.h"

#include <QSet>
#include <QString>

namespace fettle::ui
{

/// Loss of the first step that has one; NaN where there is none.
double firstLoss(const std::vector<StepEvent>& steps);
/// Mean training loss of up to `count` steps before index `end`; NaN where there is none.
double meanLoss(const std::vector<StepEvent>& steps, size_t end, size_t count);
/// Loss of a model that thinks every piece equally likely; endless where its vocabulary is not known.
double blindGuess(const RunHistory& history);
/// Whether what the engine saw when it gave a sign is over: the loss has come down since. A jump is not undone by a
/// later fall, for what it broke may stay broken.
bool isOver(const NoticeEvent& sign, const std::vector<StepEvent>& steps);
/// What a person waves away is known by.
QString codeText(NoticeCode code);
/// Whether a notice is a sign of trouble (the loss jumped, stands too high, nothing moves).
bool isSign(const NoticeEvent& notice);
/// The newest sign that still stands, or null; without those whose codes a person has waved away.
const NoticeEvent* standingSign(const RunHistory& history, const QSet<QString>& dismissed = {});
/// The checks never fell below that of step 0: whatever was learnt, no state of it is better.
bool neverGotBetter(const RunHistory& history);
/// Whether the checks have risen since the best one: the last two are worse, and by more than their own flutter.
bool hasRisen(const RunHistory& history);
/// How much of a run came to nothing: steps after its best check, where hasRisen; 0 where it cannot be told.
int64_t stepsInVain(const RunHistory& history);
/// It broke off because its numbers ran away: with the same settings it would again.
bool hasRunAway(const RunHistory& history);
/// It has ended with a model, and that one is not to be praised: a sign stands, it is worse than a blind guess or the
/// untouched model, or no state was better than that one.
bool isFinishedInTrouble(const RunHistory& history);

} // namespace fettle::ui
