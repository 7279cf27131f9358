// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/progress.h"

#include "core/base/error.h"

namespace fettle
{

void report(const Progress& progress, double fraction)
{
    if (progress && !progress(fraction))
        throw Error(ErrorCode::Stopped, "Reading the text was stopped.");
}

} // namespace fettle
