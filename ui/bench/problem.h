// SPDX-License-Identifier: GPL-3.0-or-later
// An error of the engine as the window shows it.
#pragma once

#include "core/base/error.h"
#include "ui/bench/page_id.h"
#include "ui/look/words.h"

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
    return {QString::fromStdString(error.subject()), engineWords(error.message()), engineWords(error.hint())};
}

/// The page that mends it.
inline PageId pageOf(const QString& subject)
{
    if (subject == QLatin1String("model"))
        return PageId::Model;
    const bool data = subject == QLatin1String("data") || subject.startsWith(QLatin1String("data."));
    return data ? PageId::Data : PageId::Settings;
}

} // namespace fettle::ui
