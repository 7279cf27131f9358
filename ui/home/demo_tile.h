// SPDX-License-Identifier: GPL-3.0-or-later
// A demo on Home: what the model writes before and after, as recorded from a real run
// (resources/demos/*.before-after.json).
#pragma once

#include "ui/parts/choice_tile.h"

namespace fettle::ui
{

/// Keys of the file: "before", "after" (texts; **word** marks a filled blank).
struct DemoWords {
    QString before, after;
};
/// Empty texts where the file is missing.
DemoWords readDemoWords(const QString& name);

class DemoTile : public ChoiceTile
{
    Q_OBJECT

public:
    DemoTile(const QString& name, const QString& title, const QString& goal, bool masked, QWidget* parent);
    QString name() const { return m_name; }
    /// How long it takes on this computer; empty: not known yet.
    void setTime(const QString& words);

private:
    void addWords(const QString& caption, const QString& text, bool after);

    QString m_name, m_goal;
    DemoWords m_words;
};

} // namespace fettle::ui
