// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/token_loupe.h"

#include "ui/look/focus_mark.h"
#include "ui/look/fonts.h"
#include "ui/look/style.h"
#include "ui/look/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace fettle::ui
{

namespace
{
constexpr qreal loupePadding = 5;

QFont smallFont()
{
    QFont small = ui::font(Type::Mono);
    small.setPixelSize(std::max(1, px(10)));
    return small;
}

ChipMetrics loupeMetrics(qreal width, bool masked)
{
    const QFontMetricsF pieces(ui::font(Type::Mono));
    const QFontMetricsF originals(smallFont());
    ChipMetrics metrics;
    metrics.width = width;
    metrics.chipHeight = std::max<qreal>(px(21), pieces.height() + 4);
    metrics.above = masked ? originals.height() + 2 : 0;
    metrics.lineHeight = metrics.above + metrics.chipHeight + px(6);
    metrics.padding = px(loupePadding);
    metrics.wordGap = px(7);
    metrics.pieceGap = px(1);
    metrics.textWidth = [pieces, originals](const TokenChip& chip) {
        return std::max(pieces.horizontalAdvance(chip.text),
                        chip.original.isEmpty() ? 0
                                                : originals.horizontalAdvance(chip.original) - 2 * px(loupePadding));
    };
    return metrics;
}
} // namespace

TokenLoupe::TokenLoupe(QWidget* parent) : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMinimumHeight(TokenLoupe::minimumSizeHint().height());
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setFocusRadius(this, -1);
    viewport()->setAutoFillBackground(false);
    setAccessibleName(tr("Tokens of the batch"));
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        setMinimumHeight(TokenLoupe::minimumSizeHint().height());
        layOut();
        viewport()->update();
    });
}

void TokenLoupe::setBatch(const ChipBatch& batch, Objective objective)
{
    m_batch = batch;
    m_objective = objective;
    m_row = m_chip = 0;
    // The first token that is graded tells most.
    for (size_t row = 0; row < m_batch.rows.size(); ++row) {
        const auto& chips = m_batch.rows[row].chips;
        const auto at =
            std::find_if(chips.begin(), chips.end(), [](const TokenChip& chip) { return chip.wantedId >= 0; });
        if (at != chips.end()) {
            m_row = static_cast<int>(row);
            m_chip = static_cast<int>(at - chips.begin());
            break;
        }
    }
    layOut();
    verticalScrollBar()->setValue(0);
    say();
    viewport()->update();
    Q_EMIT chosenChanged();
}

const TokenChip* TokenLoupe::chosen() const
{
    if (m_row < 0 || m_row >= static_cast<int>(m_batch.rows.size()))
        return nullptr;
    const auto& chips = m_batch.rows[static_cast<size_t>(m_row)].chips;
    return m_chip >= 0 && m_chip < static_cast<int>(chips.size()) ? &chips[static_cast<size_t>(m_chip)] : nullptr;
}

void TokenLoupe::choose(int row, int chip)
{
    if (m_batch.rows.empty())
        return;
    m_row = std::clamp(row, 0, static_cast<int>(m_batch.rows.size()) - 1);
    m_chip =
        std::clamp(chip, 0, std::max(0, static_cast<int>(m_batch.rows[static_cast<size_t>(m_row)].chips.size()) - 1));
    showChosen();
    say();
    viewport()->update();
    Q_EMIT chosenChanged();
}

QSize TokenLoupe::sizeHint() const
{
    return {px(520), minimumHeight()}; // what is left over makes it higher
}

QSize TokenLoupe::minimumSizeHint() const
{
    return {px(260), px(104)};
}

qreal TokenLoupe::numberWidth() const
{
    int64_t highest = 9999;
    for (const ChipRow& row : m_batch.rows)
        highest = std::max(highest, row.row);
    return QFontMetricsF(ui::font(Type::Mono)).horizontalAdvance(QLocale().toString(static_cast<qlonglong>(highest)));
}

void TokenLoupe::layOut()
{
    const qreal left = px(16) + numberWidth() + px(10);
    const ChipMetrics metrics =
        loupeMetrics(std::max<qreal>(px(80), viewport()->width() - left - px(16)), m_objective == Objective::Masked);
    m_rows.assign(m_batch.rows.size(), {});
    qreal y = 0;
    for (size_t i = 0; i < m_rows.size(); ++i) {
        m_rows[i].top = y;
        m_rows[i].height = layOutChips(m_batch.rows[i].chips, metrics, m_rows[i].chips) + px(10);
        y += m_rows[i].height;
    }
    verticalScrollBar()->setSingleStep(static_cast<int>(metrics.lineHeight));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setRange(0, std::max(0, static_cast<int>(std::ceil(y)) - viewport()->height()));
}

QPointF TokenLoupe::origin(const Row& row) const
{
    return {px(16) + numberWidth() + px(10), row.top + px(5) - verticalScrollBar()->value()};
}

QSizeF TokenLoupe::chipSize(const TokenChip& chip)
{
    const ChipMetrics metrics = loupeMetrics(1e9, false);
    return {metrics.textWidth(chip) + 2 * metrics.padding, metrics.chipHeight};
}

void TokenLoupe::paintGround(QPainter& painter, const QRectF& rect, const TokenChip& chip)
{
    const Palette& palette = colors();
    QColor ground = Qt::transparent;
    QPen border = Qt::NoPen;
    switch (chip.kind) {
    case ChipKind::Graded:
        ground = palette.gradedGround;
        break;
    case ChipKind::Kept:
        ground = palette.gradedGround;
        border = QPen(palette.graded, 1);
        break;
    case ChipKind::First:
        border = QPen(palette.text2, 1, Qt::DotLine);
        break;
    case ChipKind::Hidden:
        ground = palette.maskedGround;
        break;
    case ChipKind::Replaced:
        ground = palette.replacedGround;
        border = QPen(palette.replaced, 1, Qt::DashLine);
        break;
    case ChipKind::NotGraded:
        border = QPen(palette.hairline, 1);
        break;
    }
    painter.setPen(border);
    painter.setBrush(ground);
    painter.drawRoundedRect(border.style() == Qt::NoPen ? rect : rect.adjusted(0.5, 0.5, -0.5, -0.5), px(3), px(3));
    if (chip.original.isEmpty())
        return;
    painter.setFont(smallFont());
    painter.setPen(chip.kind == ChipKind::Replaced ? palette.replaced : palette.text);
    const qreal height = QFontMetricsF(smallFont()).height();
    painter.drawText(QRectF(rect.left(), rect.top() - height - 2, rect.width(), height),
                     Qt::AlignCenter | Qt::AlignBottom, chip.original);
}

void TokenLoupe::paintText(QPainter& painter, const QRectF& rect, const TokenChip& chip)
{
    const Palette& palette = colors();
    const bool graded = chip.kind == ChipKind::Graded || chip.kind == ChipKind::Kept;
    painter.setFont(ui::font(Type::Mono));
    painter.setPen(graded                            ? palette.graded
                   : chip.kind == ChipKind::Hidden   ? palette.masked
                   : chip.kind == ChipKind::Replaced ? palette.replaced
                                                     : palette.text2);
    painter.drawText(rect, Qt::AlignCenter,
                     painter.fontMetrics().elidedText(chip.text, Qt::ElideMiddle,
                                                      static_cast<int>(std::ceil(rect.width())) - px(4)));
}

void TokenLoupe::paintChip(QPainter& painter, const QRectF& rect, const TokenChip& chip)
{
    paintGround(painter, rect, chip);
    paintText(painter, rect, chip);
}

void TokenLoupe::paintRow(QPainter& painter, size_t index) const
{
    const Row& row = m_rows[index];
    const QPointF at = origin(row);
    painter.setFont(ui::font(Type::Mono));
    painter.setPen(colors().text2);
    const qreal top = row.chips.empty() ? 0 : row.chips.front().top();
    const qreal height = row.chips.empty() ? px(21) : row.chips.front().height();
    painter.drawText(QRectF(px(16), at.y() + top, numberWidth(), height), Qt::AlignRight | Qt::AlignVCenter,
                     QLocale().toString(static_cast<qlonglong>(m_batch.rows[index].row)));
    for (size_t i = 0; i < row.chips.size();) {
        const TokenChip& first = m_batch.rows[index].chips[i];
        const size_t end = std::min(row.chips.size(), i + static_cast<size_t>(first.parts));
        const QRectF all = row.chips[i].united(row.chips[end - 1]).translated(at);
        if (all.bottom() >= 0 && all.top() - px(20) <= viewport()->height()) {
            for (size_t k = i; k < end; ++k)
                paintGround(painter, row.chips[k].translated(at), m_batch.rows[index].chips[k]);
            paintText(painter, all, first);
        }
        i = end;
    }
}

void TokenLoupe::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal offset = verticalScrollBar()->value();
    for (size_t i = 0; i < m_rows.size(); ++i) {
        const Row& row = m_rows[i];
        if (row.top + row.height < offset || row.top > offset + viewport()->height())
            continue;
        if (i > 0) {
            painter.setPen(QPen(colors().hairline, 1));
            const qreal y = std::round(row.top - offset) + 0.5;
            painter.drawLine(QPointF(0, y), QPointF(viewport()->width(), y));
        }
        paintRow(painter, i);
    }
    if (chosen() == nullptr)
        return;
    const Row& row = m_rows[static_cast<size_t>(m_row)];
    const QRectF chip = row.chips[static_cast<size_t>(m_chip)].translated(origin(row));
    if (hasFocus()) {
        paintFocusMark(painter, chip, px(3));
    } else { // still seen which one is explained below
        painter.setPen(QPen(colors().accent, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(chip.adjusted(-1.5, -1.5, 1.5, 1.5), px(4), px(4));
    }
}

void TokenLoupe::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

std::pair<int, int> TokenLoupe::chipAt(const QPointF& where) const
{
    for (size_t r = 0; r < m_rows.size(); ++r) {
        const QPointF at = origin(m_rows[r]);
        for (size_t c = 0; c < m_rows[r].chips.size(); ++c)
            if (m_rows[r].chips[c].adjusted(-1, -px(4), 1, px(4)).translated(at).contains(where))
                return {static_cast<int>(r), static_cast<int>(c)};
    }
    return {-1, -1};
}

void TokenLoupe::mousePressEvent(QMouseEvent* event)
{
    const auto [row, chip] = chipAt(event->position());
    if (row >= 0)
        choose(row, chip);
}

bool TokenLoupe::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const auto [row, chip] = chipAt(help->pos());
        if (row >= 0) {
            const TokenChip& token = m_batch.rows[static_cast<size_t>(row)].chips[static_cast<size_t>(chip)];
            QToolTip::showText(help->globalPos(), explainChip(token, m_objective), this);
        } else if (help->pos().x() < px(16) + numberWidth()) {
            QToolTip::showText(help->globalPos(), tr("Number among the rows to learn from"), this);
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void TokenLoupe::walkLines(int direction)
{
    if (chosen() == nullptr)
        return;
    const Row& row = m_rows[static_cast<size_t>(m_row)];
    const QRectF from = row.chips[static_cast<size_t>(m_chip)];
    const qreal x = from.center().x(), y = row.top + from.top();
    qreal nearestY = 0, nearestX = 1e9;
    int bestRow = -1, bestChip = -1;
    for (size_t r = 0; r < m_rows.size(); ++r) {
        for (size_t c = 0; c < m_rows[r].chips.size(); ++c) {
            const qreal dy = (m_rows[r].top + m_rows[r].chips[c].top() - y) * direction;
            if (dy < 1)
                continue;
            const qreal dx = std::abs(m_rows[r].chips[c].center().x() - x);
            if (bestRow < 0 || dy < nearestY - 0.5 || (dy < nearestY + 0.5 && dx < nearestX)) {
                nearestY = dy;
                nearestX = dx;
                bestRow = static_cast<int>(r);
                bestChip = static_cast<int>(c);
            }
        }
    }
    if (bestRow >= 0)
        choose(bestRow, bestChip);
}

void TokenLoupe::keyPressEvent(QKeyEvent* event)
{
    if (chosen() == nullptr)
        return QWidget::keyPressEvent(event);
    const auto lengthOf = [this](int row) {
        return static_cast<int>(m_batch.rows[static_cast<size_t>(row)].chips.size());
    };
    switch (event->key()) {
    case Qt::Key_Right:
        if (m_chip + 1 < lengthOf(m_row))
            choose(m_row, m_chip + 1);
        else if (m_row + 1 < static_cast<int>(m_batch.rows.size()))
            choose(m_row + 1, 0);
        return;
    case Qt::Key_Left:
        if (m_chip > 0)
            choose(m_row, m_chip - 1);
        else if (m_row > 0)
            choose(m_row - 1, lengthOf(m_row - 1) - 1);
        return;
    case Qt::Key_Up:
        return walkLines(-1);
    case Qt::Key_Down:
        return walkLines(1);
    case Qt::Key_Home:
        return choose(m_row, 0);
    case Qt::Key_End:
        return choose(m_row, lengthOf(m_row) - 1);
    case Qt::Key_PageUp:
        Q_EMIT batchWanted(-1);
        return;
    case Qt::Key_PageDown:
        Q_EMIT batchWanted(1);
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void TokenLoupe::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void TokenLoupe::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void TokenLoupe::showChosen()
{
    if (chosen() == nullptr)
        return;
    const Row& row = m_rows[static_cast<size_t>(m_row)];
    const QRectF chip = row.chips[static_cast<size_t>(m_chip)].translated(origin(row));
    const qreal margin = px(20);
    QScrollBar* bar = verticalScrollBar();
    if (chip.top() - margin < 0)
        bar->setValue(bar->value() + static_cast<int>(chip.top() - margin));
    else if (chip.bottom() + px(8) > viewport()->height())
        bar->setValue(bar->value() + static_cast<int>(std::ceil(chip.bottom() + px(8) - viewport()->height())));
}

void TokenLoupe::say()
{
    const TokenChip* chip = chosen();
    setAccessibleName(chip == nullptr
                          ? tr("Tokens of the batch")
                          : tr("Token “%1”, row %2. %3")
                                .arg(chip->text, QString::number(m_batch.rows[static_cast<size_t>(m_row)].row),
                                     explainChip(*chip, m_objective)));
}

} // namespace fettle::ui
