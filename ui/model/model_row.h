// SPDX-License-Identifier: GPL-3.0-or-later
// One model in the list: mark, name, goal, size and licence, and its memory against what is free.
#pragma once

#include "core/base/model_facts.h"
#include "ui/bench/window_memory.h"

#include <QAbstractButton>

namespace fettle::ui
{

class ModelRow : public QAbstractButton
{
    Q_OBJECT

public:
    ModelRow(const ModelFacts& entry, uint64_t freeMemory, QWidget* parent);
    const ModelFacts& entry() const { return m_entry; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    uint64_t needed() const { return m_entry.trainingBytes + windowBytes; }
    bool fits() const { return needed() <= m_free; }

    ModelFacts m_entry;
    uint64_t m_free;
    QString m_line;
};

/// "writes on" or "fills in blanks".
QString goalWords(Objective objective);

} // namespace fettle::ui
