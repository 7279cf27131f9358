// SPDX-License-Identifier: GPL-3.0-or-later
// Opens a folder in the desktop's file manager, and says so where there is none.
#pragma once

#include <QString>
#include <functional>

class QObject;

namespace fettle::ui
{

/// Returns at once. `failed` gets words for people and is called later, unless `context` is gone by then.
void showFolder(const QString& folder, QObject* context,
                const std::function<void(const QString& message, const QString& hint)>& failed);

} // namespace fettle::ui
