// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/check/probe.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/models/model.h"
#include "core/models/padded_batch.h"
#include "core/tensors/safetensors.h"

#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace fettle
{

namespace
{

PaddedBatch readProbeBatch(const std::filesystem::path& path)
{
    const SafetensorsFile file(path);
    const auto part = [&](const char* name) {
        if (!file.contains(name))
            return at::Tensor();
        const at::Tensor tensor = file.tensor(name);
        if (tensor.is_floating_point())
            throw badInput(fmt::format("{}: {} must hold whole numbers.", path.string(), name), {}, "batch");
        return tensor.to(at::kLong).clone(); // the map closes with the file
    };
    if (!file.contains("input_ids"))
        throw badInput(fmt::format("{} has no tensor input_ids.", path.string()), {}, "batch");
    return {part("input_ids"), part("attention_mask"), part("labels"), part("token_type_ids")};
}

// The parameters whose gradients are asked for, in the model's order.
std::vector<std::string> probedParameters(const Arena& arena, const std::vector<std::string>& asked)
{
    std::vector<std::string> all, chosen;
    for (const Arena::Entry& entry : arena.entries())
        if (entry.trains)
            all.push_back(entry.name);
    if (std::find(asked.begin(), asked.end(), "all") != asked.end())
        return all;
    for (const std::string& name : asked) {
        if (const Arena::Entry* entry = arena.find(name); !entry || !entry->trains) {
            const auto nearest = nearestName(name, all);
            throw badInput(fmt::format("The model has no parameter {} that learns.", name),
                           nearest ? fmt::format("Did you mean {}?", *nearest) : "", "grads");
        }
        chosen.push_back(name);
    }
    return chosen;
}

at::Tensor paddedLogits(LanguageModel& model, const PackedRows& packed, at::IntArrayRef shape)
{
    const int64_t vocabulary = model.facts().vocabularySize;
    at::Tensor logits = at::zeros({shape[0] * shape[1], vocabulary});
    if (!packed.places.empty())
        logits.index_copy_(0, at::tensor(packed.places, at::kLong), model.logits(packed.batch).to(at::kCPU));
    return logits.view({shape[0], shape[1], vocabulary});
}

} // namespace

ProbeResult probeModel(const ProbeRequest& request)
{
    const PaddedBatch padded = readProbeBatch(request.batch);
    LoadOptions options;
    options.trainable = !request.grads.empty();
    const auto model = loadModel(request.model, options);
    const auto names = probedParameters(model->arena(), request.grads);
    const PackedRows packed = packPadded(padded, model->facts().objective);

    ProbeResult result;
    result.notices = model->facts().report.notices;
    result.tokens = packed.batch.tokens();
    result.gradedTokens = packed.batch.gradedTokens;
    std::vector<std::pair<std::string, at::Tensor>> out;
    out.emplace_back("logits", paddedLogits(*model, packed, padded.inputIds.sizes()));
    const double share = result.gradedTokens > 0 ? 1.0 / static_cast<double>(result.gradedTokens) : 0;
    const LossSum loss =
        options.trainable ? model->gradientsOf(packed.batch, share) : model->evaluateBatch(packed.batch);
    result.loss = result.gradedTokens > 0 ? loss.sum * share : std::numeric_limits<double>::quiet_NaN();
    out.emplace_back("loss", at::scalar_tensor(result.loss, at::kFloat).view({1}));
    for (const std::string& name : names)
        out.emplace_back("grad." + name, model->arena().parameter(name).grad);
    result.gradients = static_cast<int64_t>(names.size());
    writeFileAtomically(request.out, [&](FileWriter& writer) { writeSafetensors(writer, out); });
    return result;
}

} // namespace fettle
