// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/forecast_card.h"

#include "core/base/text.h"
#include "ui/look/words.h"
#include "ui/parts/badges.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/settings/parts_bar.h"
#include "ui/settings/schedule_curve.h"
#include "ui/settings/setting_text.h"

#include <QLocale>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{
QString forecastNumber(int64_t value)
{
    return QLocale().toString(static_cast<qlonglong>(value));
}

QString forecastBytes(uint64_t bytes)
{
    return QString::fromStdString(humanBytes(bytes));
}

QString times(double epochs)
{
    if (epochs == 1)
        return ForecastCard::tr("once");
    if (epochs == 2)
        return ForecastCard::tr("twice");
    if (epochs == 3)
        return ForecastCard::tr("three times");
    if (epochs == std::floor(epochs))
        return ForecastCard::tr("%1 times").arg(forecastNumber(static_cast<int64_t>(epochs)));
    return ForecastCard::tr("%1 times").arg(shortNumber(QString::number(epochs, 'g', 4)));
}

QString rowsInWords(int64_t count)
{
    return counted(count, ForecastCard::tr("1 row"), ForecastCard::tr("%1 rows"));
}

QHBoxLayout* factLine(QVBoxLayout* column, QWidget* parent)
{
    column->addWidget(new Line(Qt::Horizontal, parent));
    auto* line = makeRow(nullptr, px(5));
    column->addLayout(line);
    return line;
}
} // namespace

QString whatWillHappen(const RunConfig& config, const DataPreview& preview, Objective objective,
                       const Forecast& forecast)
{
    const TrainArgs& arguments = config.arguments;
    // A step never takes more than there is.
    const QString step = forecastNumber(
        std::clamp<int64_t>(arguments.per_device_train_batch_size * arguments.gradient_accumulation_steps, 1,
                            std::max<int64_t>(1, preview.examples)));
    const QString what = joinsRows(config.data.blocks)
                             ? counted(preview.examples, ForecastCard::tr("1 block of %2 tokens"),
                                       ForecastCard::tr("%1 blocks of %2 tokens"))
                                   .arg(forecastNumber(config.data.maxLength))
                             : rowsInWords(preview.trainRows);
    QStringList sentences;
    if (arguments.max_steps > 0)
        sentences << ForecastCard::tr("Fettle reads from %1 and corrects the model %2, each time after %3.")
                         .arg(what, times(static_cast<double>(forecast.steps)), step);
    else
        sentences << ForecastCard::tr("Fettle reads %1 %2 and corrects the model after every %3.")
                         .arg(what, times(arguments.num_train_epochs), step);
    if (objective == Objective::Masked)
        sentences << ForecastCard::tr("It hides %1 % of the words and lets the model guess them from both sides.")
                         .arg(QString::number(arguments.mlm_probability * 100, 'g', 3));
    else
        sentences << (preview.answersAlone
                          ? ForecastCard::tr(
                                "The model reads the questions and guesses each next piece of the answers.")
                          : ForecastCard::tr("The model guesses each next piece of the text."));
    if (forecast.trainedParameters < forecast.parameters)
        sentences << ForecastCard::tr("%1 numbers beside the model learn; its own %2 stay as they are.")
                         .arg(forecastNumber(forecast.trainedParameters),
                              forecastNumber(forecast.parameters - forecast.trainedParameters));
    if (forecast.checks > 0)
        sentences << (objective == Objective::Masked
                          ? ForecastCard::tr("It tests itself on %1 it never learns from, so you see whether it "
                                             "understands the text or only learns by heart.")
                          : ForecastCard::tr("It tests itself on %1 it never learns from, so you see whether it "
                                             "learns the manner or only learns by heart."))
                         .arg(rowsInWords(preview.validationRows));
    else
        sentences << ForecastCard::tr("No rows are kept aside, so nothing will show whether it only learns by heart.");
    if (arguments.early_stopping_patience > 0)
        sentences << counted(arguments.early_stopping_patience,
                             ForecastCard::tr("It ends early after a check that is no better."),
                             ForecastCard::tr("It ends early after %1 checks without a better one."));
    if (arguments.load_best_model_at_end)
        sentences << ForecastCard::tr("The best state is kept in the end.");
    return sentences.join(QLatin1Char(' '));
}

ForecastCard::ForecastCard(QWidget* parent) : Card(tr("Forecast"), {}, parent)
{
    m_badge = new StateBadge({}, StateBadge::Neutral, this);
    right()->addWidget(m_badge);
    m_missing = (new Label({}, Type::Body, Ink::Text2, this))->wrapped();
    body()->addWidget(m_missing);
    m_facts = new QWidget(this);
    body()->addWidget(m_facts);
    auto* column = makeColumn(m_facts, px(8));

    auto* head = makeRow(nullptr, px(12));
    m_time = new Label({}, Type::Hero, Ink::Text, m_facts);
    m_range = (new Label({}, Type::Body, Ink::Text2, m_facts))->wrapped();
    head->addWidget(m_time);
    head->addWidget(m_range, 1, Qt::AlignBottom);
    column->addLayout(head);
    m_parts = new PartsBar(m_facts);
    column->addWidget(m_parts);
    column->addWidget(need(tr("Memory"), m_memory, m_memoryFree, m_memoryBar, m_facts));
    column->addWidget(need(tr("Disk"), m_disk, m_diskFree, m_diskBar, m_facts));

    auto* steps = factLine(column, m_facts);
    steps->addWidget(new Label(tr("Steps"), Type::BodyStrong, Ink::Text, m_facts));
    m_steps = new Label({}, Type::MonoBig, Ink::Text, m_facts);
    m_stepsWords = (new Label({}, Type::Help, Ink::Text2, m_facts))->wrapped();
    m_stepsWords->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    steps->addStretch(1);
    steps->addWidget(m_steps);
    steps->addWidget(m_stepsWords, 100);

    auto* schedule = factLine(column, m_facts);
    schedule->addWidget(new Label(tr("Learning rate over the run"), Type::BodyStrong, Ink::Text, m_facts));
    m_scheduleWords = (new Label({}, Type::Help, Ink::Text2, m_facts))->wrapped();
    m_scheduleWords->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    schedule->addWidget(m_scheduleWords, 1);
    m_curve = new ScheduleCurve(m_facts);
    column->addWidget(m_curve);

    column->addWidget(new Line(Qt::Horizontal, m_facts));
    column->addWidget(new Label(tr("What will happen"), Type::CardTitle, Ink::Text, m_facts));
    m_story = (new Label({}, Type::Body, Ink::Text, m_facts))->wrapped();
    column->addWidget(m_story);
    body()->addStretch(1);
    setMissing(tr("Choose a model and a text first."));
}

QWidget* ForecastCard::need(const QString& name, Label*& figure, Label*& free, Bar*& bar, QWidget* parent)
{
    auto* box = new QWidget(parent);
    auto* column = makeColumn(box, px(6));
    auto* line = factLine(column, box);
    line->addWidget(new Label(name, Type::BodyStrong, Ink::Text, box));
    line->addStretch(1);
    figure = new Label({}, Type::MonoBig, Ink::Text, box);
    free = new Label({}, Type::Help, Ink::Text2, box);
    line->addWidget(figure);
    line->addWidget(free);
    bar = new Bar(box);
    bar->setAccessibleName(name);
    column->addWidget(bar);
    return box;
}

void ForecastCard::showNeed(Label* figure, Label* free, Bar* bar, uint64_t needed, uint64_t available)
{
    const bool tooMuch = available > 0 && needed > available;
    figure->setText(forecastBytes(needed));
    figure->setInk(tooMuch ? Ink::Error : Ink::Text);
    free->setText(tooMuch
                      ? tr("of %1 free: %2 missing").arg(forecastBytes(available), forecastBytes(needed - available))
                      : tr("of %1 free").arg(forecastBytes(available)));
    free->setInk(tooMuch ? Ink::Error : Ink::Text2);
    bar->setInk(tooMuch ? Ink::Error : Ink::Accent);
    bar->setValue(available > 0 ? std::min(1.0, static_cast<double>(needed) / static_cast<double>(available)) : 0);
}

void ForecastCard::setMissing(const QString& words)
{
    m_missing->setText(words);
    m_missing->show();
    m_facts->hide();
    m_badge->hide();
}

void ForecastCard::setForecast(const Forecast& forecast, const RunConfig& config, const DataPreview& preview,
                               Objective objective)
{
    m_missing->hide();
    m_facts->show();
    m_badge->show();
    if (!forecast.measured) {
        m_badge->setState(tr("rough: not yet measured"), StateBadge::Neutral);
        m_badge->setToolTip(
            tr("From a rule of thumb. The first run of a model measures how fast this computer trains it."));
    } else if (forecast.wasDisturbed) {
        m_badge->setState(tr("rough: others were at work"), StateBadge::Neutral);
        m_badge->setToolTip(
            tr("From the speed of the last run of this model on this computer, while other programs took "
               "most of the processor. The next run without them measures it well."));
    } else {
        m_badge->setState(tr("measured here"), StateBadge::Good);
        m_badge->setToolTip(tr("From the speed of the last runs of this model on this computer. It takes longer while "
                               "other programs are at work."));
    }
    const bool isRough = !forecast.measured || forecast.wasDisturbed;
    m_time->setText(isRough ? tr("≈ %1").arg(durationText(forecast.seconds)) : durationText(forecast.seconds));
    m_range->setText(tr("%1 to %2, longer while others are at work")
                         .arg(durationText(forecast.secondsLow), durationText(forecast.secondsHigh)));
    m_parts->setParts({{forecast.learningSeconds, PartsBar::Hue::Training,
                        tr("learning %1").arg(durationText(forecast.learningSeconds))},
                       {forecast.checkingSeconds, PartsBar::Hue::Validation,
                        tr("checking %1").arg(durationText(forecast.checkingSeconds))},
                       {forecast.writingSeconds, PartsBar::Hue::Neutral,
                        tr("writing %1").arg(durationText(forecast.writingSeconds))}});
    showNeed(m_memory, m_memoryFree, m_memoryBar, forecast.memoryBytes, forecast.memoryFree);
    showNeed(m_disk, m_diskFree, m_diskBar, forecast.diskBytes, forecast.diskFree);
    m_steps->setText(forecastNumber(forecast.steps));
    m_stepsWords->setText(config.arguments.max_steps > 0
                              ? tr("as set; %1 an epoch").arg(forecastNumber(forecast.stepsPerEpoch))
                          : config.arguments.num_train_epochs == 1
                              ? tr("in one epoch")
                              : tr("%1 an epoch × %2")
                                    .arg(forecastNumber(forecast.stepsPerEpoch),
                                         shortNumber(QString::number(config.arguments.num_train_epochs, 'g', 6))));
    m_scheduleWords->setText(scheduleInWords(config.arguments, forecast.steps));
    m_curve->setSchedule(config.arguments, forecast.steps, forecast.stepsPerEpoch);
    m_story->setText(whatWillHappen(config, preview, objective, forecast));
}

void ForecastCard::setRunning(double secondsGone, double secondsLeft)
{
    m_badge->setState(tr("time measured in this run"), StateBadge::Good);
    m_badge->setToolTip(tr("From the newest steps of the run that trains now."));
    m_time->setText(durationText(secondsGone + secondsLeft));
    m_range->setText(tr("%1 gone, %2 left").arg(clockText(secondsGone), aboutText(secondsLeft)));
    m_parts->setParts({{secondsGone, PartsBar::Hue::Training, tr("gone %1").arg(durationText(secondsGone))},
                       {secondsLeft, PartsBar::Hue::Neutral, tr("left %1").arg(durationText(secondsLeft))}});
}

void ForecastCard::setOutdated()
{
    m_badge->setState(tr("of the value before"), StateBadge::Warning);
    m_badge->setToolTip(tr("What stands in the form cannot be used: this counts with the last value that could."));
}

} // namespace fettle::ui
