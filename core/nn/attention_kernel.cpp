// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/attention.h"
#include "core/nn/gemm.h"
#include "core/nn/parallel.h"

namespace fettle
{

namespace
{

// Query rows that are worked on together: their scores stay in the second-level cache.
constexpr int64_t attentionBlock = 64;

struct AttentionTask {
    int64_t begin, count; ///< rows of the sequence
    int64_t head;
    int64_t block; ///< first query row of the block, relative to begin
};

std::vector<AttentionTask> attentionTasks(const Sequences& sequences, int64_t heads, bool byBlock)
{
    std::vector<AttentionTask> tasks;
    for (size_t b = 0; b + 1 < sequences.cu.size(); ++b) {
        const int64_t begin = sequences.cu[b], count = sequences.cu[b + 1] - begin;
        for (int64_t head = 0; head < heads && count > 0; ++head)
            for (int64_t block = 0; block < (byBlock ? count : 1); block += attentionBlock)
                tasks.push_back({begin, count, head, block});
    }
    return tasks;
}

int64_t scoreStride(int64_t keys)
{
    return (keys + 15) / 16 * 16;
}

// Queries of one head over its keys: rows x keys scores, then probabilities, then out. `before` keys precede the first
// query's own. Without `logSums` (row stride `heads`) none are kept.
struct AttendArguments {
    const float *q, *k, *v;
    float *out, *logSums;
    int64_t qStride, kvStride, outStride, logStride;
    int64_t rows, keys, before;
    uint64_t drawRow; ///< of the first query; one row on is `heads` on
    int64_t heads;
};

void attendRows(const AttendArguments& a, const AttentionShape& shape, const DropoutDraw& draw, float* scores)
{
    const int64_t stride = scoreStride(a.keys);
    smallGemm(a.rows, a.keys, shape.headDim, static_cast<float>(shape.scale), {a.q, a.qStride}, {a.k, a.kvStride, true},
              0, scores, stride);
    for (int64_t r = 0; r < a.rows; ++r) {
        float* row = scores + r * stride;
        const int64_t length = shape.causal ? std::min(a.before + r + 1, a.keys) : a.keys;
        const float logSum = kernels().softmaxRow(row, length, a.keys);
        if (a.logSums)
            a.logSums[r * a.logStride] = logSum;
        if (draw.threshold)
            kernels().dropoutRow(row, row, draw, a.drawRow + static_cast<uint64_t>(r * a.heads), length);
    }
    smallGemm(a.rows, shape.headDim, a.keys, 1, {scores, stride}, {a.v, a.kvStride}, 0, a.out, a.outStride);
}

struct BackwardPointers {
    const float *qkv, *out, *logSums, *dOut;
    float* dQkv;
};

// One head's block of queries: adds to dk and dv (or begins them with `first`), writes dq.
void attendBackwardBlock(const BackwardPointers& p, const AttentionTask& task, const AttentionShape& shape,
                         const DropoutDraw& draw, int64_t keys, int64_t rows, bool first, float* probabilities,
                         float* dScores)
{
    const int64_t width = shape.width(), dim = shape.headDim, outWidth = shape.heads * dim;
    const int64_t kv = task.head / (shape.heads / shape.kvHeads);
    const int64_t row = task.begin + task.block, stride = scoreStride(keys);
    const float* q = p.qkv + row * width + task.head * dim;
    const int64_t keyOffset = task.begin * width + (shape.heads + kv) * dim;
    const int64_t valueOffset = keyOffset + shape.kvHeads * dim;
    const float* dOut = p.dOut + row * outWidth + task.head * dim;
    const float* out = p.out + row * outWidth + task.head * dim;
    const float beta = first ? 0.0F : 1.0F;

    smallGemm(rows, keys, dim, static_cast<float>(shape.scale), {q, width}, {p.qkv + keyOffset, width, true}, 0,
              probabilities, stride);
    smallGemm(rows, keys, dim, 1, {dOut, outWidth}, {p.qkv + valueOffset, width, true}, 0, dScores, stride);
    for (int64_t r = 0; r < rows; ++r) {
        const int64_t length = shape.causal ? std::min(task.block + r + 1, keys) : keys;
        const auto drawRow = static_cast<uint64_t>((row + r) * shape.heads + task.head);
        float* probability = probabilities + r * stride;
        float* dScore = dScores + r * stride;
        kernels().softmaxRowAgain(probability, p.logSums[(row + r) * shape.heads + task.head], length, keys);
        if (draw.threshold)
            kernels().dropoutRow(dScore, dScore, draw, drawRow, length);
        const float correction = kernels().dot(dOut + r * outWidth, out + r * outWidth, dim);
        kernels().softmaxRowBackward(probability, dScore, correction, static_cast<float>(shape.scale), length);
        std::fill(dScore + length, dScore + keys, 0.0F);
        if (draw.threshold)
            kernels().dropoutRow(probability, probability, draw, drawRow, length);
    }
    smallGemm(keys, dim, rows, 1, {probabilities, stride, true}, {dOut, outWidth}, beta, p.dQkv + valueOffset, width);
    smallGemm(keys, dim, rows, 1, {dScores, stride, true}, {q, width}, beta, p.dQkv + keyOffset, width);
    smallGemm(rows, dim, keys, 1, {dScores, stride}, {p.qkv + keyOffset, width}, 0,
              p.dQkv + row * width + task.head * dim, width);
}

} // namespace

void attendKernel(Tape& tape, const at::Tensor& qkv, const Sequences& sequences, const AttentionShape& shape,
                  const DropoutDraw& draw, const at::Tensor& out, const at::Tensor& logSums)
{
    const auto tasks = attentionTasks(sequences, shape.heads, true);
    const int64_t width = shape.width(), dim = shape.headDim, group = shape.heads / shape.kvHeads;
    at::Tensor scratch = tape.empty({at::get_num_threads(), attentionBlock * scoreStride(sequences.longest)});
    const float* x = qkv.const_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    float* logs = logSums.mutable_data_ptr<float>();
    at::parallel_for(0, static_cast<int64_t>(tasks.size()), 1, [&](int64_t first, int64_t last) {
        float* scores = scratch.mutable_data_ptr<float>() + at::get_thread_num() * scratch.stride(0);
        for (int64_t t = first; t < last; ++t) {
            const AttentionTask& task = tasks[static_cast<size_t>(t)];
            const int64_t rows = std::min(attentionBlock, task.count - task.block), row = task.begin + task.block;
            const float* k = x + task.begin * width + (shape.heads + task.head / group) * dim;
            AttendArguments a;
            a.q = x + row * width + task.head * dim;
            a.k = k;
            a.v = k + shape.kvHeads * dim;
            a.out = y + row * shape.heads * dim + task.head * dim;
            a.logSums = logs + row * shape.heads + task.head;
            a.qStride = a.kvStride = width;
            a.outStride = shape.heads * dim;
            a.logStride = a.heads = shape.heads;
            a.rows = rows;
            a.keys = shape.causal ? task.block + rows : task.count;
            a.before = task.block;
            a.drawRow = static_cast<uint64_t>(row * shape.heads + task.head);
            attendRows(a, shape, draw, scores);
        }
    });
}

void attendKernelBackward(Tape& tape, const at::Tensor& qkv, const Sequences& sequences, const AttentionShape& shape,
                          const DropoutDraw& draw, const at::Tensor& out, const at::Tensor& logSums,
                          const at::Tensor& dOut, const at::Tensor& dQkv)
{
    // One task for a head of keys and all queries that use it: nobody else adds to its dk and dv.
    const auto tasks = attentionTasks(sequences, shape.kvHeads, false);
    const int64_t group = shape.heads / shape.kvHeads, plane = attentionBlock * scoreStride(sequences.longest);
    at::Tensor scratch = tape.empty({at::get_num_threads(), 2 * plane});
    const BackwardPointers pointers{qkv.const_data_ptr<float>(), out.const_data_ptr<float>(),
                                    logSums.const_data_ptr<float>(), dOut.const_data_ptr<float>(),
                                    dQkv.mutable_data_ptr<float>()};
    at::parallel_for(0, static_cast<int64_t>(tasks.size()), 1, [&](int64_t firstTask, int64_t lastTask) {
        float* planes = scratch.mutable_data_ptr<float>() + at::get_thread_num() * scratch.stride(0);
        for (int64_t t = firstTask; t < lastTask; ++t) {
            AttentionTask task = tasks[static_cast<size_t>(t)];
            const int64_t kvHead = task.head;
            bool first = true;
            // The last block first: it sees every key, so it begins all of dk and dv.
            for (task.block = (task.count - 1) / attentionBlock * attentionBlock; task.block >= 0;
                 task.block -= attentionBlock) {
                const int64_t rows = std::min(attentionBlock, task.count - task.block);
                const int64_t keys = shape.causal ? task.block + rows : task.count;
                for (task.head = kvHead * group; task.head < (kvHead + 1) * group; ++task.head) {
                    attendBackwardBlock(pointers, task, shape, draw, keys, rows, first, planes, planes + plane);
                    first = false;
                }
            }
        }
    });
}

void attendCachedKernel(Tape& tape, const at::Tensor& qkv, const KvLayer& layer, int64_t length,
                        const AttentionShape& shape, const at::Tensor& out)
{
    const int64_t rows = qkv.size(0), keys = length + rows, dim = shape.headDim, group = shape.heads / shape.kvHeads;
    const Sequences one{{0, static_cast<int32_t>(rows)}, static_cast<int32_t>(rows)};
    const auto tasks = attentionTasks(one, shape.heads, true);
    at::Tensor scratch = tape.empty({at::get_num_threads(), std::min(rows, attentionBlock) * scoreStride(keys)});
    const float* x = qkv.const_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    const float* cachedKeys = layer.keys.const_data_ptr<float>();
    const float* cachedValues = layer.values.const_data_ptr<float>();
    // A thread is worth it from some ten thousand multiplications on.
    const int64_t grain = std::max<int64_t>(1, 65536 / (std::min(rows, attentionBlock) * keys * dim));
    at::parallel_for(0, static_cast<int64_t>(tasks.size()), grain, [&](int64_t first, int64_t last) {
        float* scores = scratch.mutable_data_ptr<float>() + at::get_thread_num() * scratch.stride(0);
        for (int64_t t = first; t < last; ++t) {
            const AttentionTask& task = tasks[static_cast<size_t>(t)];
            AttendArguments a;
            a.q = x + task.block * shape.width() + task.head * dim;
            a.k = cachedKeys + task.head / group * dim;
            a.v = cachedValues + task.head / group * dim;
            a.out = y + task.block * shape.heads * dim + task.head * dim;
            a.logSums = nullptr;
            a.logStride = 0;
            a.qStride = shape.width();
            a.kvStride = shape.kvHeads * dim;
            a.outStride = shape.heads * dim;
            a.rows = std::min(attentionBlock, rows - task.block);
            a.keys = length + task.block + a.rows;
            a.before = length + task.block;
            a.drawRow = 0;
            a.heads = shape.heads;
            attendRows(a, shape, {}, scores);
        }
    });
}

} // namespace fettle
