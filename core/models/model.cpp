// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/model.h"

#include "core/base/error.h"
#include "core/models/lora.h"
#include "core/models/network.h"
#include "core/nn/matmul/matmul.h"
#include "core/nn/matmul/narrow.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace fettle
{

namespace
{

at::Tensor toDevice(const std::vector<int64_t>& numbers, at::Device device)
{
    at::Tensor tensor = at::empty({static_cast<int64_t>(numbers.size())}, at::kLong);
    std::copy(numbers.begin(), numbers.end(), tensor.mutable_data_ptr<int64_t>());
    return tensor.to(device);
}

// Kernels do not look: a number outside its table would read foreign memory.
int64_t checkNumbers(const std::vector<int64_t>& numbers, int64_t below, const char* what)
{
    int64_t largest = 0, smallest = 0;
    for (int64_t number : numbers) {
        largest = std::max(largest, number);
        smallest = std::min(smallest, number);
    }
    if (smallest < 0 || largest >= below)
        throw badInput(
            fmt::format("{} {} is outside the model's 0 to {}.", what, smallest < 0 ? smallest : largest, below - 1),
            "The data and the model's vocabulary or context length do not fit together.", "model");
    return largest;
}

// Kernels size their scratch by the longest sequence: it is measured here, not believed.
SequencesPtr sequencesOf(const PackedBatch& batch)
{
    auto sequences = std::make_shared<Sequences>();
    sequences->cu = batch.cuSeqlens;
    bool whole = !batch.cuSeqlens.empty() && batch.cuSeqlens.front() == 0 && batch.cuSeqlens.back() == batch.tokens();
    for (size_t b = 0; b + 1 < batch.cuSeqlens.size(); ++b) {
        const int32_t length = batch.cuSeqlens[b + 1] - batch.cuSeqlens[b];
        whole = whole && length >= 0;
        sequences->longest = std::max(sequences->longest, length);
    }
    if (!whole)
        throw Error(ErrorCode::Failed, "A packed batch's sequences do not cover its tokens.");
    return sequences;
}

} // namespace

LanguageModel::LanguageModel(ModelFacts facts, std::unique_ptr<Network> network, Arena arena, at::Device device,
                             bool plainForms, std::shared_ptr<const Adapters> adapters,
                             std::shared_ptr<const Weights> lender)
    : m_facts(std::move(facts)), m_network(std::move(network)), m_arena(std::move(arena)),
      m_adapters(std::move(adapters)), m_lender(std::move(lender)),
      m_tape(device, m_arena.values().scalar_type(), plainForms)
{
}

LanguageModel::~LanguageModel()
{
    if (m_lender)
        releaseWidened();
}

void LanguageModel::mergeAdapters()
{
    if (!m_adapters)
        return;
    m_tape.begin(false); // what it knows of the weights is no longer so
    m_arena.takeOver();
    requireUnchangedFiles();
    m_lender.reset();
    for (const AdapterSite& site : m_adapters->sites) {
        const at::Tensor up = site.up->value * site.scale, weight = site.weight->value;
        const at::Tensor outByIn = site.isConv1d ? weight.t() : weight;
        const at::Tensor norm = site.magnitude ? site.weightNorm(m_tape) : at::Tensor();
        matmul(up, site.down->value, outByIn, true);
        site.up->value.zero_(); // what is added beside comes to nothing
        if (site.magnitude) {
            outByIn.mul_((site.magnitude->value / norm).unsqueeze(1));
            site.magnitude->value.copy_(site.weightNorm(m_tape)); // and nothing is made longer or shorter
        }
    }
    m_arena.fillMaster();
    m_adapters.reset();
}

void LanguageModel::requireUnchangedFiles() const
{
    if (m_lender)
        m_lender->requireUnchanged();
}

NetworkInput LanguageModel::inputOf(const PackedBatch& batch) const
{
    const auto tokens = static_cast<size_t>(batch.tokens());
    if (batch.positionIds.size() != tokens || (!batch.tokenTypeIds.empty() && batch.tokenTypeIds.size() != tokens))
        throw Error(ErrorCode::Failed, "A packed batch's parts differ in length.");
    NetworkInput input;
    checkNumbers(batch.inputIds, m_facts.vocabularySize, "Token id");
    input.lastPosition =
        checkNumbers(batch.positionIds, m_facts.anyPosition ? INT32_MAX : m_facts.contextLength, "Position");
    checkNumbers(batch.tokenTypeIds, m_facts.tokenTypes, "Token type");
    input.ids = toDevice(batch.inputIds, device());
    input.positions = toDevice(batch.positionIds, device());
    input.types = batch.tokenTypeIds.empty() ? at::zeros_like(input.ids) : toDevice(batch.tokenTypeIds, device());
    input.sequences = sequencesOf(batch);
    return input;
}

LossSum LanguageModel::run(const PackedBatch& batch, bool gradients, double gradScale, const TapeDropout& dropout,
                           bool accuracy)
{
    if (batch.targets.size() != batch.inputIds.size())
        throw Error(ErrorCode::Failed, "A packed batch's parts differ in length.");
    std::vector<int64_t> graded, targets;
    for (size_t i = 0; i < batch.targets.size(); ++i)
        if (batch.targets[i] != ignoredLabel) {
            graded.push_back(static_cast<int64_t>(i));
            targets.push_back(batch.targets[i]);
        }
    checkNumbers(targets, m_facts.vocabularySize, "Label");
    if (graded.empty())
        return {};
    const NetworkInput input = inputOf(batch);
    m_tape.begin(gradients, dropout, m_recomputes);
    const Var hidden = m_network->hidden(m_tape, input);
    const Var rows = m_network->top(m_tape, selectRows(m_tape, hidden, toDevice(graded, device())));
    LossSum loss{0, static_cast<int64_t>(graded.size())};
    loss.sum = gradedLoss(m_tape, rows, m_network->head(), toDevice(targets, device()), gradScale, m_labelSmoothing,
                          accuracy ? &loss.right : nullptr);
    if (gradients)
        m_tape.backward();
    requireUnchangedFiles();
    return loss;
}

LossSum LanguageModel::trainBatch(const PackedBatch& batch, double gradScale, const DropoutKey& dropout)
{
    // transformers' hook divides by the root of input_ids' columns, however many rows lie in them.
    const auto length = static_cast<double>(std::max<int64_t>({1, batch.maxSeqlen, batch.paddedLength}));
    return run(batch, true, gradScale, {true, dropout.seed, dropout.step, m_noiseAlpha / std::sqrt(length)});
}

LossSum LanguageModel::evaluateBatch(const PackedBatch& batch, bool accuracy)
{
    return run(batch, false, 1, {}, accuracy);
}

LossSum LanguageModel::gradientsOf(const PackedBatch& batch, double gradScale)
{
    return run(batch, true, gradScale, {});
}

at::Tensor LanguageModel::logits(const PackedBatch& batch, const std::vector<int64_t>* positions)
{
    const NetworkInput input = inputOf(batch);
    m_tape.begin(false);
    Var rows = m_network->hidden(m_tape, input);
    if (positions)
        rows = std::make_shared<Node>(Node{at::index_select(rows->value, 0, toDevice(*positions, device())), {}});
    requireUnchangedFiles();
    return headLogits(m_tape, m_network->top(m_tape, rows), m_network->head());
}

std::unique_ptr<KvCache> LanguageModel::newCache(int64_t capacity)
{
    if (m_facts.isMasked())
        throw Error(ErrorCode::Failed, "A masked model has no cache.");
    auto cache = std::make_unique<KvCache>();
    cache->m_capacity = capacity;
    for (int64_t layer = 0; layer < m_facts.layers; ++layer)
        cache->m_layers.push_back({at::empty({capacity, m_facts.keyValueWidth}, m_tape.options()),
                                   at::empty({capacity, m_facts.keyValueWidth}, m_tape.options())});
    return cache;
}

// What a step with a cache takes, without its positions.
NetworkInput LanguageModel::cachedInput(KvCache& cache, const std::vector<int64_t>& ids, int64_t lastPosition) const
{
    NetworkInput input;
    checkNumbers(ids, m_facts.vocabularySize, "Token id");
    if (!m_facts.anyPosition)
        checkNumbers({lastPosition}, m_facts.contextLength, "Position");
    input.lastPosition = lastPosition;
    input.ids = toDevice(ids, device());
    input.types = at::zeros_like(input.ids);
    input.cache = &cache.m_layers;
    input.cached = cache.m_length;
    return input;
}

bool LanguageModel::isReadAgain(const KvCache& cache, int64_t newTokens) const
{
    return cache.m_length > 0 && cache.m_length < m_network->readAgainAt() &&
           cache.m_length + newTokens >= m_network->readAgainAt();
}

/// One sequence goes on; `lastPosition` is of the text as far as it is known. [ids, C].
Var LanguageModel::append(KvCache& cache, const std::vector<int64_t>& ids, int64_t lastPosition)
{
    const auto count = static_cast<int64_t>(ids.size());
    NetworkInput input = cachedInput(cache, ids, lastPosition);
    input.positions = at::arange(cache.m_length, cache.m_length + count, input.ids.options());
    cache.m_ids.resize(static_cast<size_t>(cache.m_length));
    cache.m_ids.insert(cache.m_ids.end(), ids.begin(), ids.end());
    cache.m_length > 0 ? m_tape.goOn() : m_tape.begin(false); // its keys, too, are of the parameters as they were
    Var hidden = m_network->hidden(m_tape, input);
    requireUnchangedFiles();
    cache.m_length += count;
    return hidden;
}

/// Each beam goes on with its own token, whose row is already the last of its rows. [beams, C].
Var LanguageModel::appendToBeams(KvCache& cache, const std::vector<int64_t>& ids, int64_t lastPosition)
{
    NetworkInput input = cachedInput(cache, ids, lastPosition);
    for (size_t b = 0; b < ids.size(); ++b) {
        std::vector<int64_t>& rows = cache.m_beams.rows[b];
        rows.push_back(static_cast<int64_t>(cache.m_ids.size()));
        cache.m_ids.push_back(ids[b]);
    }
    input.positions = at::full_like(input.ids, cache.m_length);
    input.beams = &cache.m_beams;
    m_tape.goOn();
    Var hidden = m_network->hidden(m_tape, input);
    requireUnchangedFiles();
    ++cache.m_length;
    return hidden;
}

at::Tensor LanguageModel::step(KvCache& cache, const std::vector<int64_t>& ids)
{
    const auto count = static_cast<int64_t>(ids.size());
    if (count == 0 || cache.m_length + count > cache.m_capacity || !cache.m_beams.rows.empty())
        throw Error(ErrorCode::Failed, fmt::format("{} tokens do not fit into a cache of {} that holds {}.", count,
                                                   cache.m_capacity, cache.m_length));
    std::vector<int64_t> unread = ids;
    if (isReadAgain(cache, count)) {
        unread.insert(unread.begin(), cache.m_ids.begin(), cache.m_ids.end());
        cache.m_length = 0;
    }
    const auto rows = static_cast<int64_t>(unread.size());
    const Var hidden = append(cache, unread, cache.m_length + rows - 1);
    const Var last = std::make_shared<Node>(Node{hidden->value.narrow(0, rows - 1, 1), {}});
    const at::Tensor logits = headLogits(m_tape, m_network->top(m_tape, last), m_network->head());
    return logits.view({-1}).to(at::kCPU, at::kFloat);
}

at::Tensor LanguageModel::stepBeams(KvCache& cache, const std::vector<int64_t>& ids, const std::vector<size_t>& parents)
{
    const size_t count = ids.size();
    BeamRows& beams = cache.m_beams;
    if (beams.rows.empty())
        beams = {cache.m_length, std::vector<std::vector<int64_t>>(count)};
    const bool isFirst = beams.rows.front().empty();
    if (count == 0 || beams.rows.size() != count || parents.size() != count ||
        std::ssize(cache.m_ids) + static_cast<int64_t>(count) > cache.m_capacity)
        throw Error(ErrorCode::Failed, fmt::format("{} beams do not fit into a cache of {} with {} beams of {} tokens.",
                                                   count, cache.m_capacity, beams.rows.size(), cache.m_length));
    std::vector<std::vector<int64_t>> rows;
    for (size_t b = 0; b < count; ++b)
        rows.push_back(beams.rows.at(isFirst ? b : parents[b]));
    beams.rows = std::move(rows);
    if (isReadAgain(cache, 1))
        readBeamsAgain(cache, cache.m_length);
    const Var hidden = appendToBeams(cache, ids, cache.m_length);
    return headLogits(m_tape, m_network->top(m_tape, hidden), m_network->head()).to(at::kCPU, at::kFloat);
}

/// Keys and values of all that the beams hold, anew.
void LanguageModel::readBeamsAgain(KvCache& cache, int64_t lastPosition)
{
    const std::vector<int64_t> old = cache.m_ids;
    std::vector<std::vector<int64_t>> rows(cache.m_beams.rows.size());
    rows.swap(cache.m_beams.rows);
    cache.m_length = 0;
    append(cache, {old.begin(), old.begin() + cache.m_beams.shared}, lastPosition);
    for (size_t t = 0; t < rows.front().size(); ++t) {
        std::vector<int64_t> ids;
        for (const auto& beam : rows)
            ids.push_back(old[static_cast<size_t>(beam[t])]);
        appendToBeams(cache, ids, lastPosition);
    }
}

} // namespace fettle
