// SPDX-License-Identifier: GPL-3.0-or-later
// What this machine's matrix products make, as a yardstick.
#pragma once

namespace fettle
{

/// Billions of floating-point operations a second of 2048 x 2048 products in fp32, best of several; about a second.
double measureGemmGflops();

} // namespace fettle
