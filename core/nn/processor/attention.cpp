// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"
#include "core/nn/parallel.h"

namespace fettle::processor
{

namespace
{

// Query rows whose scores are worked on together; few, so that they stay in the first-level cache and a causal strip
// computes little beyond its diagonal.
constexpr int64_t scoreStrip = 8;
// Query rows whose probabilities are collected before they go into the gradients of keys and values.
constexpr int64_t gradientBlock = 32;
// Query rows of one forward task: keys are transposed once for all of them.
constexpr int64_t forwardRows = 256;

int64_t roundedKeys(int64_t keys)
{
    return (keys + 15) / 16 * 16;
}

struct AttentionTask {
    int64_t begin, count; ///< rows of the sequence
    int64_t head;         ///< of queries (forward) or of keys (backward)
    int64_t first, last;  ///< query rows of this task, relative to begin
};

std::vector<AttentionTask> attentionTasks(const Sequences& sequences, int64_t heads, int64_t rowsPerTask)
{
    std::vector<AttentionTask> tasks;
    for (size_t b = 0; b + 1 < sequences.cu.size(); ++b) {
        const int64_t begin = sequences.cu[b], count = sequences.cu[b + 1] - begin;
        for (int64_t head = 0; head < heads; ++head)
            for (int64_t first = 0; first < count; first += rowsPerTask)
                tasks.push_back({begin, count, head, first, std::min(count, first + rowsPerTask)});
    }
    return tasks;
}

template <typename Run>
void forTasks(Tape& tape, const std::vector<AttentionTask>& tasks, int64_t grain, int64_t scratchFloats, const Run& run)
{
    at::Tensor scratch = tape.empty({at::get_num_threads(), roundedKeys(scratchFloats)});
    float* memory = scratch.mutable_data_ptr<float>();
    at::parallel_for(0, static_cast<int64_t>(tasks.size()), grain, [&](int64_t first, int64_t last) {
        for (int64_t t = first; t < last; ++t)
            run(tasks[static_cast<size_t>(t)], memory + at::get_thread_num() * scratch.stride(0));
    });
}

// One head's queries over its keys. Pointers are to the head's first row; `turned` is keys transposed, [D, stride].
struct HeadForward {
    const float *q, *turned, *values;
    float *out, *logSums; ///< logSums may be null
    int64_t qStride, valueStride, outStride, stride;
    int64_t rows, keys;
    int64_t before; ///< keys that precede the first query's own
    int64_t drawRow;
};

void attendHead(const HeadForward& h, const AttentionShape& shape, const DropoutDraw& draw, float* scores)
{
    for (int64_t r = 0; r < h.rows; r += scoreStrip) {
        const int64_t rows = std::min(scoreStrip, h.rows - r);
        const int64_t seen = shape.causal ? std::min(h.before + r + rows, h.keys) : h.keys, end = roundedKeys(seen);
        kernels().product(rows, end, shape.headDim, static_cast<float>(shape.scale), h.q + r * h.qStride, h.qStride, 1,
                          h.turned, h.stride, false, scores, h.stride);
        for (int64_t i = 0; i < rows; ++i) {
            float* row = scores + i * h.stride;
            const int64_t length = shape.causal ? std::min(h.before + r + i + 1, h.keys) : h.keys;
            const float logSum = kernels().softmaxRow(row, length, seen);
            if (h.logSums)
                h.logSums[(r + i) * shape.heads] = logSum;
            if (draw.threshold)
                kernels().dropoutRow(row, row, draw, static_cast<uint64_t>(h.drawRow + (r + i) * shape.heads), length);
        }
        kernels().product(rows, shape.headDim, seen, 1, scores, h.stride, 1, h.values, h.valueStride, false,
                          h.out + r * h.outStride, h.outStride);
    }
}

struct BackwardPointers {
    const float *qkv, *out, *logSums, *dOut;
    float* dQkv;
};

// Scratch of one backward task.
struct BackwardScratch {
    float *turnedKeys, *turnedValues, *probabilities, *dScores;
    int64_t stride;
};

// Probabilities (as dropped) and score gradients of rows [first, first + rows) of one head, into the scratch's rows.
void backwardScores(const BackwardPointers& p, const AttentionTask& task, int64_t head, int64_t first, int64_t rows,
                    int64_t blockKeys, const AttentionShape& shape, const DropoutDraw& draw,
                    const BackwardScratch& scratch, int64_t scratchRow)
{
    const int64_t width = shape.width(), dim = shape.headDim, outWidth = shape.heads * dim, row = task.begin + first;
    const int64_t seen = shape.causal ? std::min(first + rows, task.count) : task.count, end = roundedKeys(seen);
    float* probabilities = scratch.probabilities + scratchRow * scratch.stride;
    float* dScores = scratch.dScores + scratchRow * scratch.stride;
    const float* dOut = p.dOut + row * outWidth + head * dim;
    const float* out = p.out + row * outWidth + head * dim;
    kernels().product(rows, end, dim, static_cast<float>(shape.scale), p.qkv + row * width + head * dim, width, 1,
                      scratch.turnedKeys, scratch.stride, false, probabilities, scratch.stride);
    kernels().product(rows, end, dim, 1, dOut, outWidth, 1, scratch.turnedValues, scratch.stride, false, dScores,
                      scratch.stride);
    for (int64_t i = 0; i < rows; ++i) {
        const int64_t length = shape.causal ? std::min(first + i + 1, task.count) : task.count;
        const auto drawRow = static_cast<uint64_t>((row + i) * shape.heads + head);
        float* probability = probabilities + i * scratch.stride;
        float* dScore = dScores + i * scratch.stride;
        kernels().softmaxRowAgain(probability, p.logSums[(row + i) * shape.heads + head], length, blockKeys);
        if (draw.threshold)
            kernels().dropoutRow(dScore, dScore, draw, drawRow, length);
        const float correction = kernels().dot(dOut + i * outWidth, out + i * outWidth, dim);
        kernels().softmaxRowBackward(probability, dScore, correction, static_cast<float>(shape.scale), length);
        std::fill(dScore + length, dScore + blockKeys, 0.0F);
        if (draw.threshold)
            kernels().dropoutRow(probability, probability, draw, drawRow, length);
    }
}

// All queries of the heads that share one head of keys.
void attendBackwardTask(const BackwardPointers& p, const AttentionTask& task, const AttentionShape& shape,
                        const DropoutDraw& draw, const BackwardScratch& scratch)
{
    const int64_t width = shape.width(), dim = shape.headDim, outWidth = shape.heads * dim;
    const int64_t group = shape.heads / shape.kvHeads;
    const int64_t keyOffset = task.begin * width + (shape.heads + task.head) * dim;
    const int64_t valueOffset = keyOffset + shape.kvHeads * dim;
    kernels().transpose(p.qkv + keyOffset, width, task.count, dim, scratch.turnedKeys, scratch.stride);
    kernels().transpose(p.qkv + valueOffset, width, task.count, dim, scratch.turnedValues, scratch.stride);
    bool add = false;
    // The last block first: it sees every key, so it begins all of their gradients.
    for (int64_t block = (task.count - 1) / gradientBlock * gradientBlock; block >= 0; block -= gradientBlock) {
        const int64_t rows = std::min(gradientBlock, task.count - block), row = task.begin + block;
        const int64_t keys = shape.causal ? block + rows : task.count;
        for (int64_t head = task.head * group; head < (task.head + 1) * group; ++head) {
            for (int64_t r = 0; r < rows; r += scoreStrip)
                backwardScores(p, task, head, block + r, std::min(scoreStrip, rows - r), keys, shape, draw, scratch, r);
            kernels().product(keys, dim, rows, 1, scratch.probabilities, 1, scratch.stride,
                              p.dOut + row * outWidth + head * dim, outWidth, add, p.dQkv + valueOffset, width);
            kernels().product(keys, dim, rows, 1, scratch.dScores, 1, scratch.stride, p.qkv + row * width + head * dim,
                              width, add, p.dQkv + keyOffset, width);
            kernels().product(rows, dim, keys, 1, scratch.dScores, scratch.stride, 1, p.qkv + keyOffset, width, false,
                              p.dQkv + row * width + head * dim, width);
            add = true;
        }
    }
}

} // namespace

void attend(Tape& tape, const at::Tensor& qkv, const Sequences& sequences, const AttentionShape& shape,
            const DropoutDraw& draw, const at::Tensor& out, const at::Tensor& logSums)
{
    const int64_t width = shape.width(), dim = shape.headDim, outWidth = shape.heads * dim;
    const int64_t stride = roundedKeys(sequences.longest), group = shape.heads / shape.kvHeads;
    const float* x = qkv.const_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    float* logs = logSums.mutable_data_ptr<float>();
    const auto tasks = attentionTasks(sequences, shape.heads, forwardRows);
    forTasks(tape, tasks, 1, (dim + scoreStrip) * stride, [&](const AttentionTask& task, float* scratch) {
        const int64_t row = task.begin + task.first, keys = shape.causal ? task.last : task.count;
        const float* k = x + task.begin * width + (shape.heads + task.head / group) * dim;
        kernels().transpose(k, width, keys, dim, scratch, stride);
        HeadForward h{};
        h.q = x + row * width + task.head * dim;
        h.turned = scratch;
        h.values = k + shape.kvHeads * dim;
        h.out = y + row * outWidth + task.head * dim;
        h.logSums = logs + row * shape.heads + task.head;
        h.qStride = h.valueStride = width;
        h.outStride = outWidth;
        h.stride = stride;
        h.rows = task.last - task.first;
        h.keys = keys;
        h.before = task.first;
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
    forTasks(tape, tasks, 1, 2 * (dim + gradientBlock) * stride, [&](const AttentionTask& task, float* scratch) {
        float* scores = scratch + 2 * dim * stride;
        attendBackwardTask(pointers, task, shape, draw,
                           {scratch, scratch + dim * stride, scores, scores + gradientBlock * stride, stride});
    });
}

void attendCached(Tape& tape, const at::Tensor& qkv, const KvLayer& layer, int64_t length, const AttentionShape& shape,
                  const at::Tensor& out)
{
    const int64_t count = qkv.size(0), keys = length + count, dim = shape.headDim, group = shape.heads / shape.kvHeads;
    const int64_t stride = roundedKeys(keys), kvWidth = shape.kvHeads * dim;
    const float* x = qkv.const_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    const float* cachedKeys = layer.keys.const_data_ptr<float>();
    const float* cachedValues = layer.values.const_data_ptr<float>();
    const auto tasks = attentionTasks({{0, static_cast<int32_t>(count)}, 0}, shape.heads, forwardRows);
    // A thread is worth it from some ten thousand multiplications on.
    const int64_t grain = std::max<int64_t>(1, 65536 / (std::min(count, forwardRows) * keys * dim));
    forTasks(tape, tasks, grain, (dim + scoreStrip) * stride, [&](const AttentionTask& task, float* scratch) {
        const float* k = cachedKeys + task.head / group * dim;
        const float* v = cachedValues + task.head / group * dim;
        const float* q = x + task.first * shape.width() + task.head * dim;
        float* target = y + task.first * shape.heads * dim + task.head * dim;
        if (count == 1) {
            for (int64_t j = 0; j < keys; ++j)
                scratch[j] = kernels().dot(q, k + j * kvWidth, dim) * static_cast<float>(shape.scale);
            kernels().softmaxRow(scratch, keys, keys);
            kernels().product(1, dim, keys, 1, scratch, keys, 1, v, kvWidth, false, target, dim);
            return;
        }
        kernels().transpose(k, kvWidth, keys, dim, scratch, stride);
        HeadForward h{};
        h.q = q;
        h.turned = scratch;
        h.values = v;
        h.out = target;
        h.qStride = shape.width();
        h.valueStride = kvWidth;
        h.outStride = shape.heads * dim;
        h.stride = stride;
        h.rows = task.last - task.first;
        h.keys = keys;
        h.before = length + task.first;
        attendHead(h, shape, {}, scratch + dim * stride);
    });
}

} // namespace fettle::processor
