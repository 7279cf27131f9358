// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/prompt_chips.h"

#include "ui/look/fonts.h"
#include "ui/look/theme.h"
#include "ui/parts/button.h"
#include "ui/parts/flow_layout.h"

#include <QAction>
#include <QFontMetrics>
#include <QKeyEvent>
#include <QLineEdit>
#include <algorithm>

namespace fettle::ui
{

namespace
{
/// Without the lines that all prompts begin and end with: those of a conversation's form say nothing of one.
QStringList tellingParts(const QStringList& prompts)
{
    QList<QStringList> lines;
    for (const QString& prompt : prompts)
        lines << prompt.split(QLatin1Char('\n'));
    const auto dropShared = [&lines](auto line, auto drop) {
        const auto isShared = [&](const QStringList& of) { return of.size() > 1 && line(of) == line(lines.front()); };
        while (lines.size() > 1 && std::all_of(lines.begin(), lines.end(), isShared))
            std::for_each(lines.begin(), lines.end(), drop);
    };
    dropShared([](const QStringList& of) { return of.front(); }, [](QStringList& of) { of.removeFirst(); });
    dropShared([](const QStringList& of) { return of.back(); }, [](QStringList& of) { of.removeLast(); });
    QStringList parts;
    for (const QStringList& left : lines)
        parts << left.join(QLatin1Char(' '));
    return parts;
}

QString chipText(const QString& prompt)
{
    QString line = prompt.simplified();
    line.replace(QLatin1Char('&'), QLatin1String("&&"));
    // Prompts of one text often begin alike: the end tells them apart.
    return QFontMetrics(ui::font(Type::Button)).elidedText(line, Qt::ElideMiddle, px(150));
}
} // namespace

PromptChips::PromptChips(QWidget* parent) : QWidget(parent), m_flow(new FlowLayout(this, 7))
{
    setAccessibleName(tr("Prompts"));
    m_field = new QLineEdit(this);
    m_field->setClearButtonEnabled(false);
    m_field->setMinimumWidth(px(170));
    m_field->setAccessibleName(tr("New prompt"));
    m_field->installEventFilter(this);
    setSize(m_field, ControlSize::Small);
    m_plus = makeIconButton(QStringLiteral("plus"), tr("Add this prompt"), this);
    connect(m_field, &QLineEdit::returnPressed, this, &PromptChips::add);
    connect(m_plus, &QPushButton::clicked, this, [this] { m_field->text().isEmpty() ? m_field->setFocus() : add(); });
    setPlaceholder(tr("a beginning of a text"));
    connect(&Theme::instance(), &Theme::changed, this, &PromptChips::rebuild);
    rebuild();
}

void PromptChips::setPrompts(const QStringList& prompts)
{
    if (prompts == m_prompts)
        return;
    m_prompts = prompts;
    m_current = std::clamp(m_current, 0, std::max(0, int(prompts.size()) - 1));
    rebuild();
}

void PromptChips::setCurrent(int index)
{
    m_current = index;
    for (size_t i = 0; i < m_chips.size(); ++i)
        m_chips[i]->setChecked(int(i) == index);
}

void PromptChips::setEditable(bool editable)
{
    if (editable == m_editable)
        return;
    m_editable = editable;
    rebuild();
}

void PromptChips::setPlaceholder(const QString& text)
{
    m_field->setPlaceholderText(text);
}

void PromptChips::rebuild()
{
    while (QLayoutItem* item = m_flow->takeAt(0))
        delete item;
    for (QPushButton* chip : m_chips) {
        chip->hide();
        chip->deleteLater(); // one that is pressed is still in its own signal
    }
    m_chips.clear();
    const QStringList parts = tellingParts(m_prompts);
    for (int i = 0; i < m_prompts.size(); ++i) {
        QPushButton* chip = makeButton(chipText(parts[i]), Look::Choice, ControlSize::Small, {}, this);
        chip->setCheckable(true);
        chip->setChecked(!m_editable && i == m_current);
        chip->setToolTip(m_prompts[i]);
        chip->setAccessibleName(tr("Prompt: %1").arg(m_prompts[i]));
        connect(chip, &QPushButton::clicked, this, [this, i] {
            setCurrent(m_editable ? -1 : i);
            Q_EMIT chosen(i);
        });
        if (m_editable) {
            auto* away = new QAction(tr("Take away"), chip);
            connect(away, &QAction::triggered, this, [this, i] { remove(i); });
            chip->addAction(away);
            chip->setContextMenuPolicy(Qt::ActionsContextMenu);
            chip->setIcon({});
            setButtonIcon(chip, QStringLiteral("close"));
            chip->setProperty("fettleIconBehind", true);
            chip->setCheckable(false);
            chip->setAccessibleDescription(tr("Press to take it away"));
            connect(chip, &QPushButton::clicked, this, [this, i] { remove(i); });
        }
        m_flow->addWidget(chip);
        chip->show();
        setTabOrder(m_chips.empty() ? static_cast<QWidget*>(this) : m_chips.back(), chip); // not behind all else
        m_chips.push_back(chip);
    }
    m_flow->addWidget(m_field);
    m_flow->addWidget(m_plus);
    m_field->setVisible(m_editable);
    m_plus->setVisible(m_editable);
    updateGeometry();
}

void PromptChips::add()
{
    const QString text = m_field->text();
    if (text.trimmed().isEmpty() || m_prompts.contains(text))
        return;
    m_field->clear();
    m_prompts << text;
    rebuild();
    m_field->setFocus();
    Q_EMIT promptsEdited(m_prompts);
}

void PromptChips::remove(int index)
{
    if (index < 0 || index >= m_prompts.size())
        return;
    m_prompts.removeAt(index);
    rebuild();
    Q_EMIT promptsEdited(m_prompts);
}

bool PromptChips::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape && !m_field->text().isEmpty()) {
        m_field->clear();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace fettle::ui
