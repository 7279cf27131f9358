// SPDX-License-Identifier: GPL-3.0-or-later
// Box layouts in one line, without margins unless some are given.
//
// Use: auto* row = makeRow(head, 8, {16, 11, 16, 3}); column->addLayout(makeRow(nullptr, 8)).
#pragma once

#include <QHBoxLayout>
#include <QMargins>
#include <QVBoxLayout>

namespace fettle::ui
{

inline QHBoxLayout* makeRow(QWidget* parent, int spacing = 0, const QMargins& margins = {})
{
    auto* row = new QHBoxLayout(parent);
    row->setContentsMargins(margins);
    row->setSpacing(spacing);
    return row;
}

inline QVBoxLayout* makeColumn(QWidget* parent, int spacing = 0, const QMargins& margins = {})
{
    auto* column = new QVBoxLayout(parent);
    column->setContentsMargins(margins);
    column->setSpacing(spacing);
    return column;
}

} // namespace fettle::ui
