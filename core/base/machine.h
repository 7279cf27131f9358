// SPDX-License-Identifier: GPL-3.0-or-later
// What this machine is and how much of it this process uses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fettle
{

struct Machine {
    std::string processor;             ///< model name
    int cores = 1;                     ///< cores this process may run on
    uint64_t memoryBytes = 0;          ///< physical memory (or the container's limit)
    std::vector<std::string> features; ///< "avx2", "avx512f", "avx512_bf16", "amx_bf16"
};

/// Read once, then remembered.
const Machine& machine();
/// Threads that can be asked for; more are refused everywhere.
constexpr int mostThreads = 1024;
/// How many threads to compute on where a person wants `wanted` of them (0: one a core). Throws BadInput outside of 0
/// to `mostThreads`. More than four a core are no use and not made: a run file may come from a larger machine.
int threadsFor(int64_t wanted);
/// Memory that could be had now without swapping.
uint64_t availableMemoryBytes();
/// This process: resident now, and the most it ever was.
uint64_t residentBytes();
uint64_t peakResidentBytes();
/// Seconds since 1970.
double now();

} // namespace fettle
