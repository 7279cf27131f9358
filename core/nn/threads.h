// SPDX-License-Identifier: GPL-3.0-or-later
// How many processor threads the engine computes on, and how they wait for each other.
#pragma once

namespace fettle
{

/// Computes on as many threads from here on as threadsFor (base/machine.h) makes of `count`, and returns how many.
/// Threads that wait for each other sleep soon instead of spinning: on a busy machine a spinning thread takes the core
/// that the awaited one needs.
int useThreads(int count);
/// Threads that really took part in a parallel loop just now.
int threadsInUse();

} // namespace fettle
