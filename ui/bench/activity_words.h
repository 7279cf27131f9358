// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine is busy with, in the window's words.
#pragma once

#include "core/events/events.h"

#include <QString>

namespace fettle::ui
{

/// "loading the model".
QString activityWords(Activity activity);

} // namespace fettle::ui
