// SPDX-License-Identifier: GPL-3.0-or-later
// Memory that the window takes besides what the engine forecasts.
#pragma once

#include <cstdint>

namespace fettle::ui
{

/// The engine forecasts for a program without a window. Measured above that with runs of small models on Linux: 50 to
/// 80 MB, for Qt, fonts, pictures, previews and the run's curves.
constexpr uint64_t windowBytes = 80'000'000;

} // namespace fettle::ui
