// SPDX-License-Identifier: GPL-3.0-or-later
// How many processor threads the engine computes on.
#pragma once

namespace fettle
{

/// 0: all cores this process may run on.
void useThreads(int count);
/// Threads that really took part in a parallel loop just now.
int threadsInUse();

} // namespace fettle
