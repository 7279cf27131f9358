// SPDX-License-Identifier: GPL-3.0-or-later
// The `bench` command: how fast this machine trains.
#pragma once

#include "core/nn/matmul/rate.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace fettle
{

struct BenchOptions {
    std::string model;         ///< reference; empty: random weights of `arch`
    std::string arch = "gpt2"; ///< gpt2 (124M), bert (base, 110M), llama (60M), or another model_type about as llama
    int64_t batch = 16;        ///< rows of a step
    int64_t length = 128;      ///< tokens of the longest row
    int64_t steps = 5;         ///< measured, after one that is not
    std::string precision = "fp32";
    int threads = 0;
    /// Rows get the lengths of this file's, cut at `length`: a list of numbers (one a line), a .safetensors with an
    /// attention_mask [rows, length], or a text (tokens by the model's tokenizer; with `arch`, words). Empty: all full.
    std::filesystem::path paddingFrom;
    int64_t seed = 42;
};

struct BenchResult {
    std::string model;
    int64_t parameters = 0;
    double secondsPerStep = 0; ///< median
    double tokensPerSecond = 0, gradedTokensPerSecond = 0;
    uint64_t peakResidentBytes = 0;
    std::vector<MatmulRate> matmul;
    double gemmGflops = 0;            ///< fp32 matrix products of 2048 x 2048 in the fastest of all ways
    double flopsPerStep = 0;          ///< what the model needs: matrix products and attention, forward and backward
    double modelFlopsUtilization = 0; ///< share of gemmGflops
    int threads = 0;
    std::string device;
};

/// What BenchOptions::arch may be.
std::vector<std::string> benchShapes();
/// Blocks. Throws BadInput and OutOfResources. `progress` as everywhere.
BenchResult runBench(const BenchOptions& options, const std::function<bool(double)>& progress = {});

} // namespace fettle
