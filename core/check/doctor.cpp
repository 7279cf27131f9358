// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/check/doctor.h"

#include "core/arguments/run_config.h"
#include "core/base/files.h"
#include "core/base/machine.h"
#include "core/base/version.h"
#include "core/check/self_test.h"
#include "core/nn/matmul/choice.h"
#include "core/nn/threads.h"

#include <ATen/Context.h>
#include <ATen/Version.h>
#include <fmt/format.h>
#include <torch/headeronly/version.h>

namespace fettle
{

namespace
{

/// A graphics card by what the system shows of it, whatever LibTorch can do with it.
std::string installedCard()
{
    std::error_code ignored;
    if (fs::exists("/proc/driver/nvidia/version", ignored) || fs::exists("/dev/nvidia0", ignored))
        return "NVIDIA";
    if (fs::exists("/dev/kfd", ignored))
        return "AMD";
    return {};
}

void examineGraphicsCard(DoctorReport& report)
{
    const std::string card = installedCard();
    report.gpuFound = !card.empty();
    if (at::hasCUDA()) {
        report.gpuFound = report.gpuUsed = true;
        report.gpu = fmt::format("{} graphics card, through CUDA", card.empty() ? "a" : card);
    } else if (at::globalContext().hasCUDA()) {
        report.gpu = "This LibTorch has CUDA, but no card or driver that works was found.";
    } else if (card == "NVIDIA") {
        report.gpu = "An NVIDIA card is there, but this LibTorch is the build for processors. Build Fettle with "
                     "FETTLE_LIBTORCH naming a CUDA LibTorch.";
    } else {
        report.gpu = report.gpuFound ? fmt::format("An {} card is there; this LibTorch does not use it.", card)
                                     : "No graphics card was found; Fettle trains on the processor.";
    }
}

std::string blasName()
{
    if (at::hasMKL())
        return "MKL";
    if (at::hasLAPACK())
        return "OpenBLAS or another with LAPACK";
    return "none";
}

} // namespace

DoctorReport examineMachine()
{
    DoctorReport report;
    report.version = programVersion();
    report.libtorch = TORCH_VERSION;
    const Machine& found = machine();
    report.processor = found.processor;
    report.processorFeatures = found.features;
    report.kernels = at::get_cpu_capability();
    report.cores = found.cores;
    useThreads(0);
    report.threads = threadsInUse();
    report.blas = blasName();
    useMatmul("auto");
    report.matmul = matmulRates(1024, 0.3);
    examineGraphicsCard(report);
    report.memoryBytes = found.memoryBytes;
    report.memoryFree = availableMemoryBytes();
    const fs::path runs = defaultRunsFolder();
    report.runsFolder = runs.string();
    report.diskFree = freeDiskBytes(runs);
    const fs::path resources = resourceFolder();
    std::error_code ignored;
    if (fs::exists(resources / "models", ignored))
        report.resources = resources.string();
    const SelfTest test = runSelfTest();
    report.selfTestPassed = test.passed;
    report.selfTest = test.message;
    return report;
}

} // namespace fettle
