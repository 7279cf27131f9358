// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/machine.h"
#include "core/base/text.h"
#include "core/models/adapter_weights.h"
#include "core/models/open_model.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <ATen/ops/isfinite.h>
#include <cstring>
#include <fmt/format.h>

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
    const ModelFacts& facts = opened.plan.facts;
    const Arena& arena = opened.plan.arena;
    const int64_t floats = arena.size() * (trainable ? 2 : 1) + arena.frozenSize();
    const uint64_t need = static_cast<uint64_t>(floats) * sizeof(float);
    const uint64_t available = availableMemoryBytes();
    if (need <= available)
        return;
    throw Error(ErrorCode::OutOfResources,
                fmt::format("{} has {} parameters ({}): loading it takes {} of memory, {} are free.", facts.name,
                            grouped(facts.parameters), countsInWords(facts), humanBytes(need), humanBytes(available)),
                "Use a smaller model, or close other programs.", "model");
}

/// The files' tensors; what they do not hold is drawn in the order and from the generator of from_pretrained.
void fillFromFiles(const OpenedModel& opened, at::Generator& generator)
{
    for (const auto& [parameter, stored] : opened.sources)
        if (!opened.plan.arena.find(parameter)->isLent)
            opened.plan.arena.parameter(parameter).value.copy_(opened.weights->tensor(stored));
    for (const auto& [parameter, stored] : opened.adapterSources)
        opened.plan.arena.parameter(parameter).value.copy_(opened.adapterWeights->tensor(stored));
    for (const Arena::Entry& entry : opened.plan.arena.entries())
        if (!opened.sources.contains(entry.name) && !opened.adapterSources.contains(entry.name) &&
            entry.traits.role != Role::Adapter)
            drawWeight(opened.plan, entry, generator);
}

/// An exponent of ones is an infinity or a NaN: one reading, no memory.
template <typename Bits>
bool hasNoFullExponent(const void* data, size_t count, Bits exponent)
{
    Bits found = 0;
    for (size_t i = 0; i < count; ++i) {
        Bits bits = 0;
        std::memcpy(&bits, static_cast<const char*>(data) + i * sizeof bits, sizeof bits);
        found |= static_cast<Bits>((bits & exponent) == exponent);
    }
    return found == 0;
}

bool isFinite(const at::Tensor& values)
{
    if (!values.is_cpu())
        return at::isfinite(values).all().item<bool>();
    const auto count = static_cast<size_t>(values.numel());
    const auto type = values.scalar_type();
    return type == at::kFloat
               ? hasNoFullExponent<uint32_t>(values.const_data_ptr(), count, 0x7f800000u)
               : hasNoFullExponent<uint16_t>(values.const_data_ptr(), count, type == at::kHalf ? 0x7c00u : 0x7f80u);
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
    return loadModel(openModel(reference), options);
}

std::unique_ptr<LanguageModel> loadModel(OpenedModel opened, const LoadOptions& options)
{
    Blueprint& plan = opened.plan;
    const at::Device device = chooseDevice(options.cpuOnly);
    if (device.is_cpu())
        requireMemory(opened, options.trainable);
    plan.arena.allocate({device, options.trainable});
    at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(options.seed);
    if (plan.facts.randomWeights)
        drawWeights(plan, generator);
    else
        fillFromFiles(opened, generator);
    std::shared_ptr<const Adapters> adapters;
    if (plan.lora) {
        if (!opened.adapterWeights) { // as PEFT draws them after torch.manual_seed
            at::Generator own = at::make_generator<at::CPUGeneratorImpl>(options.seed);
            drawAdapters(plan, own);
            measureMagnitudes(plan);
        }
        adapters =
            std::make_shared<Adapters>(Adapters{opened.adapterConfig, *plan.lora, plan.adapters, !plan.untied.empty()});
    }
    plan.arena.fillMaster();
    if (opened.weights)
        opened.weights->requireUnchanged();
    reportNotFinite(plan.facts.report, plan.arena);
    std::shared_ptr<const Weights> lender;
    if (plan.arena.lentBytes() > 0)
        lender = std::make_shared<Weights>(std::move(*opened.weights));
    return std::make_unique<LanguageModel>(std::move(plan.facts), std::move(opened.network), std::move(plan.arena),
                                           device, false, std::move(adapters), std::move(lender));
}

Error notFiniteError(const ModelFacts& model)
{
    return badInput(model.report.notFinite.empty()
                        ? fmt::format("{} computes values that are no numbers (NaN or infinity).", model.name)
                        : notFiniteWords(model.report),
                    "The files are damaged, or the training that wrote them failed. Take the model from its source "
                    "again, or an earlier checkpoint.",
                    "model");
}

void requireFinite(const ModelFacts& model)
{
    if (!model.report.notFinite.empty())
        throw notFiniteError(model);
}

} // namespace fettle
