// SPDX-License-Identifier: GPL-3.0-or-later
// A demo on Home: what the model writes before and after, as recorded from a real run
// (resources/demos/*.before-after.json).
#pragma once

#include "ui/widgets/choice_tile.h"

namespace fettle::ui
{

/// Keys of the file: "before", "after" (texts; **word** marks a filled blank), "seconds" of the run on two cores.
struct DemoWords {
    QString before, after;
    double seconds = 0;
};
/// Empty texts where the file is missing.
DemoWords readDemoWords(const QString& name);

class DemoTile : public ChoiceTile
{
    Q_OBJECT

public:
    DemoTile(const QString& name, const QString& title, const QString& goal, bool masked, QWidget* parent);
    QString name() const { return m_name; }
    double seconds() const { return m_words.seconds; }

private:
    void addWords(const QString& caption, const QString& text, bool after);

    QString m_name;
    DemoWords m_words;
};

} // namespace fettle::ui
