// SPDX-License-Identifier: GPL-3.0-or-later
// One application for all tests of the window, with settings and runs in a folder of its own.
#pragma once

#include <QApplication>
#include <QTemporaryDir>
#include <functional>

namespace fettle::ui::testing
{

/// Made at the first call; the style is applied, HOME is a temporary folder.
QApplication& application();
/// Processes events until `done` says so; false after `milliseconds`.
bool waitFor(const std::function<bool()>& done, int milliseconds = 5000);

} // namespace fettle::ui::testing
