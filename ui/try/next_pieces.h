// SPDX-License-Identifier: GPL-3.0-or-later
// What a model thought likeliest at one place of what it wrote.
#pragma once

#include "core/events/events.h"
#include "core/generate/options.h"

#include <QWidget>

namespace fettle::ui
{

class GuessBars;
class Label;

class NextPieces : public QWidget
{
    Q_OBJECT

public:
    /// `neutral`: of a model that nothing was taught.
    NextPieces(bool neutral, QWidget* parent);

    void clear();
    /// The alternatives to `piece`, which was written after `before`.
    void showPiece(const GeneratedPiece& piece, const QString& before);

private:
    Label* m_title;
    GuessBars* m_bars;
};

} // namespace fettle::ui
