// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"
#include "core/nn/processor/attention_tasks.h"

#include <c10/util/BFloat16.h>

namespace fettle::processor
{

namespace
{

// Query rows whose probabilities are collected before they go into the gradients of keys and values.
constexpr int64_t gradientBlock = 32;
// Query rows of one forward task: keys are transposed once for all of them.
constexpr int64_t forwardRows = 256;

// Scores of the query in `place` for n keys from `firstKey` on, as they go into the softmax. `slopes` may be null.
void finishScores(float* scores, float* slopes, const AttentionShape& shape, int64_t head, int64_t place,
                  int64_t firstKey, int64_t n)
{
    if (shape.alibi) {
        const double slope = shape.headSlope(head);
        if (shape.roundsAlibi) {
            const auto step = static_cast<float>(static_cast<c10::BFloat16>(static_cast<float>(slope)));
            const auto own = static_cast<float>(static_cast<c10::BFloat16>(static_cast<float>(place)));
            const auto origin = static_cast<float>(static_cast<c10::BFloat16>(step * own));
            kernels().addRoundedRamp(scores, firstKey, step, origin, static_cast<float>(shape.scale), n);
        } else {
            kernels().addRamp(scores, static_cast<float>(slope * static_cast<double>(firstKey - place)),
                              static_cast<float>(slope), n);
        }
    }
    if (shape.cap != 0)
        kernels().softCap(scores, static_cast<float>(shape.cap), slopes, n);
}

// One head's queries over its keys. Pointers are to the head's first row; `turned` is keys transposed, [D, stride].
struct HeadForward {
    const float *q, *turned, *values;
    float *out, *logSums; ///< logSums may be null
    int64_t qStride, valueStride, outStride, stride;
    int64_t rows, keys;
    int64_t head;
    int64_t place, firstKey; ///< of the first query and of the first key in the sequence
    int64_t drawRow;
};

void attendHead(const HeadForward& h, const AttentionShape& shape, const DropoutDraw& draw, float* scores)
{
    const int64_t count = h.firstKey + h.keys;
    for (int64_t r = 0; r < h.rows; r += scoreStrip) {
        const int64_t rows = std::min(scoreStrip, h.rows - r), place = h.place + r;
        // Keys [from, seen) of those at hand; whole vectors of them.
        const int64_t from = wholeKeys(shape.firstKey(place) - h.firstKey);
        const int64_t seen = shape.endKey(place + rows - 1, count) - h.firstKey, end = roundedKeys(seen);
        kernels().product(rows, end - from, shape.headDim, static_cast<float>(shape.scale), h.q + r * h.qStride,
                          h.qStride, 1, h.turned + from, h.stride, false, scores + from, h.stride);
        for (int64_t i = 0; i < rows; ++i) {
            float* row = scores + i * h.stride;
            const int64_t first = shape.firstKey(place + i), begin = first - h.firstKey;
            const int64_t length = shape.endKey(place + i, count) - first;
            finishScores(row + begin, nullptr, shape, h.head, place + i, first, length);
            std::fill(row + from, row + begin, 0.0F);
            const float logSum = kernels().softmaxRow(row + begin, length, seen - begin);
            if (h.logSums)
                h.logSums[(r + i) * shape.heads] = logSum;
            if (draw.threshold)
                kernels().dropoutRow(row + begin, row + begin, draw,
                                     static_cast<uint64_t>(h.drawRow + (r + i) * shape.heads), first, length);
        }
        kernels().product(rows, shape.headDim, seen - from, 1, scores + from, h.stride, 1,
                          h.values + from * h.valueStride, h.valueStride, false, h.out + r * h.outStride, h.outStride);
    }
}

struct BackwardPointers {
    const float *qkv, *out, *logSums, *dOut;
    float* dQkv;
};

// Scratch of one backward task.
struct BackwardScratch {
    float *turnedKeys, *turnedValues, *probabilities, *dScores;
    float* slopes; ///< of one row's capped scores
    int64_t stride;
};

// The keys [from, to) that some query of a block sees.
struct BlockKeys {
    int64_t from, to;
};

// Probabilities (as dropped) and score gradients of rows [first, first + rows) of one head, into the scratch's rows.
void backwardScores(const BackwardPointers& p, const AttentionTask& task, int64_t head, int64_t first, int64_t rows,
                    const BlockKeys& block, const AttentionShape& shape, const DropoutDraw& draw,
                    const BackwardScratch& scratch, int64_t scratchRow)
{
    const int64_t width = shape.width(), dim = shape.headDim, outWidth = shape.heads * dim, row = task.begin + first;
    const int64_t from = wholeKeys(shape.firstKey(first));
    const int64_t end = roundedKeys(shape.endKey(first + rows - 1, task.count));
    float* probabilities = scratch.probabilities + scratchRow * scratch.stride;
    float* dScores = scratch.dScores + scratchRow * scratch.stride;
    const float* dOut = p.dOut + row * outWidth + head * dim;
    const float* out = p.out + row * outWidth + head * dim;
    kernels().product(rows, end - from, dim, static_cast<float>(shape.scale), p.qkv + row * width + shape.query(head),
                      width, 1, scratch.turnedKeys + from, scratch.stride, false, probabilities + from, scratch.stride);
    kernels().product(rows, end - from, dim, 1, dOut, outWidth, 1, scratch.turnedValues + from, scratch.stride, false,
                      dScores + from, scratch.stride);
    for (int64_t i = 0; i < rows; ++i) {
        const int64_t begin = shape.firstKey(first + i), length = shape.endKey(first + i, task.count) - begin;
        const auto drawRow = static_cast<uint64_t>((row + i) * shape.heads + head);
        float* probability = probabilities + i * scratch.stride;
        float* dScore = dScores + i * scratch.stride;
        std::fill(probability + block.from, probability + begin, 0.0F);
        std::fill(dScore + block.from, dScore + begin, 0.0F);
        std::fill(dScore + begin + length, dScore + block.to, 0.0F);
        probability += begin;
        dScore += begin;
        finishScores(probability, scratch.slopes, shape, head, first + i, begin, length);
        kernels().softmaxRowAgain(probability, p.logSums[(row + i) * shape.heads + head], length, block.to - begin);
        if (draw.threshold)
            kernels().dropoutRow(dScore, dScore, draw, drawRow, begin, length);
        const float correction = kernels().dot(dOut + i * outWidth, out + i * outWidth, dim);
        kernels().softmaxRowBackward(probability, dScore, correction, static_cast<float>(shape.scale), length);
        if (shape.cap != 0)
            kernels().multiply(dScore, scratch.slopes, length);
        if (draw.threshold)
            kernels().dropoutRow(probability, probability, draw, drawRow, begin, length);
    }
}

// All queries of the heads that share one head of keys.
void attendBackwardTask(const BackwardPointers& p, const AttentionTask& task, const AttentionShape& shape,
                        const DropoutDraw& draw, const BackwardScratch& scratch)
{
    const int64_t width = shape.width(), dim = shape.headDim, outWidth = shape.heads * dim, group = shape.group();
    const int64_t keyOffset = task.begin * width + shape.key(task.head);
    const int64_t valueOffset = task.begin * width + shape.value(task.head);
    kernels().transpose(p.qkv + keyOffset, width, task.count, dim, scratch.turnedKeys, scratch.stride);
    kernels().transpose(p.qkv + valueOffset, width, task.count, dim, scratch.turnedValues, scratch.stride);
    // The last block first: it sees every key, so it begins all of their gradients. Not so with a window.
    bool add = shape.window > 0;
    for (int64_t i = 0; add && i < task.count; ++i) {
        std::fill_n(p.dQkv + keyOffset + i * width, dim, 0.0F);
        std::fill_n(p.dQkv + valueOffset + i * width, dim, 0.0F);
    }
    for (int64_t block = (task.count - 1) / gradientBlock * gradientBlock; block >= 0; block -= gradientBlock) {
        const int64_t rows = std::min(gradientBlock, task.count - block), row = task.begin + block;
        const BlockKeys keys{wholeKeys(shape.firstKey(block)), shape.endKey(block + rows - 1, task.count)};
        const int64_t count = keys.to - keys.from, firstKey = keys.from * width;
        for (int64_t head = task.head * group; head < (task.head + 1) * group; ++head) {
            for (int64_t r = 0; r < rows; r += scoreStrip)
                backwardScores(p, task, head, block + r, std::min(scoreStrip, rows - r), keys, shape, draw, scratch, r);
            kernels().product(count, dim, rows, 1, scratch.probabilities + keys.from, 1, scratch.stride,
                              p.dOut + row * outWidth + head * dim, outWidth, add, p.dQkv + valueOffset + firstKey,
                              width);
            kernels().product(count, dim, rows, 1, scratch.dScores + keys.from, 1, scratch.stride,
                              p.qkv + row * width + shape.query(head), width, add, p.dQkv + keyOffset + firstKey,
                              width);
            kernels().product(rows, dim, count, 1, scratch.dScores + keys.from, scratch.stride, 1,
                              p.qkv + keyOffset + firstKey, width, false, p.dQkv + row * width + shape.query(head),
                              width);
            add = true;
        }
    }
}

} // namespace

void attend(Tape& tape, const at::Tensor& qkv, const Sequences& sequences, const AttentionShape& shape,
            const DropoutDraw& draw, const at::Tensor& out, const at::Tensor& logSums)
{
    const int64_t width = shape.width(), dim = shape.headDim, outWidth = shape.heads * dim;
    const int64_t longest = sequences.longest;
    const int64_t stride = roundedKeys(shape.window > 0 ? std::min(longest, forwardRows + 2 * shape.window) : longest);
    const float* x = qkv.const_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    float* logs = logSums.mutable_data_ptr<float>();
    const auto tasks = attentionTasks(sequences, shape.heads, forwardRows);
    forTasks(tape, tasks, 1, (dim + scoreStrip) * stride, [&](const AttentionTask& task, float* scratch) {
        const int64_t row = task.begin + task.first, kvHead = task.head / shape.group();
        HeadForward h{};
        h.firstKey = shape.firstKey(task.first);
        h.keys = shape.endKey(task.last - 1, task.count) - h.firstKey;
        const float* keyRow = x + (task.begin + h.firstKey) * width;
        kernels().transpose(keyRow + shape.key(kvHead), width, h.keys, dim, scratch, stride);
        h.q = x + row * width + shape.query(task.head);
        h.turned = scratch;
        h.values = keyRow + shape.value(kvHead);
        h.out = y + row * outWidth + task.head * dim;
        h.logSums = logs + row * shape.heads + task.head;
        h.qStride = h.valueStride = width;
        h.outStride = outWidth;
        h.stride = stride;
        h.rows = task.last - task.first;
        h.head = task.head;
        h.place = task.first;
        h.drawRow = row * shape.heads + task.head;
        attendHead(h, shape, draw, scratch + dim * stride);
    });
}

void attendBackward(Tape& tape, const at::Tensor& qkv, const Sequences& sequences, const AttentionShape& shape,
                    const DropoutDraw& draw, const at::Tensor& out, const at::Tensor& logSums,
                    const at::Tensor& gradient, const at::Tensor& dQkv)
{
    const BackwardPointers pointers{qkv.const_data_ptr<float>(), out.const_data_ptr<float>(),
                                    logSums.const_data_ptr<float>(), gradient.const_data_ptr<float>(),
                                    dQkv.mutable_data_ptr<float>()};
    const int64_t stride = roundedKeys(sequences.longest), dim = shape.headDim;
    // One task for a head of keys and all queries that use it: nobody else adds to its gradients.
    const auto tasks = attentionTasks(sequences, shape.kvHeads, sequences.longest);
    const int64_t scratchFloats = (2 * (dim + gradientBlock) + (shape.cap != 0 ? 1 : 0)) * stride;
    forTasks(tape, tasks, 1, scratchFloats, [&](const AttentionTask& task, float* scratch) {
        float* scores = scratch + 2 * dim * stride;
        attendBackwardTask(pointers, task, shape, draw,
                           {scratch, scratch + dim * stride, scores, scores + gradientBlock * stride,
                            scores + 2 * gradientBlock * stride, stride});
    });
}

void attendCached(Tape& tape, const at::Tensor& qkv, const KvLayer& layer, int64_t length, const AttentionShape& shape,
                  const at::Tensor& out)
{
    const int64_t count = qkv.size(0), all = length + count, dim = shape.headDim;
    const int64_t kvWidth = shape.kvHeads * dim;
    const int64_t most = all - shape.firstKey(length), stride = roundedKeys(most);
    const float* x = qkv.const_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    const float* cachedKeys = layer.keys.const_data_ptr<float>();
    const float* cachedValues = layer.values.const_data_ptr<float>();
    const auto tasks = attentionTasks({{0, static_cast<int32_t>(count)}, 0}, shape.heads, forwardRows);
    // A thread is worth it from some ten thousand multiplications on.
    const int64_t grain = std::max<int64_t>(1, 65536 / (std::min(count, forwardRows) * most * dim));
    forTasks(tape, tasks, grain, (dim + scoreStrip) * stride, [&](const AttentionTask& task, float* scratch) {
        HeadForward h{};
        h.place = length + task.first;
        h.firstKey = shape.firstKey(h.place);
        h.keys = all - h.firstKey;
        const int64_t column = h.firstKey * kvWidth + task.head / shape.group() * dim;
        const float* k = cachedKeys + column;
        h.values = cachedValues + column;
        h.q = x + task.first * shape.width() + shape.query(task.head);
        h.out = y + task.first * shape.heads * dim + task.head * dim;
        if (count == 1) {
            for (int64_t j = 0; j < h.keys; ++j)
                scratch[j] = kernels().dot(h.q, k + j * kvWidth, dim) * static_cast<float>(shape.scale);
            finishScores(scratch, nullptr, shape, task.head, h.place, h.firstKey, h.keys);
            kernels().softmaxRow(scratch, h.keys, h.keys);
            kernels().product(1, dim, h.keys, 1, scratch, h.keys, 1, h.values, kvWidth, false, h.out, dim);
            return;
        }
        kernels().transpose(k, kvWidth, h.keys, dim, scratch, stride);
        h.turned = scratch;
        h.qStride = shape.width();
        h.valueStride = kvWidth;
        h.outStride = shape.heads * dim;
        h.stride = stride;
        h.rows = task.last - task.first;
        h.head = task.head;
        attendHead(h, shape, {}, scratch + dim * stride);
    });
}

void attendBeams(Tape& tape, const at::Tensor& qkv, const KvLayer& layer, const BeamRows& beams,
                 const AttentionShape& shape, const at::Tensor& out)
{
    const int64_t count = qkv.size(0), dim = shape.headDim, kvWidth = shape.kvHeads * dim;
    const int64_t all = beams.shared + static_cast<int64_t>(beams.rows.front().size()), place = all - 1;
    const int64_t first = shape.firstKey(place), keys = all - first, stride = roundedKeys(keys);
    // Of the keys in sight: so many of the beginning, the others each beam's own.
    const int64_t shared = std::max<int64_t>(0, beams.shared - first), own = keys - shared;
    const float* x = qkv.const_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    const float* cachedKeys = layer.keys.const_data_ptr<float>();
    const float* cachedValues = layer.values.const_data_ptr<float>();
    const auto tasks = attentionTasks({{0, static_cast<int32_t>(count)}, 0}, shape.heads, 1);
    const int64_t grain = std::max<int64_t>(1, 65536 / (keys * dim));
    forTasks(tape, tasks, grain, stride, [&](const AttentionTask& task, float* scores) {
        const int64_t* rows = beams.rows[static_cast<size_t>(task.first)].data() + (all - own - beams.shared);
        const int64_t column = task.head / shape.group() * dim;
        const float* q = x + task.first * shape.width() + shape.query(task.head);
        float* target = y + (task.first * shape.heads + task.head) * dim;
        const auto score = [&](int64_t row) {
            return kernels().dot(q, cachedKeys + row * kvWidth + column, dim) * static_cast<float>(shape.scale);
        };
        for (int64_t j = 0; j < shared; ++j)
            scores[j] = score(first + j);
        for (int64_t j = 0; j < own; ++j)
            scores[shared + j] = score(rows[j]);
        finishScores(scores, nullptr, shape, task.head, place, first, keys);
        kernels().softmaxRow(scores, keys, keys);
        std::fill_n(target, dim, 0.0F);
        if (shared > 0)
            kernels().product(1, dim, shared, 1, scores, shared, 1, cachedValues + first * kvWidth + column, kvWidth,
                              true, target, dim);
        for (int64_t j = 0; j < own; ++j)
            kernels().axpy(scores[shared + j], cachedValues + rows[j] * kvWidth + column, target, dim);
    });
}

} // namespace fettle::processor
