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
/// What the program and LibTorch take of themselves, in every forecast of memory.
constexpr uint64_t programBytes = 200'000'000;
/// Memory that this process can have in all for something that takes `own` bytes whatever it does (the program, its
/// window): what could be had now, and what of `own` it holds already.
uint64_t memoryInReach(uint64_t own);
/// This process: resident now, and the most it ever was.
uint64_t residentBytes();
uint64_t peakResidentBytes();
/// Seconds since 1970.
double now();

} // namespace fettle
