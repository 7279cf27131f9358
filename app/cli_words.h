// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine's codes are called in a terminal.
#pragma once

#include "core/events/events.h"

namespace fettle::cli
{

/// "loading model".
const char* activityWords(Activity activity);

} // namespace fettle::cli
