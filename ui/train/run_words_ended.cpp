// SPDX-License-Identifier: GPL-3.0-or-later
// What a run came to, in plain words.
#include "ui/bench/run_trouble.h"
#include "ui/look/words.h"
#include "ui/train/run_words.h"

#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{

const NoticeEvent* nanNotice(const RunHistory& history)
{
    for (auto notice = history.notices.rbegin(); notice != history.notices.rend(); ++notice)
        if (notice->code == NoticeCode::NanLoss || notice->code == NoticeCode::NanGradient)
            return &*notice;
    return nullptr;
}

} // namespace

QString RunWords::inVain(const RunHistory& history)
{
    const int64_t steps = stepsInVain(history);
    if (steps <= 0)
        return {};
    // By heart is only what is known ever better: a run that fell apart did not learn even that.
    constexpr size_t few = 10;
    const auto upTo = std::upper_bound(history.steps.begin(), history.steps.end(), history.best()->step,
                                       [](int64_t step, const StepEvent& event) { return step < event.step; });
    constexpr double clearly = 0.98; // less is chance
    const bool byHeart = meanLoss(history.steps, history.steps.size(), few) <
                         clearly * meanLoss(history.steps, size_t(upTo - history.steps.begin()), few);
    const QString words = byHeart ? tr("The last %1 of its %2 steps made it learn by heart.")
                                  : tr("The last %1 of its %2 steps did not help.");
    return words.arg(countText(steps), countText(history.lastStep()));
}

QString RunWords::trainingLosses(const RunHistory& history)
{
    const double first = firstLoss(history.steps), last = meanLoss(history.steps, history.steps.size(), 1);
    if (!std::isfinite(first) || !std::isfinite(last))
        return {};
    QString words = tr("Training loss %1 → %2").arg(lossText(first), lossText(last));
    if (history.finished && history.finished->trainLoss)
        words += tr(" (mean of all steps %1)").arg(lossText(*history.finished->trainLoss));
    return words + QLatin1Char('.');
}

QString RunWords::losses(const RunHistory& history)
{
    const EvalEvent* best = history.best();
    if (!best)
        return trainingLosses(history);
    if (history.lastStep() > 0 && history.evals.back().step == 0)
        return tr("Validation loss %1 before training, not checked since. %2")
            .arg(lossText(best->loss), trainingLosses(history));
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
        return tr("Validation loss %1 → %2; best at step %3.")
            .arg(first, lossText(best->loss))
            .arg(countText(best->step));
    const QString lowest = tr("lowest, %1, at step %2").arg(lossText(best->loss)).arg(countText(best->step));
    if (!known) {
        const bool published = history.finished && history.finished->reason != FinishReason::Stopped;
        const QString words = tr("Validation loss %1 → %2; %3.").arg(first, lossText(last.loss), lowest);
        return published ? words + tr(" The journal does not say which state was saved.") : words;
    }
    const QString fate = history.isSaved(best->step) ? tr("that state lies in checkpoint-%1").arg(best->step)
                                                     : tr("that state was not kept");
    if (!model->loss)
        return tr("The model is that of step %1, which was not checked. Validation loss %2 → %3; %4: %5.")
            .arg(countText(*model->step))
            .arg(first, lossText(last.loss), lowest, fate);
    return tr("Validation loss %1 → %2, the model of step %3; %4: %5.")
        .arg(first, lossText(*model->loss))
        .arg(countText(*model->step))
        .arg(lowest, fate);
}

QString RunWords::rightTokens(const RunHistory& history)
{
    const std::optional<TrainedModel> model = history.trained();
    const auto check = std::find_if(history.evals.begin(), history.evals.end(), [&](const EvalEvent& eval) {
        return model && model->step && eval.step == *model->step && eval.accuracy;
    });
    if (check == history.evals.end())
        return {};
    const EvalEvent& first = history.evals.front();
    return first.accuracy && first.step < check->step && *first.accuracy < *check->accuracy
               ? tr("It guesses %1 of the pieces right instead of %2 (token accuracy).")
                     .arg(shareText(*check->accuracy), shareText(*first.accuracy))
               : tr("It guesses %1 of the pieces right (token accuracy).").arg(shareText(*check->accuracy));
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
    if (const QString right = rightTokens(history); !right.isEmpty())
        parts << right;
    if (!history.runFolder.empty())
        parts << (model && model->finished ? tr("Saved in %1.") : tr("There is no model in %1 any more."))
                     .arg(placeText(QString::fromStdString(history.runFolder)));
    return parts.join(QLatin1Char(' '));
}

RunWord RunWords::finished(const RunHistory& history)
{
    const FinishedEvent& end = *history.finished;
    RunWord word{std::max(end.step, history.lastStep()), WordTone::Good, QStringLiteral("finished")};
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
                                .arg(countText(history.checkpoints.back().step))
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
        if (const NoticeEvent* nan = nanNotice(history); nan != nullptr && end.subject != "model") {
            word.code = codeText(nan->code);
            word.title = (nan->code == NoticeCode::NanLoss ? tr("The loss is no longer a number (NaN) at step %1.")
                                                           : tr("The gradient is no longer a number (NaN) at step %1."))
                             .arg(countText(nan->step));
            word.text =
                saved ? tr("Stopped; the state of step %1 is safe.").arg(countText(history.checkpoints.back().step))
                      : tr("Stopped before anything was saved.");
            word.more = tr("A lower learning rate usually mends this.");
            word.actions = {WordAction::ShowSettings};
            offerRate(word, history, WordAction::StartAgain);
            break;
        }
        word.title = history.steps.empty() ? tr("Training did not start.")
                                           : tr("Training broke off at step %1.").arg(history.lastStep());
        word.text = engineWords(end.message);
        word.more = engineWords(end.hint);
        if (saved)
            word.more += (word.more.isEmpty() ? QString() : QStringLiteral(" ")) +
                         tr("The state of step %1 is safe.").arg(countText(history.checkpoints.back().step));
        word.actions = {showActionOf(QString::fromStdString(end.subject))};
        offerContinue(word, history);
        break;
    }
    }
    return word;
}

} // namespace fettle::ui
