// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/find_action.h"

#include "ui/style/fonts.h"
#include "ui/style/icons.h"

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
constexpr int actionRole = Qt::UserRole + 1;

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
    column->addWidget(m_list);
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
    m_field->clear();
    filter({});
    QWidget* window = parentWidget();
    resize(px(460), px(380));
    move(window->mapToGlobal(QPoint((window->width() - width()) / 2, m_menus->height() + px(40))));
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
            m_entries << Entry{name, action};
    }
}

void FindAction::filter(const QString& typed)
{
    const QStringList words = typed.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    QList<std::pair<int, Entry>> found;
    for (const Entry& entry : m_entries)
        if (const int points = score(entry.path, words))
            found << std::pair{points, entry};
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    m_list->clear();
    for (const auto& [points, entry] : found) {
        auto* item = new QListWidgetItem(entry.path, m_list);
        item->setData(keysRole, entry.action->shortcut().toString(QKeySequence::NativeText));
        item->setData(actionRole, QVariant::fromValue<QObject*>(entry.action));
    }
    m_list->setCurrentRow(0);
}

void FindAction::activate()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item)
        return;
    auto* action = qobject_cast<QAction*>(item->data(actionRole).value<QObject*>());
    hide();
    if (action)
        action->trigger();
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
