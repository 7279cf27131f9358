// SPDX-License-Identifier: GPL-3.0-or-later
// Every exception as an Error, for programs that cannot see the engine's own types.
#pragma once

#include "core/base/error.h"

namespace fettle
{

/// Inside a catch block: the exception at hand; out of memory (LibTorch's too) and a full disk become OutOfResources.
Error anyFailure();

} // namespace fettle
