// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/version.h"

namespace fettle
{

const char* programVersion()
{
    return FETTLE_VERSION;
}

} // namespace fettle
