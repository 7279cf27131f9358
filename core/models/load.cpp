// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/machine.h"
#include "core/base/text.h"
#include "core/models/initializer.h"
#include "core/models/open_model.h"
#include "core/models/packed_model.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <ATen/ops/isfinite.h>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace fettle
{

namespace
{

at::Device chooseDevice(bool cpuOnly)
{
    return !cpuOnly && at::detail::getCUDAHooks().hasCUDA() ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
}

/// Says that there is not enough memory before it is taken.
void requireMemory(const OpenedModel& opened, bool trainable)
{
    const auto need = static_cast<uint64_t>(opened.plan.arena.size()) * sizeof(float) * (trainable ? 2 : 1);
    const uint64_t available = availableMemoryBytes();
    if (need <= available)
        return;
    throw Error(ErrorCode::OutOfResources,
                fmt::format("{} has {} parameters ({}): loading it takes {} of memory, {} are free.", opened.entry.name,
                            grouped(opened.entry.parameters), sizesInWords(opened.network->facts().sizes),
                            humanBytes(need), humanBytes(available)),
                "Use a smaller model, or close other programs.", "model");
}

/// The parameters that the files do not hold, in the order and from the generator of transformers' from_pretrained.
void drawMissing(const OpenedModel& opened, at::Generator& generator)
{
    Initializer draw(opened.plan.arena, generator, opened.network->facts().initializerRange);
    for (const Arena::Entry& entry : opened.plan.arena.entries()) {
        if (opened.plan.sources.contains(entry.name))
            continue;
        if (entry.decays)
            draw.normal(entry.name);
        else
            draw.constant(entry.name, entry.name.ends_with(".weight") ? 1 : 0);
    }
}

bool isFinite(const at::Tensor& values)
{
    if (!values.is_cpu())
        return at::isfinite(values).all().item<bool>();
    // An exponent of ones is an infinity or a NaN: one reading, no memory.
    const float* data = values.const_data_ptr<float>();
    uint32_t found = 0;
    for (int64_t i = 0; i < values.numel(); ++i) {
        uint32_t bits = 0;
        std::memcpy(&bits, data + i, sizeof bits);
        found |= (bits & 0x7f800000u) == 0x7f800000u;
    }
    return found == 0;
}

std::string notFiniteWords(const LoadReport& report)
{
    const size_t count = report.notFinite.size();
    return fmt::format("The model's own weights hold values that are no numbers (NaN or infinity) in {}{}.",
                       report.notFinite.front(), count > 1 ? fmt::format(" and {} more tensors", count - 1) : "");
}

void reportNotFinite(LoadReport& report, const Arena& arena)
{
    for (const Arena::Entry& entry : arena.entries())
        if (!isFinite(arena.parameter(entry.name).value))
            report.notFinite.push_back(entry.name);
    if (!report.notFinite.empty())
        report.notices.push_back(notFiniteWords(report));
}

} // namespace

std::unique_ptr<LanguageModel> loadModel(const std::string& reference, const LoadOptions& options)
{
    OpenedModel opened = openModel(reference);
    WeightPlan& plan = opened.plan;
    const at::Device device = chooseDevice(options.cpuOnly);
    if (device.is_cpu())
        requireMemory(opened, options.trainable);
    plan.arena.allocate(device, options.trainable);
    at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(options.seed);
    if (opened.entry.randomWeights) {
        opened.network->initialize(plan.arena, generator);
    } else {
        for (const auto& [parameter, stored] : plan.sources)
            plan.arena.parameter(parameter).value.copy_(opened.weights->tensor(stored));
        drawMissing(opened, generator);
    }
    reportNotFinite(opened.entry.report, plan.arena);
    return std::make_unique<PackedModel>(std::move(opened.entry), std::move(opened.network), std::move(plan.arena),
                                         device);
}

Error notFiniteError(const ModelEntry& entry)
{
    return badInput(entry.report.notFinite.empty()
                        ? fmt::format("{} computes values that are no numbers (NaN or infinity).", entry.name)
                        : notFiniteWords(entry.report),
                    "The files are damaged, or the training that wrote them failed. Take the model from its source "
                    "again, or an earlier checkpoint.",
                    "model");
}

void requireFinite(const ModelEntry& entry)
{
    if (!entry.report.notFinite.empty())
        throw notFiniteError(entry);
}

} // namespace fettle
