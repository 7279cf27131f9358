// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/passes.h"

#include <cmath>
#include <fmt/format.h>

namespace fettle
{

std::string passesText(double passes)
{
    const double rounded = std::round(passes * 100) / 100; // not by fmt: it rounds 3.125 to the even 3.12
    return rounded == std::round(rounded) ? fmt::format("{:.0f}", rounded) : fmt::format("{:.2f}", rounded);
}

} // namespace fettle
