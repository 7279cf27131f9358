// SPDX-License-Identifier: GPL-3.0-or-later
// What a run's numbers mean, in plain words.
#include "ui/train/run_words.h"

#include "core/base/text.h"
#include "ui/bench/run_trouble.h"
#include "ui/look/words.h"

#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{

QString fromUtf8(const std::string& text)
{
    return QString::fromStdString(text);
}

int64_t newestStep(const RunHistory& history)
{
    return history.steps.empty() ? 0 : history.steps.back().step;
}

const NoticeEvent* nanNotice(const RunHistory& history)
{
    for (auto notice = history.notices.rbegin(); notice != history.notices.rend(); ++notice)
        if (notice->code == NoticeCode::NanLoss)
            return &*notice;
    return nullptr;
}

/// Loss of the first step that has one; NaN where there is none.
double firstLoss(const std::vector<StepEvent>& steps)
{
    for (const StepEvent& step : steps)
        if (step.loss && std::isfinite(*step.loss))
            return *step.loss;
    return std::nan("");
}

/// Whether it knows what it is taught by heart: its training loss is far below where it began, and below the newest
/// check.
bool knowsByHeart(const RunHistory& history)
{
    constexpr size_t few = 10;
    const double now = meanLoss(history.steps, history.steps.size(), few);
    return now < firstLoss(history.steps) / 2 && now < history.evals.back().loss / 2;
}

bool isSaved(const RunHistory& history, int64_t step)
{
    return std::any_of(history.checkpoints.begin(), history.checkpoints.end(),
                       [step](const CheckpointEvent& checkpoint) { return checkpoint.step == step; });
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
        RunWord word{newestStep(history), WordTone::Paused, QStringLiteral("paused")};
        word.title = tr("Paused at step %1 of %2.").arg(countText(word.step), countText(history.maxSteps));
        word.text = tr("All is saved; it goes on from exactly here.");
        word.more = tr("Close the window or switch the computer off: nothing is lost.");
        word.actions = {WordAction::Resume};
        return word;
    }
    if (!running) {
        RunWord word{newestStep(history), WordTone::Warning, QStringLiteral("interrupted")};
        const bool saved = !history.checkpoints.empty();
        word.title = tr("Cut off at step %1 of %2.").arg(countText(word.step), countText(history.maxSteps));
        word.text = saved ? tr("It goes on from the state of step %1.").arg(history.checkpoints.back().step)
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

QString RunWords::inVain(const RunHistory& history)
{
    const int64_t steps = stepsInVain(history);
    if (steps <= 0)
        return {};
    // By heart is only what is known ever better: a run that fell apart did not learn even that.
    constexpr size_t few = 10;
    const auto upTo = std::upper_bound(history.steps.begin(), history.steps.end(), history.best()->step,
                                       [](int64_t step, const StepEvent& event) { return step < event.step; });
    const bool byHeart = meanLoss(history.steps, history.steps.size(), few) <=
                         meanLoss(history.steps, size_t(upTo - history.steps.begin()), few);
    const QString words = byHeart ? tr("The last %1 of its %2 steps made it learn by heart.")
                                  : tr("The last %1 of its %2 steps did not help.");
    return words.arg(countText(steps), countText(history.lastStep()));
}

QString RunWords::losses(const RunHistory& history)
{
    const EvalEvent* best = history.best();
    if (!best) {
        const double first = firstLoss(history.steps), last = meanLoss(history.steps, history.steps.size(), 1);
        if (!std::isfinite(first) || !std::isfinite(last))
            return {};
        QString words = tr("Training loss %1 → %2").arg(lossText(first), lossText(last));
        if (history.finished && history.finished->trainLoss)
            words += tr(" (mean of all steps %1)").arg(lossText(*history.finished->trainLoss));
        return words + QLatin1Char('.');
    }
    // What is said is said of the model that lies there, not of one that was only passed on the way.
    const EvalEvent& last = history.evals.back();
    std::optional<TrainedModel> model = history.trained();
    if (history.finished && history.finished->modelStep) // also where the folder holds it no more
        model = TrainedModel{{}, history.finished->modelStep, history.finished->modelLoss, true};
    const bool known = model && model->step;
    const QString first = lossText(history.evals.front().loss);
    if (neverGotBetter(history))
        return model && model->step && model->loss
                   ? tr("No state was better than the untouched model: its validation loss was %1, that of the model "
                        "of step %2 is %3.")
                         .arg(first, countText(*model->step), lossText(*model->loss))
                   : tr("No state was better than the untouched model: its validation loss was %1, at step %2 it is "
                        "%3.")
                         .arg(first, countText(last.step), lossText(last.loss));
    if (known ? *model->step == best->step : best == &last)
        return tr("Validation loss %1 → %2; best at step %3.").arg(first, lossText(best->loss)).arg(best->step);
    const QString lowest = tr("lowest, %1, at step %2").arg(lossText(best->loss)).arg(best->step);
    if (!known) {
        const bool published = history.finished && history.finished->reason != FinishReason::Stopped;
        const QString words = tr("Validation loss %1 → %2; %3.").arg(first, lossText(last.loss), lowest);
        return published ? words + tr(" The journal does not say which state was saved.") : words;
    }
    const QString fate = isSaved(history, best->step) ? tr("that state lies in checkpoint-%1").arg(best->step)
                                                      : tr("that state was not kept");
    if (!model->loss)
        return tr("The model is that of step %1, which was not checked. Validation loss %2 → %3; %4: %5.")
            .arg(*model->step)
            .arg(first, lossText(last.loss), lowest, fate);
    return tr("Validation loss %1 → %2, the model of step %3; %4: %5.")
        .arg(first, lossText(*model->loss))
        .arg(*model->step)
        .arg(lowest, fate);
}

QString RunWords::whatItMade(const RunHistory& history)
{
    QStringList parts;
    if (const QString vain = inVain(history); !vain.isEmpty())
        parts << vain;
    const std::optional<TrainedModel> model = history.trained();
    if (neverGotBetter(history)) {
        if (!standingSign(history)) // else it has said what helps
            parts << tr("What it learnt is of no use for other texts. More text or a lower learning rate may help.");
    } else if (model && model->loss && *model->loss > blindGuess(history)) {
        parts << tr("That is still worse than a blind guess (%1): it has hardly learnt yet. Train longer, or with a "
                    "higher "
                    "learning rate.")
                     .arg(lossText(blindGuess(history)));
    }
    if (model && model->loss && history.evals.size() > 1 && *model->loss < history.evals.front().loss) {
        const auto choices = [](double loss) {
            const double value = std::exp(loss);
            return QString::number(value, 'f', value < 100 ? 1 : 0);
        };
        // A model that is quite sure of the wrong thing has a perplexity beyond any vocabulary: no picture for a
        // person.
        const double first = history.evals.front().loss;
        if (std::exp(*model->loss) < 10000)
            parts << (std::exp(first) < 10000
                          ? tr("As if it chose among %1 pieces instead of %2 (perplexity).")
                                .arg(choices(*model->loss), choices(first))
                          : tr("As if it chose among %1 pieces (perplexity).").arg(choices(*model->loss)));
    }
    if (!history.runFolder.empty())
        parts << (model && model->finished ? tr("Saved in %1.") : tr("There is no model in %1 any more."))
                     .arg(placeText(fromUtf8(history.runFolder)));
    return parts.join(QLatin1Char(' '));
}

RunWord RunWords::finished(const RunHistory& history)
{
    const FinishedEvent& end = *history.finished;
    RunWord word{std::max(end.step, newestStep(history)), WordTone::Good, QStringLiteral("finished")};
    const QString took = durationText(end.seconds > 0 ? end.seconds : end.elapsed);
    const QString losses = RunWords::losses(history);
    switch (end.reason) {
    case FinishReason::Done:
        word.title = tr("Finished in %1.").arg(took);
        word.text = losses;
        word.more = whatItMade(history);
        word.actions = {WordAction::TryIt, WordAction::OpenFolder};
        break;
    case FinishReason::EarlyStop:
        word.code = QStringLiteral("early_stop");
        word.title = tr("Finished early, after %1.").arg(took);
        word.text = tr("It no longer got better (early stopping). %1").arg(losses);
        word.more = whatItMade(history);
        word.actions = {WordAction::TryIt, WordAction::OpenFolder};
        break;
    case FinishReason::Stopped: {
        word.code = QStringLiteral("stopped");
        word.tone = WordTone::Info;
        const bool saved = !history.checkpoints.empty();
        word.title = tr("Stopped at step %1 of %2.").arg(countText(word.step), countText(history.maxSteps));
        word.text = saved ? tr("The state of step %1 is saved; it can go on from there. %2")
                                .arg(history.checkpoints.back().step)
                                .arg(losses)
                          : losses;
        if (saved)
            word.actions = {WordAction::TryIt};
        offerContinue(word, history);
        break;
    }
    case FinishReason::Failed: {
        word.code = QStringLiteral("failed");
        word.tone = WordTone::Error;
        const bool saved = !history.checkpoints.empty();
        if (const NoticeEvent* nan = nanNotice(history)) {
            word.code = codeText(NoticeCode::NanLoss);
            word.title = tr("The loss is no longer a number (NaN) at step %1.").arg(nan->step);
            word.text = saved ? tr("Stopped; the state of step %1 is safe.").arg(history.checkpoints.back().step)
                              : tr("Stopped before anything was saved.");
            word.more = tr("A lower learning rate, half of it to begin with, usually mends this.");
            word.actions = {WordAction::ShowSettings};
            break;
        }
        word.title = history.steps.empty() ? tr("Training did not start.")
                                           : tr("Training broke off at step %1.").arg(newestStep(history));
        word.text = fromUtf8(end.message);
        word.more = fromUtf8(end.hint);
        if (saved)
            word.more += (word.more.isEmpty() ? QString() : QStringLiteral(" ")) +
                         tr("The state of step %1 is safe.").arg(history.checkpoints.back().step);
        word.actions = {end.subject == "model"  ? WordAction::ShowModel
                        : end.subject == "data" ? WordAction::ShowData
                                                : WordAction::ShowSettings};
        offerContinue(word, history);
        break;
    }
    }
    return word;
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
                    .arg(best.step)
                    .arg(lossText(best.loss), lossText(history.evals.back().loss));
    const QString what = tr("Training loss may still fall, but new texts will not get better any more.");
    const bool lost = best.step <= history.resumedFrom; // of the part before, and nobody wrote it down
    const QString fate = isSaved(history, best.step) ? tr("The best state, step %1, is saved.")
                         : lost ? tr("The best state, step %1, was not saved; the best since is kept.")
                                : tr("The best state, step %1, is kept in memory and saved by “Keep best and finish”.");
    word.more = history.finished ? what : what + QLatin1Char(' ') + fate.arg(best.step);
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
        word.text = tr("The loss on the text kept aside (validation) still falls: %1 at step %2, %3 lower than %4 "
                       "steps before.")
                        .arg(lossText(newest.loss))
                        .arg(newest.step)
                        .arg(fall < 0.005 ? QString::number(fall, 'g', 1) : QString::number(fall, 'f', 2))
                        .arg(newest.step - before.step);
    } else {
        word.title = tr("Little changes now.");
        word.text = tr("The loss on the text kept aside (validation) stays near %1; best %2 at step %3.")
                        .arg(lossText(newest.loss), best ? lossText(best->loss) : QStringLiteral("–"))
                        .arg(best ? best->step : 0);
    }
    return word;
}

RunWord RunWords::judgedBySteps(const RunHistory& history)
{
    const std::vector<StepEvent>& steps = history.steps;
    RunWord word{newestStep(history), WordTone::Info, QStringLiteral("begun")};
    if (steps.size() < 20) {
        word.title = tr("It has begun.");
        word.text = tr("Too early to say: the first steps always leap about.");
        return word;
    }
    const size_t tenth = std::clamp<size_t>(steps.size() / 5, 5, 50);
    const double begin = meanLoss(steps, tenth, tenth), now = meanLoss(steps, steps.size(), tenth);
    const QString fall = tr("%1 at step %2, %3 now (mean of the last %4 steps)")
                             .arg(lossText(firstLoss(steps)))
                             .arg(steps.front().step)
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
        word.title = tr("The loss is no longer a number (NaN) at step %1.").arg(notice.step);
        if (!history.checkpoints.empty())
            word.text = tr("The state of step %1 is safe.").arg(history.checkpoints.back().step);
        return word;
    }
    // The first sentence stands out, the rest follows it.
    const QString message = fromUtf8(notice.message).trimmed();
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
    const QString shown = QString::fromStdString(shortest(word.rate));
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
