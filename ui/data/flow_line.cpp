// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/flow_line.h"

#include "core/arguments/run_config.h"
#include "core/data/preview.h"
#include "ui/look/fonts.h"
#include "ui/look/icons.h"
#include "ui/look/theme.h"
#include "ui/look/words.h"
#include "ui/settings/setting_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>
#include <QStringList>
#include <algorithm>

namespace fettle::ui
{

namespace
{
struct FlowWords {
    Q_DECLARE_TR_FUNCTIONS(fettle::ui::FlowLine)
};

QString flowNumber(int64_t value)
{
    return QLocale().toString(static_cast<qlonglong>(value));
}

QFont flowFigures()
{
    QFont figures = ui::font(Type::Figure);
    figures.setPixelSize(px(16));
    return figures;
}

FlowStage learntStage(const DataPreview& preview)
{
    const bool weighted = std::any_of(preview.sources.begin(), preview.sources.end(),
                                      [](const RecognisedFile& file) { return file.weight != 1; });
    const QString learnt = flowNumber(preview.trainRows);
    if (preview.validationRows > 0)
        return {QStringLiteral("%1 + %2").arg(learnt, flowNumber(preview.validationRows)),
                weighted ? FlowWords::tr("rows an epoch reads, by their weights + kept aside")
                         : FlowWords::tr("rows to learn from + kept aside")};
    if (weighted)
        return {learnt, FlowWords::tr("rows an epoch reads, by their weights, none kept aside")};
    return {learnt, preview.trainRows == 1 ? FlowWords::tr("row to learn from, none kept aside")
                                           : FlowWords::tr("rows to learn from, none kept aside")};
}
} // namespace

std::vector<FlowStage> flowStages(const RunConfig& config, const DataPreview& preview)
{
    const TrainArgs& arguments = config.arguments;
    const bool joins = joinsRows(config.data.blocks);
    const auto stage = [](int64_t count, const QString& one, const QString& many) {
        return FlowStage{flowNumber(count), count == 1 ? one : many};
    };
    std::vector<FlowStage> stages;
    stages.push_back(stage(preview.rows, FlowWords::tr("row"), FlowWords::tr("rows")));
    stages.push_back(stage(preview.tokens, FlowWords::tr("token"), FlowWords::tr("tokens")));
    stages.push_back(learntStage(preview));
    if (joins) {
        const QString length = flowNumber(config.data.maxLength);
        stages.push_back(stage(preview.examples, FlowWords::tr("block of %1 tokens").arg(length),
                               FlowWords::tr("blocks of %1 tokens").arg(length)));
    }
    const int64_t size = arguments.per_device_train_batch_size;
    const QString what = joins ? counted(size, FlowWords::tr("1 block"), FlowWords::tr("%1 blocks"))
                               : counted(size, FlowWords::tr("1 row"), FlowWords::tr("%1 rows"));
    stages.push_back(stage(preview.batchesPerEpoch, FlowWords::tr("batch of %1").arg(what),
                           FlowWords::tr("batches of %1").arg(what)));
    const int64_t together = arguments.gradient_accumulation_steps;
    const QString each = together > 1 ? FlowWords::tr(" (%1 batches each)").arg(together) : QString();
    if (arguments.max_steps <= 0 && arguments.num_train_epochs == 1) { // the steps of the epoch are those of the run
        stages.push_back(
            stage(preview.maxSteps, FlowWords::tr("step in one epoch"), FlowWords::tr("steps in one epoch")));
        stages.back().words += together > 1 ? each : joins ? QString() : FlowWords::tr(" (pass over the text)");
        return stages;
    }
    stages.push_back(together > 1 || !joins
                         ? stage(preview.stepsPerEpoch, FlowWords::tr("step an epoch"), FlowWords::tr("steps an epoch"))
                         : stage(preview.stepsPerEpoch, FlowWords::tr("step a pass (epoch)"),
                                 FlowWords::tr("steps a pass (epoch)")));
    stages.back().words += together > 1 ? each : joins ? QString() : FlowWords::tr(" (one pass over the text)");
    const QString epochs = shortNumber(QString::number(arguments.num_train_epochs));
    stages.push_back(arguments.max_steps > 0 ? stage(preview.maxSteps, FlowWords::tr("step, as set (max_steps)"),
                                                     FlowWords::tr("steps, as set (max_steps)"))
                                             : stage(preview.maxSteps, FlowWords::tr("step in %1 epochs").arg(epochs),
                                                     FlowWords::tr("steps in %1 epochs").arg(epochs)));
    return stages;
}

FlowLine::FlowLine(QWidget* parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum); // may be as high as its width asks for
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void FlowLine::setStages(std::vector<FlowStage> stages)
{
    m_stages = std::move(stages);
    QStringList spoken;
    for (const FlowStage& stage : m_stages)
        spoken << stage.figure + QLatin1Char(' ') + stage.words;
    setAccessibleName(spoken.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

int FlowLine::stageWidth(const FlowStage& stage) const
{
    return std::max(QFontMetrics(flowFigures()).horizontalAdvance(stage.figure),
                    QFontMetrics(ui::font(Type::Help)).horizontalAdvance(stage.words)) +
           1;
}

int FlowLine::lineHeight() const
{
    return QFontMetrics(flowFigures()).height() + QFontMetrics(ui::font(Type::Help)).height();
}

std::vector<FlowLine::Line> FlowLine::lines(int width) const
{
    std::vector<Line> result;
    const int gap = px(24);
    int used = 0;
    for (size_t i = 0; i < m_stages.size(); ++i) {
        const int stage = stageWidth(m_stages[i]);
        if (result.empty() || used + gap + stage > width) {
            result.push_back({i, i, 0});
            used = -gap;
        }
        used += gap + stage;
        result.back().end = i + 1;
        result.back().width += stage;
    }
    // Two lines of the same weight look better than a full one and a single figure.
    while (result.size() > 1 && result.back().end - result.back().first + 1 <
                                    result[result.size() - 2].end - result[result.size() - 2].first) {
        Line& before = result[result.size() - 2];
        const int stage = stageWidth(m_stages[before.end - 1]);
        const Line& last = result.back();
        if (last.width + stage + gap * static_cast<int>(last.end - last.first) > width)
            break;
        --before.end;
        before.width -= stage;
        --result.back().first;
        result.back().width += stage;
    }
    return result;
}

int FlowLine::heightForWidth(int width) const
{
    const auto count = static_cast<int>(std::max<size_t>(1, lines(width).size()));
    return count * lineHeight() + (count - 1) * px(10);
}

QSize FlowLine::sizeHint() const
{
    return {px(980), heightForWidth(px(980))};
}

QSize FlowLine::minimumSizeHint() const
{
    return {px(300), lineHeight()};
}

void FlowLine::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QFont figures = flowFigures();
    const QFont words = ui::font(Type::Help);
    const int figureHeight = QFontMetrics(figures).height();
    int y = 0;
    for (const Line& line : lines(width())) {
        const int count = static_cast<int>(line.end - line.first);
        const int free = width() - line.width;
        const double gap = count > 1 ? std::min<double>(px(110), static_cast<double>(free) / (count - 1)) : 0;
        double x = 0;
        for (size_t i = line.first; i < line.end; ++i) {
            const int stage = stageWidth(m_stages[i]);
            painter.setFont(figures);
            painter.setPen(colors().text);
            painter.drawText(QRectF(x, y, stage, figureHeight), Qt::AlignLeft | Qt::AlignVCenter, m_stages[i].figure);
            painter.setFont(words);
            painter.setPen(colors().text2);
            painter.drawText(QRectF(x, y + figureHeight, stage, QFontMetrics(words).height()),
                             Qt::AlignLeft | Qt::AlignVCenter, m_stages[i].words);
            x += stage;
            if (i + 1 < m_stages.size()) {
                const double at = i + 1 < line.end ? x + (gap - px(16)) / 2 : x + px(8);
                paintIcon(painter, QRectF(at, y + (lineHeight() - px(16)) / 2.0, px(16), px(16)),
                          QStringLiteral("chevron-right"), colors().text2);
            }
            x += gap;
        }
        y += lineHeight() + px(10);
    }
}

} // namespace fettle::ui
