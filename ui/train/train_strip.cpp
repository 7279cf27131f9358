// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/train_strip.h"

#include "core/base/passes.h"
#include "ui/bench/run_pace.h"
#include "ui/look/words.h"
#include "ui/parts/badges.h"
#include "ui/parts/label.h"
#include "ui/parts/rows.h"

#include <QLocale>
#include <algorithm>

namespace fettle::ui
{

QString epochsText(const RunHistory& history)
{
    const auto text = [](double epochs) { return QString::fromStdString(passesText(epochs)); };
    const double done = history.steps.empty() ? 0 : history.steps.back().epoch;
    if (history.maxSteps <= 0 || !history.started || history.started->stepsPerEpoch <= 0)
        return text(done);
    const double planned = double(history.maxSteps) / double(history.started->stepsPerEpoch);
    return TrainStrip::tr("%1 of %2").arg(text(std::min(done, planned)), text(planned));
}

TrainStrip::TrainStrip(QWidget* parent) : Card({}, {}, parent)
{
    setAccessibleName(tr("Progress"));
    setBodyMargins(16, 8, 16, 9);
    auto* row = makeRow(nullptr, 18);
    m_progress = new QWidget(this);
    auto* column = makeColumn(m_progress, 5);
    auto* head = makeRow(nullptr, 8);
    m_mark = new StepMark(Mark::Arc, m_progress);
    m_state = new ElidedLabel({}, Type::BodyStrong, Ink::Text, m_progress);
    m_percent = new Label({}, Type::MonoBig, Ink::Text, m_progress);
    m_percent->setAlignment(Qt::AlignRight);
    head->addWidget(m_mark);
    head->addWidget(m_state, 1);
    head->addWidget(m_percent);
    column->addLayout(head);
    m_bar = new Bar(m_progress);
    column->addWidget(m_bar);
    row->addWidget(m_progress, 1);
    const QString captions[ItemCount] = {tr("optimizer steps"), tr("epochs"), tr("gone"), tr("left"),
                                         tr("tokens/s"),        tr("memory")};
    for (const QString& caption : captions) {
        auto* line = new Line(Qt::Vertical, this);
        row->addWidget(line);
        m_lines.push_back(line);
        auto* figure = new Figure(QStringLiteral("–"), caption, this);
        row->addWidget(figure);
        m_figures.push_back(figure);
    }
    body()->addLayout(row);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void TrainStrip::setNumber(Item item, const QString& number)
{
    m_wanted[item] = !number.isEmpty();
    m_figures[size_t(item)]->setNumber(number);
}

void TrainStrip::clear()
{
    m_mark->setMark(Mark::Ring, 0);
    m_state->setText({});
    m_percent->clear();
    m_bar->setValue(0);
    for (int item = 0; item < ItemCount; ++item)
        setNumber(Item(item), item == Steps ? QStringLiteral("–") : QString());
    arrange();
}

void TrainStrip::show(const RunHistory& history, State state, const QString& activity, uint64_t memory)
{
    const bool live =
        state == State::Preparing || state == State::Training || state == State::Pausing || state == State::Elsewhere;
    const bool done = state == State::Finished || state == State::FinishedInTrouble;
    const int64_t step = history.steps.empty() ? 0 : history.steps.back().step;
    const double fraction = history.maxSteps > 0 ? double(step) / double(history.maxSteps) : 0;
    QString words;
    Mark mark = Mark::Arc;
    switch (state) {
    case State::Preparing:
        words = tr("Getting ready");
        break;
    case State::Training:
        words = tr("Training");
        break;
    case State::Elsewhere:
        words = tr("Training elsewhere");
        break;
    case State::Pausing:
        words = tr("Pausing");
        break;
    case State::Paused:
        words = tr("Paused");
        mark = Mark::Bars;
        break;
    case State::Finished:
        words = history.finished && history.finished->reason == FinishReason::EarlyStop ? tr("Finished early")
                                                                                        : tr("Finished");
        mark = Mark::Tick;
        break;
    case State::FinishedInTrouble:
        words = tr("Finished, not well");
        mark = Mark::Warning;
        break;
    case State::Stopped:
        words = tr("Stopped");
        mark = Mark::Ring;
        break;
    case State::CutOff:
        words = tr("Cut off");
        mark = Mark::Warning;
        break;
    case State::Failed:
        words = tr("Failed");
        mark = Mark::Alert;
        break;
    }
    if (live && !activity.isEmpty())
        words += QStringLiteral(" · ") + activity;
    m_mark->setMark(mark, fraction);
    m_state->setText(words);
    m_percent->setMinimumWidth(m_percent->fontMetrics().horizontalAdvance(percentText(1)));
    m_percent->setText(percentText(fraction));
    m_bar->setInk(state == State::FinishedInTrouble ? Ink::Warning : Ink::Accent);
    m_bar->setValue(fraction);
    m_bar->setAccessibleName(tr("%1, %2").arg(words, percentText(fraction)));

    const QLocale locale;
    setNumber(Steps,
              history.maxSteps > 0
                  ? tr("%1 of %2").arg(locale.toString(qlonglong(step)), locale.toString(qlonglong(history.maxSteps)))
                  : QStringLiteral("–"));
    setNumber(Epochs, epochsText(history));
    const double gone = history.finished && history.finished->seconds > 0 ? history.finished->seconds
                        : history.steps.empty()                           ? 0
                                                                          : history.steps.back().elapsed;
    setNumber(Gone, clockText(gone));
    const bool goesOn = live || state == State::Paused;
    setNumber(Left, goesOn ? aboutText(secondsLeft(history)) : QString());
    double tokens = 0, seconds = 0;
    const size_t window = done ? history.steps.size() : std::min<size_t>(20, history.steps.size());
    for (size_t i = history.steps.size() - window; i < history.steps.size(); ++i) {
        tokens += double(history.steps[i].tokens);
        seconds += history.steps[i].seconds;
    }
    setNumber(Speed, seconds > 0 ? locale.toString(qlonglong(tokens / seconds)) : QStringLiteral("–"));
    setNumber(Memory, goesOn && memory > 0 ? tr("%1 GB").arg(double(memory) / 1e9, 0, 'f', 2) : QString());
    arrange();
}

void TrainStrip::setProjector(bool on)
{
    m_projector = on;
    arrange();
}

void TrainStrip::resizeEvent(QResizeEvent* event)
{
    Card::resizeEvent(event);
    arrange();
}

void TrainStrip::arrange()
{
    // A narrow window keeps the figures that matter most; none is squeezed.
    static constexpr Item order[] = {Steps, Left, Gone, Speed, Epochs, Memory};
    int room = width() - px(16) * 2 - std::max(px(230), m_progress->minimumSizeHint().width() + px(60));
    bool shown[ItemCount] = {};
    for (Item item : order) {
        if (!m_wanted[item] || (m_projector && (item == Gone || item == Epochs || item == Memory)))
            continue;
        room -= m_figures[size_t(item)]->sizeHint().width() + 37;
        if (room < 0)
            break;
        shown[item] = true;
    }
    for (int i = 0; i < ItemCount; ++i) {
        m_figures[size_t(i)]->setVisible(shown[i]);
        m_lines[size_t(i)]->setVisible(shown[i]);
        m_figures[size_t(i)]->layout()->activate();
    }
    layout()->activate(); // at once: the charts paint before the event loop lays out, and a longer figure would be cut
}

} // namespace fettle::ui
