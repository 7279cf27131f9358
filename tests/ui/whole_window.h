// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window over a workbench and its engine, used as a person does: what can be seen is read, what can be
// pressed is pressed.
#pragma once

#include "core/events/events.h"
#include "core/runs/run_folder.h"
#include "ui/bench/workbench.h"
#include "ui/parts/page.h"
#include "ui/window/main_window.h"

#include <QAbstractButton>
#include <QPushButton>
#include <QTest>
#include <filesystem>
#include <gtest/gtest.h>
#include <memory>
#include <vector>

namespace fettle::ui::testing
{

/// All words in `widget` that can be seen: labels, buttons, texts, in the order they were made.
QString seenWords(const QWidget& widget);
/// The button with these words (or this name, where it is a picture) that can be seen, or null.
QAbstractButton* seenButton(const QWidget& widget, const QString& words);
/// Every event of a run folder's journal, in order.
std::vector<Event> journalOf(const std::filesystem::path& runFolder);

template <typename T>
std::vector<T> eventsOf(const std::filesystem::path& runFolder)
{
    std::vector<T> found;
    for (const Event& event : journalOf(runFolder))
        if (const T* one = std::get_if<T>(&event))
            found.push_back(*one);
    return found;
}

class WholeWindow : public ::testing::Test
{
protected:
    WholeWindow(); ///< no settings, no runs
    ~WholeWindow() override;

    void begin(); ///< the program is started (again)
    Page* page(PageId id) const { return window->page(id); }
    Page* shown(PageId id); ///< brought to the front
    QString words(PageId id) const { return seenWords(*page(id)); }
    QPushButton* primary(PageId id) const { return page(id)->header()->primary(); }
    /// With the mouse; fails where it is not there or cannot be pressed.
    void press(QAbstractButton* button) const;
    void press(PageId id, const QString& words) const { press(seenButton(*page(id), words)); }

    /// A run of some seconds, of the bundled nano-gpt, in ~/Fettle/NAME.
    static RunConfig smallRun(const char* name, int64_t steps);
    static std::filesystem::path runFolder(const char* name) { return defaultRunsFolder() / name; }

    std::unique_ptr<Workbench> workbench;
    std::unique_ptr<MainWindow> window;
};

} // namespace fettle::ui::testing
