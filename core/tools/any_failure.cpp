// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tools/any_failure.h"

#include "core/train/failure.h"

namespace fettle
{

Error anyFailure()
{
    return currentFailure();
}

} // namespace fettle
