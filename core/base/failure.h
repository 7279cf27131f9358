// SPDX-License-Identifier: GPL-3.0-or-later
// Every exception that can reach the edge of the engine, as an Error.
#pragma once

#include "core/base/error.h"

namespace fettle
{

/// Inside a catch block: the exception at hand. Out of memory (ours or LibTorch's) and a full disk become
/// OutOfResources.
Error currentFailure();

} // namespace fettle
