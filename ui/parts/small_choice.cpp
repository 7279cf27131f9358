// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/small_choice.h"

#include "ui/look/style.h"
#include "ui/look/theme.h"

#include <QAbstractItemView>
#include <QSignalBlocker>
#include <QStyleOptionComboBox>
#include <QWheelEvent>
#include <algorithm>

namespace fettle::ui
{

SmallChoice::SmallChoice(const QString& name, QWidget* parent) : QComboBox(parent)
{
    setAccessibleName(name);
    setToolTip(name);
    setFocusPolicy(Qt::StrongFocus);
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    setSize(this, ControlSize::Small);
    const auto limit = [this] { setMaximumWidth(px(260)); };
    limit();
    connect(&Theme::instance(), &Theme::changed, this, limit);
    connect(this, &QComboBox::activated, this, [this](int index) { Q_EMIT valueChosen(itemData(index).toString()); });
}

void SmallChoice::offer(const std::vector<std::pair<QString, QString>>& choices, const QString& value)
{
    const QSignalBlocker quiet(this);
    std::vector<std::pair<QString, QString>> all = choices;
    const auto isValue = [&value](const auto& choice) {
        return choice.second.compare(value, Qt::CaseInsensitive) == 0;
    };
    if (value.isEmpty())
        all.insert(all.begin(), {tr("not recognised"), QString()});
    else if (std::none_of(all.begin(), all.end(), isValue))
        all.insert(all.begin(), {value, value});
    std::vector<std::pair<QString, QString>> before;
    for (int i = 0; i < count(); ++i)
        before.emplace_back(itemText(i), itemData(i).toString());
    if (all != before) { // an open list is not rebuilt under the hand
        clear();
        for (const auto& choice : all)
            addItem(choice.first, choice.second);
    }
    setCurrentIndex(static_cast<int>(std::find_if(all.begin(), all.end(), isValue) - all.begin()));
    updateGeometry();
}

void SmallChoice::setShortening(std::function<QString(const QString&)> shorten)
{
    m_shorten = std::move(shorten);
    updateGeometry();
}

QSize SmallChoice::sizeHint() const
{
    int widest = 0, widestInBox = 0;
    for (int i = 0; i < count(); ++i) {
        widest = std::max(widest, fontMetrics().horizontalAdvance(itemText(i)));
        widestInBox = std::max(widestInBox, fontMetrics().horizontalAdvance(inBox(itemText(i))));
    }
    return QComboBox::sizeHint() - QSize(widest - widestInBox, 0);
}

void SmallChoice::initStyleOption(QStyleOptionComboBox* option) const
{
    QComboBox::initStyleOption(option);
    const QRect room = style()->subControlRect(QStyle::CC_ComboBox, option, QStyle::SC_ComboBoxEditField, this);
    option->currentText = fontMetrics().elidedText(inBox(currentText()), Qt::ElideMiddle, room.width() - 2);
}

void SmallChoice::showPopup()
{
    view()->setMinimumWidth(view()->sizeHintForColumn(0) + px(24)); // each choice whole, however narrow the box
    QComboBox::showPopup();
}

void SmallChoice::wheelEvent(QWheelEvent* event)
{
    event->ignore();
}

} // namespace fettle::ui
