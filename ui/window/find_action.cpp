// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/find_action.h"

#include "ui/look/fonts.h"
#include "ui/look/icons.h"
#include "ui/look/theme.h"
#include "ui/parts/label.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace fettle::ui
{
namespace
{
constexpr int keysRole = Qt::UserRole;
constexpr int entryRole = Qt::UserRole + 1;

QString plain(QString text)
{
    return text.remove(QLatin1Char('&'));
}

/// Name at the left, keys at the right in mono.
class ActionDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {px(200), px(30)}; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const Palette& p = colors();
        if (option.state & QStyle::State_Selected)
            painter->fillRect(option.rect, p.tint);
        const QRect inner = option.rect.adjusted(px(12), 0, -px(12), 0);
        painter->setPen(p.text2);
        painter->setFont(ui::font(Type::Mono));
        painter->drawText(inner, Qt::AlignVCenter | Qt::AlignRight, index.data(keysRole).toString());
        painter->setPen(p.text);
        painter->setFont(ui::font(Type::Body));
        painter->drawText(inner, Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
    }
};

/// 0: no match; higher: better.
int score(const QString& path, const QStringList& words)
{
    int total = 1;
    for (const QString& word : words) {
        const qsizetype at = path.indexOf(word, 0, Qt::CaseInsensitive);
        if (at < 0)
            return 0;
        total += at == 0 || !path[at - 1].isLetterOrNumber() ? 10 : 1;
    }
    return total;
}
} // namespace

FindAction::FindAction(QMenuBar* menus, QWidget* window)
    : QFrame(window, Qt::Popup), m_menus(menus), m_field(new QLineEdit(this)), m_list(new QListWidget(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 10, 10, 10);
    column->addWidget(m_field);
    column->addWidget(m_list, 1);
    m_nothing = (new Label({}, Type::Body, Ink::Text2, this))->wrapped();
    m_nothing->setContentsMargins(px(12), px(8), px(12), px(8));
    m_nothing->hide();
    column->addWidget(m_nothing);
    m_field->setPlaceholderText(tr("What do you want to do?"));
    m_field->setAccessibleName(tr("Find an action"));
    m_field->addAction(icon(QStringLiteral("search"), Ink::Text2), QLineEdit::LeadingPosition);
    m_field->installEventFilter(this);
    m_list->setItemDelegate(new ActionDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setAccessibleName(tr("Actions"));
    connect(m_field, &QLineEdit::textChanged, this, &FindAction::filter);
    connect(m_field, &QLineEdit::returnPressed, this, &FindAction::activate);
    connect(m_list, &QListWidget::itemClicked, this, &FindAction::activate);
}

void FindAction::open()
{
    m_entries.clear();
    collect(m_menus->actions(), {});
    m_entries += m_places;
    m_field->clear();
    filter({});
    QWidget* window = parentWidget();
    const int top = std::min(m_menus->height() + px(40), window->height() / 10);
    resize(std::min(px(460), window->width() - 20), std::min(px(380), window->height() - top - 20));
    move(window->mapToGlobal(QPoint((window->width() - width()) / 2, top)));
    show();
    m_field->setFocus(Qt::PopupFocusReason);
}

void FindAction::collect(const QList<QAction*>& actions, const QString& path)
{
    for (QAction* action : actions) {
        if (action->isSeparator() || !action->isVisible())
            continue;
        const QString name =
            path.isEmpty() ? plain(action->text()) : path + QStringLiteral(" › ") + plain(action->text());
        if (action->menu())
            collect(action->menu()->actions(), name);
        else if (action->isEnabled())
            m_entries << Entry{
                name, {}, action->shortcut().toString(QKeySequence::NativeText), [action] { action->trigger(); }};
    }
}

void FindAction::addPlace(const QString& path, const QString& alsoCalled, std::function<void()> open)
{
    m_places << Entry{path, alsoCalled, {}, std::move(open)};
}

QString FindAction::nothingFound() const
{
    return m_list->count() > 0 ? QString() : m_nothing->text();
}

void FindAction::filter(const QString& typed)
{
    const QStringList words = typed.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    QList<std::pair<int, qsizetype>> found;
    for (qsizetype i = 0; i < m_entries.size(); ++i) {
        const Entry& entry = m_entries[i];
        if (words.isEmpty() && entry.keys.isEmpty() && !entry.alsoCalled.isEmpty())
            continue; // places are looked for, not leafed through
        // A name counts more than what a thing is also called.
        int points = 2 * score(entry.path, words);
        if (points == 0)
            points = score(entry.path + QLatin1Char(' ') + entry.alsoCalled, words);
        if (points > 0)
            found << std::pair{points, i};
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    m_list->clear();
    for (const auto& [points, index] : found) {
        auto* item = new QListWidgetItem(m_entries[index].path, m_list);
        item->setData(keysRole, m_entries[index].keys);
        item->setData(entryRole, index);
    }
    m_list->setCurrentRow(0);
    m_nothing->setText(tr("No action and no setting is called “%1”.").arg(typed.trimmed()));
    m_nothing->setVisible(found.isEmpty());
    m_list->setVisible(!found.isEmpty());
}

void FindAction::activate()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item)
        return;
    const std::function<void()> does = m_entries.at(item->data(entryRole).toLongLong()).does;
    hide();
    does();
}

bool FindAction::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_field && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
        if (step && m_list->count()) {
            m_list->setCurrentRow((m_list->currentRow() + step + m_list->count()) % m_list->count());
            return true;
        }
        if (key == Qt::Key_Escape) {
            hide();
            return true;
        }
    }
    return QFrame::eventFilter(object, event);
}

void FindAction::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), colors().card);
    painter.setPen(colors().border);
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace fettle::ui
