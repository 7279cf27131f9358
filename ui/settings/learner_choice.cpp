// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/learner_choice.h"

#include "ui/look/words.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"
#include "ui/parts/segmented_control.h"

#include <QEvent>
#include <QHBoxLayout>

namespace fettle::ui
{

LearnerChoice::LearnerChoice(QWidget* parent) : QWidget(parent)
{
    auto* row = makeRow(this, px(12));
    auto* title = new Label(tr("What learns"), Type::BodyStrong, Ink::Text, this);
    row->addWidget(title);
    m_control = new SegmentedControl({tr("The whole model"), tr("A small addition (LoRA)")}, this);
    m_control->setAccessibleName(title->text());
    row->addWidget(m_control);
    m_words = (new Label({}, Type::Help, Ink::Text2, this))->wrapped();
    row->addWidget(m_words, 1);
    keepRoom();
    connect(m_control, &SegmentedControl::chosen, this,
            [this](int index) { Q_EMIT chosen(index == 0 ? Learner::Model : Learner::Adapter); });
    showWords();
}

TrainArgs LearnerChoice::changedTo(Learner wanted, const TrainArgs& arguments, const PresetBasis& basis)
{
    const TrainArgs changed =
        withLearner(arguments, basis, wanted, m_rate ? std::optional(m_rate->before) : std::nullopt);
    m_rate.reset();
    if (changed.learning_rate != arguments.learning_rate)
        m_rate = RateChange{wanted, arguments.learning_rate, changed.learning_rate};
    return changed;
}

void LearnerChoice::setLearner(Learner learner, bool isFixed, double rate)
{
    if (m_rate && (m_rate->learner != learner || m_rate->after != rate))
        m_rate.reset(); // a person set another one
    m_learner = learner;
    m_isFixed = isFixed;
    m_control->setCurrent(learner == Learner::Model ? 0 : 1);
    m_control->setChoiceEnabled(0, !isFixed);
    showWords();
}

void LearnerChoice::setCounts(int64_t trained, int64_t all)
{
    m_trained = trained;
    m_all = all;
    showWords();
}

void LearnerChoice::keepRoom()
{
    m_words->setMinimumHeight(2 * QFontMetrics(ui::font(Type::Help)).lineSpacing());
}

void LearnerChoice::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        keepRoom();
}

void LearnerChoice::showWords()
{
    const bool isAdapter = m_learner == Learner::Adapter;
    QString words = m_isFixed   ? tr("The chosen model is an addition: it learns on, its base stays as it is.")
                    : isAdapter ? tr("The model stays as it is: less memory, small files.")
                                : tr("Every number of the model may change.");
    if (isAdapter && m_trained > 0 && m_all > m_trained)
        words += QLatin1Char(' ') +
                 tr("What learns beside it is %1 % of all numbers.")
                     .arg(QString::number(100.0 * static_cast<double>(m_trained) / static_cast<double>(m_all), 'g', 2));
    if (m_rate)
        words += QLatin1Char(' ') + (isAdapter ? tr("Learning rate set to %1, as is usual for LoRA; it was %2.")
                                               : tr("Learning rate set to %1 for the whole model; it was %2."))
                                        .arg(rateText(m_rate->after), rateText(m_rate->before));
    m_words->setText(words);
}

} // namespace fettle::ui
