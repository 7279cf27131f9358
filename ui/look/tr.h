// SPDX-License-Identifier: GPL-3.0-or-later
// Words of the window in functions that belong to no QObject.
#pragma once

#include <QCoreApplication>

namespace fettle::ui
{

/// What `tr` is to a QObject, for functions beside one.
inline QString tr(const char* text)
{
    return QCoreApplication::translate("fettle::ui", text);
}

} // namespace fettle::ui
