// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/home/demo_tile.h"

#include "core/base/files.h"
#include "ui/parts/serif_label.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QVBoxLayout>

namespace fettle::ui
{

DemoWords readDemoWords(const QString& name)
{
    QFile file(
        QString::fromStdString((resourceFolder() / "demos" / (name.toStdString() + ".before-after.json")).string()));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject object = QJsonDocument::fromJson(file.readAll()).object();
    return {object.value(QLatin1String("before")).toString(), object.value(QLatin1String("after")).toString()};
}

namespace
{
/// Words that stand at the same place and are not the same are the ones that the model filled in.
void markFills(DemoWords& words)
{
    QStringList before = words.before.split(QLatin1Char(' ')), after = words.after.split(QLatin1Char(' '));
    if (before.size() != after.size() || words.before.contains(QLatin1String("**")))
        return;
    for (qsizetype i = 0; i < before.size(); ++i) {
        if (before[i] == after[i])
            continue;
        before[i] = QStringLiteral("**%1**").arg(before[i]);
        after[i] = QStringLiteral("**%1**").arg(after[i]);
    }
    words.before = before.join(QLatin1Char(' '));
    words.after = after.join(QLatin1Char(' '));
}
} // namespace

DemoTile::DemoTile(const QString& name, const QString& title, const QString& goal, bool masked, QWidget* parent)
    : ChoiceTile(title, goal, parent), m_name(name), m_goal(goal), m_words(readDemoWords(name))
{
    if (masked)
        markFills(m_words);
    addWords(masked ? tr("How it fills the blank now") : tr("What it writes now"), m_words.before, false);
    addWords(masked ? tr("How it fills it after training") : tr("What it writes after training"), m_words.after, true);
    body()->addStretch(1);
    setTime({});
}

void DemoTile::setTime(const QString& words)
{
    // On a line of its own: behind goals of different length it would wrap in one tile and not in the other.
    // It is there before it is known: nothing moves when it comes.
    setLine(m_goal + QLatin1Char('\n') + (words.isEmpty() ? QString(QChar::Nbsp) : words));
}

void DemoTile::addWords(const QString& caption, const QString& text, bool after)
{
    if (text.isEmpty())
        return;
    auto* head = new Label(caption, Type::Help, after ? Ink::Accent : Ink::Text2, this);
    auto* words = new SerifLabel(Type::SerifSmall, after ? Ink::Text : Ink::Text2, this, 21);
    words->setWords({}, text);
    for (QWidget* widget : {static_cast<QWidget*>(head), static_cast<QWidget*>(words)})
        widget->setAttribute(Qt::WA_TransparentForMouseEvents);
    body()->addSpacing(4);
    body()->addWidget(head);
    body()->addWidget(words);
}

} // namespace fettle::ui
