// SPDX-License-Identifier: GPL-3.0-or-later
// The `doctor` command: what Fettle finds on this machine, and whether it computes right here.
#pragma once

#include "core/nn/matmul/rate.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fettle
{

struct DoctorReport {
    std::string version;  ///< of Fettle
    std::string libtorch; ///< version of LibTorch
    std::string processor;
    std::vector<std::string> processorFeatures;
    std::string kernels; ///< instruction set that LibTorch's kernels use
    int cores = 0;
    int threads = 0; ///< that took part in a parallel loop
    std::string blas;
    std::vector<MatmulRate> matmul; ///< ways to multiply matrices, and which is in use
    bool gpuFound = false, gpuUsed = false;
    std::string gpu; ///< its name, or why none is used
    uint64_t memoryBytes = 0, memoryFree = 0;
    std::string runsFolder;
    uint64_t diskFree = 0; ///< where the runs folder lies
    std::string resources; ///< folder of the bundled models; empty where it is missing
    bool selfTestPassed = false;
    std::string selfTest; ///< what was computed, or what was wrong
};

/// Blocks for a second or two. Never throws for what it finds; a failed self-test is in the report.
DoctorReport examineMachine();

} // namespace fettle
