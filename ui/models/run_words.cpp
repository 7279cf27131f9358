// SPDX-License-Identifier: GPL-3.0-or-later
// What a run's numbers mean, in plain words.
#include "ui/models/run_words.h"

#include "ui/style/words.h"

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

const EvalEvent* bestEval(const std::vector<EvalEvent>& evals)
{
    const EvalEvent* best = nullptr;
    for (const EvalEvent& eval : evals)
        if (std::isfinite(eval.loss) && (!best || eval.loss < best->loss))
            best = &eval;
    return best;
}

int64_t newestStep(const RunHistory& history)
{
    return history.steps.empty() ? 0 : history.steps.back().step;
}

/// Mean training loss of up to `count` steps before index `end`; NaN where there is none.
double meanLoss(const std::vector<StepEvent>& steps, size_t end, size_t count)
{
    double sum = 0;
    int found = 0;
    for (size_t i = end - std::min(end, count); i < end; ++i)
        if (steps[i].loss && std::isfinite(*steps[i].loss)) {
            sum += *steps[i].loss;
            ++found;
        }
    return found ? sum / found : std::nan("");
}

const NoticeEvent* nanNotice(const RunHistory& history)
{
    for (auto notice = history.notices.rbegin(); notice != history.notices.rend(); ++notice)
        if (notice->code == "nan_loss")
            return &*notice;
    return nullptr;
}

} // namespace

RunWord RunWords::now(const RunHistory& history, bool running)
{
    if (history.finished)
        return finished(history);
    if (history.paused) {
        RunWord word{newestStep(history), WordTone::Paused, QStringLiteral("paused")};
        word.title = tr("Paused at step %1 of %2.").arg(word.step).arg(history.maxSteps);
        word.text = tr("All is saved; it goes on from exactly here.");
        word.more = tr("Close the window or switch the computer off: nothing is lost.");
        word.actions = {WordAction::Resume};
        return word;
    }
    if (!running) {
        RunWord word{newestStep(history), WordTone::Warning, QStringLiteral("interrupted")};
        const bool saved = !history.checkpoints.empty();
        word.title = tr("Interrupted at step %1 of %2.").arg(word.step).arg(history.maxSteps);
        word.text = saved ? tr("It goes on from the state of step %1.").arg(history.checkpoints.back().step)
                          : tr("No state was saved before it ended, so it can only be started again.");
        if (saved)
            word.actions = {WordAction::Continue};
        return word;
    }
    return judged(history);
}

QString RunWords::whatItMade(const RunHistory& history)
{
    QStringList parts;
    const EvalEvent* best = bestEval(history.evals);
    if (best && best != &history.evals.front() && best->perplexity > 0) {
        const auto choices = [](double value) { return QString::number(value, 'f', value < 100 ? 1 : 0); };
        // A model that is quite sure of the wrong thing has a perplexity beyond any vocabulary: no picture for a
        // person.
        const double first = history.evals.front().perplexity;
        parts << (first < 10000 ? tr("As if it chose among %1 pieces instead of %2 (perplexity).")
                                      .arg(choices(best->perplexity), choices(first))
                                : tr("As if it chose among %1 pieces (perplexity).").arg(choices(best->perplexity)));
    }
    if (!history.runFolder.empty())
        parts << tr("Saved in %1.").arg(fromUtf8(history.runFolder));
    return parts.join(QLatin1Char(' '));
}

RunWord RunWords::finished(const RunHistory& history)
{
    const FinishedEvent& end = *history.finished;
    RunWord word{std::max(end.step, newestStep(history)), WordTone::Good, QStringLiteral("finished")};
    const QString took = durationText(end.seconds > 0 ? end.seconds : end.elapsed);
    const EvalEvent* best = bestEval(history.evals);
    QString losses;
    if (best)
        losses = tr("Validation loss %1 → %2; best at step %3.")
                     .arg(lossText(history.evals.front().loss), lossText(best->loss))
                     .arg(best->step);
    else if (end.trainLoss)
        losses = tr("Mean training loss %1.").arg(lossText(*end.trainLoss));
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
        word.title = tr("Stopped at step %1 of %2.").arg(word.step).arg(history.maxSteps);
        word.text = saved ? tr("The state of step %1 is saved; it can go on from there. %2")
                                .arg(history.checkpoints.back().step)
                                .arg(losses)
                          : losses;
        if (saved)
            word.actions = {WordAction::TryIt, WordAction::Continue};
        break;
    }
    case FinishReason::Failed: {
        word.code = QStringLiteral("failed");
        word.tone = WordTone::Error;
        const bool saved = !history.checkpoints.empty();
        if (const NoticeEvent* nan = nanNotice(history)) {
            word.code = QStringLiteral("nan_loss");
            word.title = tr("The loss is no longer a number (NaN) at step %1.").arg(nan->step);
            word.text = saved ? tr("Stopped; the state of step %1 is safe.").arg(history.checkpoints.back().step)
                              : tr("Stopped before anything was saved.");
            word.more = tr("A lower learning rate, half of it to begin with, usually mends this.");
            word.actions = {WordAction::ShowSettings};
            break;
        }
        word.title = newestStep(history) == 0 && history.steps.empty()
                         ? tr("Training did not start.")
                         : tr("Training broke off at step %1.").arg(newestStep(history));
        word.text = fromUtf8(end.message);
        word.more = fromUtf8(end.hint);
        if (saved)
            word.more += (word.more.isEmpty() ? QString() : QStringLiteral(" ")) +
                         tr("The state of step %1 is safe.").arg(history.checkpoints.back().step);
        word.actions = {end.subject == "model"  ? WordAction::ShowModel
                        : end.subject == "data" ? WordAction::ShowData
                                                : WordAction::ShowSettings};
        if (saved)
            word.actions.push_back(WordAction::Continue);
        break;
    }
    }
    return word;
}

RunWord RunWords::judged(const RunHistory& history)
{
    const std::vector<EvalEvent>& evals = history.evals;
    const std::vector<StepEvent>& steps = history.steps;
    const QString onGoing = tr("You may work in other pages or cover this window; training goes on. Closing the window "
                               "asks first, then saves.");
    RunWord word{newestStep(history), WordTone::Info, QStringLiteral("begun")};
    word.more = onGoing;

    if (steps.empty()) {
        word.title = tr("About to begin.");
        word.text = evals.empty() ? tr("Step 0, before any training, is written down first.")
                                  : tr("Before training, the loss on the text kept aside (validation) is %1.")
                                        .arg(lossText(evals.back().loss));
        return word;
    }
    if (evals.size() >= 2) {
        const EvalEvent& newest = evals.back();
        const EvalEvent& before = evals[evals.size() - 2];
        const EvalEvent* best = bestEval(evals);
        word.step = newest.step;
        const size_t sinceBest = best ? size_t(&newest - best) : 0;
        // Two checks in a row that are worse, and by more than their own flutter: not one unlucky check.
        if (best && sinceBest >= 2 && newest.loss > best->loss * 1.005 && before.loss > best->loss) {
            word.tone = WordTone::Warning;
            if (best->step == 0) {
                word.code = QStringLiteral("rising");
                word.title = tr("It gets worse instead of better.");
                word.text = tr("Validation loss has risen since the start: %1 to %2. The learning rate is probably too "
                               "high.")
                                .arg(lossText(best->loss), lossText(newest.loss));
                word.more.clear();
                word.actions = {WordAction::ShowSettings, WordAction::GoOn};
                return word;
            }
            word.code = QStringLiteral("overfitting");
            word.title = tr("It begins to learn by heart (overfitting).");
            word.text = tr("Validation loss has risen since step %1: %2 to %3.")
                            .arg(best->step)
                            .arg(lossText(best->loss), lossText(newest.loss));
            word.more = tr("Training loss still falls, but new texts will not get better any more. The best state, "
                           "step %1, is kept.")
                            .arg(best->step);
            word.actions = {WordAction::KeepBest, WordAction::GoOn};
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
            word.code = QStringLiteral("level");
            word.title = tr("Little changes now.");
            word.text = tr("The loss on the text kept aside (validation) stays near %1; best %2 at step %3.")
                            .arg(lossText(newest.loss), best ? lossText(best->loss) : QStringLiteral("–"))
                            .arg(best ? best->step : 0);
        }
        return word;
    }
    if (steps.size() < 20) {
        word.title = tr("It has begun.");
        word.text = tr("Too early to say: the first steps always leap about.");
        return word;
    }
    const size_t tenth = std::clamp<size_t>(steps.size() / 5, 5, 50);
    const double first = meanLoss(steps, tenth, tenth), last = meanLoss(steps, steps.size(), tenth);
    word.step = steps.back().step;
    if (last > first * 1.05) {
        word.code = QStringLiteral("rising");
        word.tone = WordTone::Warning;
        word.title = tr("It gets worse instead of better.");
        word.text = tr("Training loss has risen from %1 to %2. The learning rate is probably too high.")
                        .arg(lossText(first), lossText(last));
        word.actions = {WordAction::ShowSettings, WordAction::GoOn};
    } else if (last < first) {
        word.code = QStringLiteral("going_well");
        word.tone = WordTone::Good;
        word.title = tr("Going well.");
        word.text = evals.empty()
                        ? tr("Training loss falls: %1 at first, %2 now. No text is kept aside, so whether it learns by "
                             "heart cannot be seen.")
                              .arg(lossText(first), lossText(last))
                        : tr("Training loss falls: %1 at first, %2 now. The next check on the text kept aside "
                             "(validation) is still to come.")
                              .arg(lossText(first), lossText(last));
    } else {
        word.code = QStringLiteral("level");
        word.title = tr("Little changes now.");
        word.text = tr("Training loss stays near %1.").arg(lossText(last));
    }
    return word;
}

RunWord RunWords::fromNotice(const NoticeEvent& notice, const RunHistory& history)
{
    RunWord word{notice.step, WordTone::Info, fromUtf8(notice.code)};
    if (notice.level != NoticeLevel::Info)
        word.tone = notice.level == NoticeLevel::Error ? WordTone::Error : WordTone::Warning;
    if (notice.code == "nan_loss") {
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

std::vector<RunWord> RunWords::all(const RunHistory& history, bool running)
{
    std::vector<RunWord> words{now(history, running)};
    for (auto notice = history.notices.rbegin(); notice != history.notices.rend(); ++notice) {
        RunWord word = fromNotice(*notice, history);
        if (word.code != words.front().code)
            words.push_back(std::move(word));
    }
    return words;
}

RunWord RunWords::newest(const RunHistory& history, bool running)
{
    std::vector<RunWord> words = all(history, running);
    RunWord& now = words.front();
    if (history.finished || history.paused || !running || words.size() < 2)
        return now;
    const bool notice = words[1].step > now.step || (words[1].step == now.step && words[1].tone > now.tone);
    return notice ? words[1] : now;
}

QString RunWords::actionText(WordAction action)
{
    switch (action) {
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
        return tr("Continue from there");
    case WordAction::OpenFolder:
        return tr("Open folder");
    }
    return {};
}

} // namespace fettle::ui
