// SPDX-License-Identifier: GPL-3.0-or-later
// How fast this machine multiplies matrices.
#pragma once

namespace fettle
{

/// Floating-point operations a second of an fp32 matrix product on `threads` threads, measured once a process (some
/// milliseconds, on the calling thread).
double matmulFlopsPerSecond(int threads);

} // namespace fettle
