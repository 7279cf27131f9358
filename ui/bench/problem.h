// SPDX-License-Identifier: GPL-3.0-or-later
// An error of the engine as the window shows it.
#pragma once

#include "core/base/error.h"

#include <QString>

namespace fettle::ui
{

/// A problem that stands beside what caused it.
struct Problem {
    QString subject; ///< as Error::subject(): "model", "data", or an argument's name
    QString message;
    QString hint;
};

inline Problem problemOf(const Error& error)
{
    return {QString::fromStdString(error.subject()), QString::fromStdString(error.message()),
            QString::fromStdString(error.hint())};
}

} // namespace fettle::ui
