// SPDX-License-Identifier: GPL-3.0-or-later
// What a run's numbers mean, in plain words.
#include "ui/train/run_words.h"

#include "core/base/text.h"
#include "ui/bench/problem.h"
#include "ui/bench/run_trouble.h"
#include "ui/look/words.h"

#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{

/// Whether it knows what it is taught by heart: its training loss is far below where it began, and below the newest
/// check.
bool knowsByHeart(const RunHistory& history)
{
    constexpr size_t few = 10;
    const double now = meanLoss(history.steps, history.steps.size(), few);
    return now < firstLoss(history.steps) / 2 && now < history.evals.back().loss / 2;
}

QString causeOfRise(const RunHistory& history)
{
    const bool suits = history.suitableRate > 0 && history.learningRate <= history.suitableRate;
    return suits ? RunWords::tr("There is probably too little text, or the learning rate is too high for it.")
                 : RunWords::tr("The learning rate is probably too high.");
}

/// The warning that its learning rate is far too high, or null.
const NoticeEvent* rateWarning(const RunHistory& history, const QSet<QString>& dismissed)
{
    const auto found = std::find_if(history.notices.begin(), history.notices.end(), [](const NoticeEvent& notice) {
        return notice.code == NoticeCode::LearningRateHigh;
    });
    return found == history.notices.end() || dismissed.contains(codeText(found->code)) ? nullptr : &*found;
}

} // namespace

WordAction showActionOf(const QString& subject)
{
    switch (pageOf(subject)) {
    case PageId::Model:
        return WordAction::ShowModel;
    case PageId::Data:
        return WordAction::ShowData;
    default:
        return WordAction::ShowSettings;
    }
}

RunWord RunWords::now(const RunHistory& history, bool running, const QSet<QString>& dismissed)
{
    if (history.finished) {
        RunWord word = finished(history);
        if (!isFinishedInTrouble(history))
            return word;
        word.tone = WordTone::Warning;
        if (const NoticeEvent* sign = standingSign(history)) {
            const RunWord said = fromNotice(*sign, history);
            word.more = said.title + QLatin1Char(' ') + said.text + QLatin1Char(' ') + word.more;
            offerRate(word, history, WordAction::StartAgain);
        }
        word.actions.push_back(WordAction::ShowSettings);
        return word;
    }
    if (history.paused) {
        RunWord word{history.lastStep(), WordTone::Paused, QStringLiteral("paused")};
        word.title = tr("Paused at step %1 of %2.").arg(countText(word.step), countText(history.maxSteps));
        word.text = tr("All is saved; it goes on from exactly here.");
        word.more = tr("Close the window or switch the computer off: nothing is lost.");
        word.actions = {WordAction::Resume};
        return word;
    }
    if (!running) {
        RunWord word{history.lastStep(), WordTone::Warning, QStringLiteral("interrupted")};
        const bool saved = !history.checkpoints.empty();
        word.title = tr("Cut off at step %1 of %2.").arg(countText(word.step), countText(history.maxSteps));
        word.text = saved ? tr("It goes on from the state of step %1.").arg(countText(history.checkpoints.back().step))
                          : tr("No state was saved before it ended, so it can only be started again.");
        offerContinue(word, history);
        return word;
    }
    RunWord word = judged(history);
    const NoticeEvent* sign = standingSign(history, dismissed);
    const bool calm = word.tone == WordTone::Good || word.tone == WordTone::Info;
    // A rate that is too high is said until there is something better to say of the run.
    const NoticeEvent* rate = word.tone == WordTone::Info ? rateWarning(history, dismissed) : nullptr;
    if (calm && (sign || rate)) {
        word = fromNotice(sign ? *sign : *rate, history);
        word.tone = std::max(word.tone, WordTone::Warning);
        word.actions = {WordAction::ShowSettings, WordAction::GoOn};
        offerRate(word, history, WordAction::StopAndStartAgain);
    } else if (word.tone == WordTone::Good && standingSign(history, {})) {
        word.tone = WordTone::Info;
        word.title = tr("It goes on.");
    }
    return word;
}

void RunWords::offerRate(RunWord& word, const RunHistory& history, WordAction action)
{
    if (history.suitableRate <= 0 || history.learningRate <= 0)
        return;
    const bool isTooHigh = history.learningRate > history.suitableRate;
    const bool nothingMoves = word.code == codeText(NoticeCode::NothingMoves);
    if (nothingMoves && isTooHigh)
        return; // another rate would not help
    // As the sign itself says: what suits, or, where that was taken, less.
    word.rate = history.learningRate != history.suitableRate && (isTooHigh || nothingMoves)
                    ? history.suitableRate
                    : QString::number(history.learningRate / 5, 'g', 1).toDouble();
    word.actions.insert(word.actions.begin(), action);
}

void RunWords::offerContinue(RunWord& word, const RunHistory& history)
{
    if (history.checkpoints.empty())
        return;
    word.fromStep = history.checkpoints.back().step;
    word.actions.push_back(WordAction::Continue);
}

RunWord RunWords::judged(const RunHistory& history)
{
    if (history.steps.empty()) {
        RunWord word{0, WordTone::Info, QStringLiteral("begun")};
        word.more = tr("You may work in other pages or cover this window; training goes on. Closing the window asks "
                       "first, then saves.");
        word.title = tr("About to begin.");
        word.text = tr("Step 0, before any training, is written down first.");
        if (!history.evals.empty()) {
            const double loss = history.evals.back().loss;
            const double chance = blindGuess(history);
            word.text =
                loss > chance
                    ? tr("Before training, the loss on the text kept aside (validation) is %1: worse than a blind "
                         "guess (%2), it is sure of the wrong pieces.")
                          .arg(lossText(loss), lossText(chance))
                    : tr("Before training, the loss on the text kept aside (validation) is %1.").arg(lossText(loss));
        }
        return word;
    }
    RunWord word = history.evals.size() >= 2 ? judgedByChecks(history) : judgedBySteps(history);
    if (history.evals.size() >= 2 && word.tone == WordTone::Good && history.evals.back().loss > blindGuess(history)) {
        word.tone = WordTone::Info;
        word.title = tr("It learns, and is still worse than a blind guess (%1).").arg(lossText(blindGuess(history)));
    }
    return word;
}

RunWord RunWords::overfitting(const RunHistory& history, const EvalEvent& best)
{
    RunWord word{history.evals.back().step, WordTone::Warning, QStringLiteral("overfitting")};
    word.title = tr("It begins to learn by heart (overfitting).");
    word.text = tr("Validation loss has risen since step %1: %2 to %3.")
                    .arg(countText(best.step))
                    .arg(lossText(best.loss), lossText(history.evals.back().loss));
    const QString what = tr("Training loss may still fall, but new texts will not get better any more.");
    const bool lost = best.step <= history.resumedFrom; // of the part before, and nobody wrote it down
    const QString fate = history.isSaved(best.step) ? tr("The best state, step %1, is saved.")
                         : lost ? tr("The best state, step %1, was not saved; the best since is kept.")
                                : tr("The best state, step %1, is kept in memory and saved by “Keep best and finish”.");
    word.more = history.finished ? what : what + QLatin1Char(' ') + fate.arg(countText(best.step));
    word.actions = {WordAction::KeepBest, WordAction::GoOn};
    return word;
}

RunWord RunWords::byHeartFromTheStart(const RunHistory& history)
{
    RunWord word{history.evals.back().step, WordTone::Warning, QStringLiteral("overfitting")};
    word.title = tr("It begins to learn by heart (overfitting).");
    word.text = tr("Validation loss has risen since the start: %1 to %2, while training loss fell to %3.")
                    .arg(lossText(history.best()->loss), lossText(history.evals.back().loss),
                         lossText(meanLoss(history.steps, history.steps.size(), 10)));
    word.more = tr("There is probably too little text: new texts do not get better. More text helps most, then a lower "
                   "learning rate.");
    word.actions = {WordAction::ShowData, WordAction::GoOn};
    offerRate(word, history, WordAction::StopAndStartAgain);
    return word;
}

RunWord RunWords::judgedByChecks(const RunHistory& history)
{
    const std::vector<EvalEvent>& evals = history.evals;
    const EvalEvent& newest = evals.back();
    const EvalEvent& before = evals[evals.size() - 2];
    const EvalEvent* best = history.best();
    RunWord word{newest.step, WordTone::Info, QStringLiteral("level")};
    if (hasRisen(history)) {
        if (best->step > 0)
            return overfitting(history, *best);
        if (knowsByHeart(history))
            return byHeartFromTheStart(history);
        word.tone = WordTone::Warning;
        word.code = QStringLiteral("rising");
        word.title = tr("It gets worse instead of better.");
        word.text = tr("Validation loss has risen since the start: %1 to %2. %3")
                        .arg(lossText(best->loss), lossText(newest.loss), causeOfRise(history));
        word.actions = {WordAction::ShowSettings, WordAction::GoOn};
        offerRate(word, history, WordAction::StopAndStartAgain);
        return word;
    }
    const double fall = before.loss - newest.loss;
    if (fall > std::abs(before.loss) * 5e-4) {
        word.code = QStringLiteral("going_well");
        word.tone = WordTone::Good;
        word.title = tr("Going well.");
        word.text = tr("The loss on the text kept aside (validation) still falls: %1 at step %2, %3 lower than at "
                       "step %4.")
                        .arg(lossText(newest.loss))
                        .arg(countText(newest.step))
                        .arg(fall < 0.005 ? QString::number(fall, 'g', 1) : QString::number(fall, 'f', 2))
                        .arg(countText(before.step));
    } else {
        word.title = tr("Little changes now.");
        word.text = tr("The loss on the text kept aside (validation) stays near %1; best %2 at step %3.")
                        .arg(lossText(newest.loss), best ? lossText(best->loss) : QStringLiteral("–"))
                        .arg(countText(best ? best->step : 0));
    }
    return word;
}

RunWord RunWords::judgedBySteps(const RunHistory& history)
{
    const std::vector<StepEvent>& steps = history.steps;
    RunWord word{history.lastStep(), WordTone::Info, QStringLiteral("begun")};
    if (steps.size() < 20) {
        word.title = tr("It has begun.");
        word.text = tr("Too early to say: the first steps always leap about.");
        return word;
    }
    const size_t tenth = std::clamp<size_t>(steps.size() / 5, 5, 50);
    const double begin = meanLoss(steps, tenth, tenth), now = meanLoss(steps, steps.size(), tenth);
    const QString fall = tr("%1 at step %2, %3 now (mean of the last %4 steps)")
                             .arg(lossText(firstLoss(steps)))
                             .arg(countText(steps.front().step))
                             .arg(lossText(now))
                             .arg(tenth);
    if (now > begin * 1.05) {
        word.code = QStringLiteral("rising");
        word.tone = WordTone::Warning;
        word.title = tr("It gets worse instead of better.");
        word.text = tr("Training loss has risen: %1. The learning rate is probably too high.").arg(fall);
        word.actions = {WordAction::ShowSettings, WordAction::GoOn};
        offerRate(word, history, WordAction::StopAndStartAgain);
    } else if (now < begin) {
        word.code = QStringLiteral("going_well");
        word.tone = WordTone::Good;
        word.title = tr("Going well.");
        word.text =
            history.evals.empty()
                ? tr("Training loss falls: %1. No text is kept aside, so whether it learns by heart cannot be seen.")
                      .arg(fall)
                : tr("Training loss falls: %1. The next check on the text kept aside (validation) is still to come.")
                      .arg(fall);
    } else {
        word.code = QStringLiteral("level");
        word.title = tr("Little changes now.");
        word.text = tr("Training loss: %1.").arg(fall);
    }
    return word;
}

RunWord RunWords::fromNotice(const NoticeEvent& notice, const RunHistory& history)
{
    RunWord word{notice.step, WordTone::Info, codeText(notice.code)};
    if (notice.level != NoticeLevel::Info)
        word.tone = notice.level == NoticeLevel::Error ? WordTone::Error : WordTone::Warning;
    if (notice.code == NoticeCode::NanLoss) {
        word.title = tr("The loss is no longer a number (NaN) at step %1.").arg(countText(notice.step));
        if (!history.checkpoints.empty())
            word.text = tr("The state of step %1 is safe.").arg(countText(history.checkpoints.back().step));
        return word;
    }
    // The first sentence stands out, the rest follows it.
    const QString message = engineWords(notice.message).trimmed();
    int end = -1;
    for (const QLatin1String& mark : {QLatin1String(". "), QLatin1String(": ")})
        if (const int at = int(message.indexOf(mark)); at >= 0 && (end < 0 || at < end))
            end = at;
    word.title = end < 0 ? message : message.left(end + 1);
    word.text = end < 0 ? QString() : message.mid(end + 2);
    return word;
}

std::vector<RunWord> RunWords::all(const RunHistory& history, bool running, const QSet<QString>& dismissed)
{
    std::vector<RunWord> words{now(history, running, dismissed)};
    if (RunWord sign = judged(history); sign.tone >= WordTone::Warning && sign.code != words.front().code)
        words.push_back(std::move(sign));
    for (auto notice = history.notices.rbegin(); notice != history.notices.rend(); ++notice) {
        RunWord word = fromNotice(*notice, history);
        if (word.code != words.front().code)
            words.push_back(std::move(word));
    }
    return words;
}

RunWord RunWords::newest(const RunHistory& history, bool running, const QSet<QString>& dismissed)
{
    std::vector<RunWord> words = all(history, running, dismissed);
    RunWord& now = words.front();
    if (history.finished || history.paused || !running || words.size() < 2)
        return now;
    const bool alarms = now.tone >= WordTone::Warning; // then nothing harmless takes its place
    const bool notice = words[1].step > now.step ? !alarms || words[1].tone >= now.tone
                                                 : words[1].step == now.step && words[1].tone > now.tone;
    return notice ? words[1] : now;
}

QString RunWords::actionText(WordAction action, const RunWord& word)
{
    const QString shown = rateText(word.rate);
    switch (action) {
    case WordAction::StopAndStartAgain:
        return tr("Stop and start again with %1").arg(shown);
    case WordAction::StartAgain:
        return tr("Start again with %1").arg(shown);
    case WordAction::KeepBest:
        return tr("Keep best and finish");
    case WordAction::GoOn:
        return tr("Go on");
    case WordAction::Resume:
        return tr("Resume");
    case WordAction::TryIt:
        return tr("Try it");
    case WordAction::ShowSettings:
        return tr("Show settings");
    case WordAction::ShowData:
        return tr("Show data");
    case WordAction::ShowModel:
        return tr("Show models");
    case WordAction::Continue:
        return tr("Continue from step %1").arg(countText(word.fromStep));
    case WordAction::OpenFolder:
        return tr("Open folder");
    }
    return {};
}

} // namespace fettle::ui
