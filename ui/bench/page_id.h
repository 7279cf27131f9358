// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of the window, in the order of the rail.
#pragma once

#include <QMetaType>
#include <QString>

namespace fettle::ui
{

enum class PageId { Home, Model, Data, Settings, Train, Try, Runs };

/// The page's word in the names of files (--screenshots).
inline QString pageKey(PageId page)
{
    constexpr const char* keys[] = {"home", "model", "data", "settings", "train", "try", "runs"};
    return QLatin1String(keys[static_cast<int>(page)]);
}

} // namespace fettle::ui
