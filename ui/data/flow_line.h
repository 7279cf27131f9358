// SPDX-License-Identifier: GPL-3.0-or-later
// The way from rows to steps in one line: big figures with what they count, arrows between them.
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

namespace fettle
{
struct DataPreview;
struct RunConfig;
} // namespace fettle

namespace fettle::ui
{

struct FlowStage {
    QString figure; ///< "2,194 + 116"
    QString words;  ///< "rows to learn from + kept aside"
};

/// rows → tokens → learn + kept aside → (blocks) → batches → steps an epoch → steps of the run.
std::vector<FlowStage> flowStages(const RunConfig& config, const DataPreview& preview);

/// Breaks into several lines where the window is narrow.
class FlowLine : public QWidget
{
    Q_OBJECT

public:
    explicit FlowLine(QWidget* parent = nullptr);

    void setStages(std::vector<FlowStage> stages);

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Line {
        size_t first = 0, end = 0;
        int width = 0; ///< of the stages alone
    };
    std::vector<Line> lines(int width) const;
    int stageWidth(const FlowStage& stage) const;
    int lineHeight() const;

    std::vector<FlowStage> m_stages;
};

} // namespace fettle::ui
