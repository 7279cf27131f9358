// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/train_notices.h"

#include "ui/parts/button.h"
#include "ui/parts/label.h"
#include "ui/parts/notice_bar.h"
#include "ui/parts/rows.h"

#include <QResizeEvent>
#include <QScrollArea>
#include <algorithm>

namespace fettle::ui
{

namespace
{

NoticeBar::Kind kindOf(WordTone tone)
{
    switch (tone) {
    case WordTone::Warning:
        return NoticeBar::Warning;
    case WordTone::Error:
        return NoticeBar::Error;
    case WordTone::Good:
        return NoticeBar::Good;
    case WordTone::Info:
    case WordTone::Paused:
        break;
    }
    return NoticeBar::Tip;
}

/// All notices in a small window of its own that closes by itself.
class NoticeList : public QFrame
{
public:
    NoticeList(const std::vector<RunWord>& words, QWidget* parent) : QFrame(parent, Qt::Popup)
    {
        setAttribute(Qt::WA_DeleteOnClose);
        setFrameShape(QFrame::StyledPanel);
        setAccessibleName(TrainNotices::tr("All notices"));
        auto* outer = new QVBoxLayout(this);
        outer->setContentsMargins(1, 1, 1, 1);
        auto* scroll = new QScrollArea(this);
        scroll->setFrameShape(QFrame::NoFrame);
        scroll->setWidgetResizable(true);
        auto* inner = new QWidget(scroll);
        auto* column = makeColumn(inner, 8, {10, 10, 10, 10});
        for (const RunWord& word : words) {
            auto* step = new Label(TrainNotices::tr("step %1").arg(word.step), Type::Mono, Ink::Text2, inner);
            auto* bar = new NoticeBar(inner);
            bar->say(kindOf(word.tone), word.title, word.text, word.more);
            column->addWidget(step);
            column->addWidget(bar);
        }
        column->addStretch(1);
        scroll->setWidget(inner);
        outer->addWidget(scroll);
    }
};

} // namespace

TrainNotices::TrainNotices(QWidget* parent) : QWidget(parent)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_bar = new NoticeBar(this);
    column->addWidget(m_bar);
    connect(&Theme::instance(), &Theme::changed, this, &TrainNotices::measureAnew);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
}

void TrainNotices::startAnew()
{
    m_dismissed.clear();
    m_failure.reset();
    m_words.clear();
    m_height = 0;
    say({});
}

void TrainNotices::setFailure(const Problem& problem, bool goesOn)
{
    RunWord word{0, WordTone::Error, QStringLiteral("start_failed")};
    word.title = goesOn ? tr("The run did not go on.") : tr("Training did not start.");
    word.text = problem.message;
    word.more = problem.hint;
    word.actions = {showActionOf(problem.subject), WordAction::GoOn};
    m_failure = word;
    m_failedFor = problem.subject;
    say(word);
}

void TrainNotices::show(const RunHistory& history, bool running, bool here)
{
    m_words = RunWords::all(history, running, m_dismissed);
    if (m_failure) {
        say(*m_failure);
        return;
    }
    RunWord word = RunWords::newest(history, running, m_dismissed);
    if (!here)
        std::erase_if(word.actions, [](WordAction action) {
            return action == WordAction::KeepBest || action == WordAction::Resume || action == WordAction::GoOn ||
                   action == WordAction::StopAndStartAgain;
        });
    if (m_dismissed.contains(word.code)) {
        // The person has read it and went on: it stays readable, without alarm.
        word.tone = WordTone::Info;
        std::erase(word.actions, WordAction::GoOn);
    }
    say(word);
}

void TrainNotices::say(const RunWord& word)
{
    const QString key = QStringLiteral("%1|%2|%3|%4").arg(word.title, word.text, word.more).arg(int(word.tone));
    bool isNew = offer(word);
    if (key != m_key) {
        m_key = key;
        m_bar->say(kindOf(word.tone), word.title, word.text, word.more);
        isNew = true;
    }
    if (isNew) // after an error nothing follows that would leap
        word.tone == WordTone::Error ? measureAnew() : keepHeight();
}

bool TrainNotices::offer(const RunWord& word)
{
    QString key = QStringLiteral("%1|%2|%3|%4").arg(word.code).arg(word.rate).arg(word.fromStep).arg(m_words.size());
    for (WordAction action : word.actions)
        key += QStringLiteral("|%1").arg(int(action));
    if (key == m_buttonsKey)
        return false; // one that is being pressed stays
    m_buttonsKey = key;
    m_bar->clearButtons();
    // Many buttons beside the words would squeeze them.
    const bool isBelow = word.actions.size() + (m_words.size() > 1 ? 1 : 0) > 3;
    const auto add = [&](QPushButton* button) {
        isBelow ? m_bar->addBelow(button) : m_bar->buttons()->addWidget(button);
        button->show(); // or the height is that of a bar without it
    };
    for (WordAction action : word.actions) {
        QPushButton* button =
            makeButton(RunWords::actionText(action, word), Look::Outlined, ControlSize::Small, {}, m_bar);
        connect(button, &QPushButton::clicked, this, [this, action, rate = word.rate, code = word.code] {
            if (m_failure && action != WordAction::GoOn) {
                Q_EMIT mendWanted(m_failedFor);
                return;
            }
            if (action == WordAction::GoOn) {
                m_dismissed.insert(code);
                m_failure.reset();
                m_key.clear();
                m_buttonsKey.clear();
            }
            Q_EMIT wanted(action, rate);
        });
        add(button);
    }
    if (m_words.size() > 1) {
        m_all = makeButton(tr("All notices (%1)").arg(m_words.size()), Look::Outlined, ControlSize::Small, {}, m_bar);
        connect(m_all, &QPushButton::clicked, this, &TrainNotices::openAll);
        add(m_all);
    }
    return true;
}

void TrainNotices::keepHeight()
{
    // The charts above would leap with every sentence that takes a line less.
    m_bar->layout()->activate(); // or it answers for the words before
    m_bar->setMinimumHeight(m_height = std::max(m_height, m_bar->heightForWidth(width())));
}

void TrainNotices::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (event->size().width() != event->oldSize().width())
        measureAnew();
}

void TrainNotices::measureAnew()
{
    m_height = 0;
    m_bar->setMinimumHeight(0);
    keepHeight();
}

void TrainNotices::openAll()
{
    auto* list = new NoticeList(m_words, this);
    const int height = std::min(px(420), px(90) * int(m_words.size()) + px(24));
    list->resize(std::min(px(560), width()), height);
    list->move(mapToGlobal(QPoint(width() - list->width(), -height - px(4))));
    list->show();
}

} // namespace fettle::ui
