// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/parts/main_side_split.h"

#include "ui/look/theme.h"
#include "ui/parts/plain_scroll.h"
#include "ui/parts/rows.h"
#include "ui/parts/segmented_control.h"

#include <QEvent>
#include <QSettings>
#include <QSplitter>
#include <algorithm>

namespace fettle::ui
{
namespace
{
/// Scrolls up and down; never narrower than what it holds.
class Column : public PlainScroll
{
public:
    Column(QWidget* content, QWidget* parent) : PlainScroll(parent)
    {
        auto* holder = new QWidget(this);
        auto* layout = new QVBoxLayout(holder);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(content);
        setContent(holder);
    }
    QSize minimumSizeHint() const override { return {widget()->minimumSizeHint().width(), px(120)}; }
    QSize sizeHint() const override { return widget()->sizeHint().expandedTo(minimumSizeHint()); }
};
} // namespace

MainSideSplit::MainSideSplit(const QString& key, const QString& mainName, const QString& sideName, QWidget* parent,
                             double mainShare)
    : QWidget(parent), m_key(QStringLiteral("splitters/") + key), m_share(mainShare),
      m_tabs(new SegmentedControl({mainName, sideName}, this)), m_splitter(new QSplitter(Qt::Horizontal, this))
{
    auto* column = makeColumn(this, 12);
    column->addWidget(m_tabs, 0, Qt::AlignLeft);
    column->addWidget(m_splitter, 1);
    m_tabs->hide();
    m_tabs->setAccessibleName(tr("Part of the page"));
    m_splitter->setChildrenCollapsible(false);
    m_share = QSettings().value(m_key, mainShare).toDouble();
    connect(m_tabs, &SegmentedControl::chosen, this, [this](int index) { showSide(index == 1); });
    connect(m_splitter, &QSplitter::splitterMoved, this, [this] {
        const QList<int> sizes = m_splitter->sizes();
        if (sizes.size() == 2 && sizes[0] + sizes[1] > 0) {
            m_share = static_cast<double>(sizes[0]) / (sizes[0] + sizes[1]);
            QSettings().setValue(m_key, m_share);
        }
    });
    connect(&Theme::instance(), &Theme::changed, this, &MainSideSplit::arrange);
}

void MainSideSplit::setMain(QWidget* widget)
{
    m_main = new Column(widget, m_splitter);
    m_splitter->insertWidget(0, m_main);
    m_splitter->setStretchFactor(0, 62);
    applyShare();
}

void MainSideSplit::setSide(QWidget* widget)
{
    m_side = new Column(widget, m_splitter);
    m_splitter->addWidget(m_side);
    m_splitter->setStretchFactor(m_splitter->count() - 1, 38);
    applyShare();
}

void MainSideSplit::setKeepBoth(bool on)
{
    m_keepBoth = on;
    arrange();
    applyShare();
}

void MainSideSplit::setSideName(const QString& name)
{
    m_tabs->setChoiceText(1, name);
}

void MainSideSplit::setLeastHeight(int height)
{
    m_least = height;
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    arrange();
}

void MainSideSplit::showSide(bool side)
{
    m_sideInFront = side;
    m_tabs->setCurrent(side ? 1 : 0);
    arrange();
}

void MainSideSplit::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrange();
    applyShare();
}

bool MainSideSplit::event(QEvent* event)
{
    if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::Show)
        arrange();
    return QWidget::event(event);
}

void MainSideSplit::arrange()
{
    // Larger text needs a wider window for two columns.
    const double scale = m_keepBoth ? 1 : Theme::instance().textScale();
    const int needed = static_cast<int>(1100 * (1 + (scale - 1) * 0.8));
    m_narrow = window()->width() < needed;
    m_tabs->setVisible(m_narrow);
    if (m_main)
        m_main->setVisible(!m_narrow || !m_sideInFront);
    if (m_side)
        m_side->setVisible(!m_narrow || m_sideInFront);
    if (m_least == 0)
        return;
    int least = px(m_least);
    if (const QScrollArea* front = m_sideInFront ? m_side : m_main; m_narrow && front) {
        const QWidget* all = front->widget();
        const int whole = std::max(all->minimumSizeHint().height(), all->heightForWidth(m_splitter->width()));
        least = std::max(least, m_tabs->sizeHint().height() + layout()->spacing() + whole);
    }
    setMinimumHeight(least);
}

void MainSideSplit::applyShare()
{
    if (!m_main || !m_side || m_narrow)
        return;
    const int room = m_splitter->width() - m_splitter->handleWidth();
    const int left = static_cast<int>(room * m_share);
    m_splitter->setSizes({left, room - left});
}

} // namespace fettle::ui
