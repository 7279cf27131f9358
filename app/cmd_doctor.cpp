// SPDX-License-Identifier: GPL-3.0-or-later
// fettle-cli doctor: what is found on this machine, and whether it computes right.
#include "app/cli.h"
#include "app/cli_output.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/check/doctor.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <nlohmann/json.hpp>

namespace fettle::cli
{

namespace
{

void printDoctorText(const DoctorReport& report)
{
    printFact("Fettle", report.version);
    printFact("LibTorch", fmt::format("{} ({}, kernels {})", report.libtorch, report.blas, report.kernels));
    printFact("processor", fmt::format("{}, {} cores", report.processor, report.cores));
    printFact("features", report.processorFeatures.empty()
                              ? "none of those that matter"
                              : fmt::format("{}", fmt::join(report.processorFeatures, " ")));
    printFact("threads in use", std::to_string(report.threads));
    for (const MatmulRate& rate : report.matmul)
        printFact(&rate == &report.matmul.front() ? "matrix products" : "",
                  fmt::format("{:<16} {:>5.0f} GFLOP/s {:>4.0f} %  {}{}", rate.name, rate.gflops,
                              100 * rate.shareOfBest, rate.description, rate.isInUse ? "; in use" : ""));
    printFact("graphics card", report.gpu);
    printFact("memory", fmt::format("{} free of {}", humanBytes(report.memoryFree), humanBytes(report.memoryBytes)));
    printFact("disk", fmt::format("{} free at {}", humanBytes(report.diskFree), report.runsFolder));
    printFact("bundled models", report.resources.empty() ? "not found; set FETTLE_RESOURCES" : report.resources);
    printFact("self-test", fmt::format("{}: {}", report.selfTestPassed ? "passed" : "FAILED", report.selfTest));
}

void doctorCommand(bool json)
{
    const DoctorReport report = examineMachine();
    if (json)
        printJson({{"fettle", report.version},
                   {"libtorch", report.libtorch},
                   {"blas", report.blas},
                   {"matmul", matmulJson(report.matmul)},
                   {"kernels", report.kernels},
                   {"processor", report.processor},
                   {"cpu_features", report.processorFeatures},
                   {"cores", report.cores},
                   {"threads", report.threads},
                   {"gpu", {{"found", report.gpuFound}, {"used", report.gpuUsed}, {"detail", report.gpu}}},
                   {"memory_bytes", report.memoryBytes},
                   {"memory_free_bytes", report.memoryFree},
                   {"disk_free_bytes", report.diskFree},
                   {"runs_folder", report.runsFolder},
                   {"resources", report.resources},
                   {"self_test", {{"passed", report.selfTestPassed}, {"detail", report.selfTest}}}});
    else
        printDoctorText(report);
    if (!report.selfTestPassed)
        throw Error(ErrorCode::Failed, "The self-test failed: " + report.selfTest,
                    "Do not trust numbers from this machine before that is mended.");
}

} // namespace

void registerDoctor(CLI::App& app)
{
    const auto json = std::make_shared<bool>(false);
    CLI::App* command =
        app.add_subcommand("doctor", "What Fettle finds on this machine, and whether it computes right");
    command->add_flag("--json", *json, "The report as JSON");
    command->callback([json] { doctorCommand(*json); });
}

} // namespace fettle::cli
