// SPDX-License-Identifier: GPL-3.0-or-later
// What a query says to the distance's key is computed for the distances alone that a strip of queries sees, which are
// hardly more than there are keys; likewise for strips of keys. Near distances stand in rows that follow one another:
// there whole runs of them are added at once.
#include "core/nn/forms.h"
#include "core/nn/processor/distance_rows.h"

namespace fettle::processor
{

namespace
{

// Query rows whose scores are at hand together.
constexpr int64_t queryBlock = 128;
// Keys, and query rows of the backward pass, whose distances are worked on together.
constexpr int64_t keyStrip = 16, queryStrip = 32;
// Parts of the distances' gradient that are summed up at the end: not a matter of threads, so that neither is the sum.
constexpr int64_t gradientParts = 4;

/// What the whole batch has in common.
struct DisentangledPointers {
    const float *qkv, *relative;
    const float* turned; ///< relative transposed, its rows `turnedStride` apart
    int64_t turnedStride;
    const Distances& distances;
    const AttentionShape& shape;

    int64_t keyColumn(int64_t head) const { return head * shape.headDim; }
    int64_t queryColumn(int64_t head) const { return distances.queryColumn(shape) + head * shape.headDim; }
    /// Rows of relative from the first of `range` on.
    const float* rows(const DistanceRange& range, int64_t column) const
    {
        return relative + range.first * distances.width(shape) + column;
    }
    /// out [count, range.stride()] = so many rows of qkv times what stands for the distances of `range`, scaled.
    void product(const DistanceRange& range, int64_t column, const float* rowsOfQkv, int64_t count, float* out) const
    {
        kernels().product(count, range.stride(), shape.headDim, static_cast<float>(shape.scale), rowsOfQkv,
                          shape.width(), 1, turned + column * turnedStride + range.first, turnedStride, false, out,
                          range.stride());
    }
};

/// One head of one sequence and the scratch for it.
struct DisentangledHead {
    const DisentangledPointers& p;
    int64_t begin, count, head;
    DistanceRows distances;
    float *turnedKeys, *scores, *byRow;
    int64_t stride; ///< of turnedKeys and scores

    const float* query(int64_t row) const { return p.qkv + (begin + row) * p.shape.width() + p.shape.query(head); }
    const float* key(int64_t row) const { return p.qkv + (begin + row) * p.shape.width() + p.shape.key(head); }
    const float* value(int64_t row) const { return p.qkv + (begin + row) * p.shape.width() + p.shape.value(head); }

    /// The scores of the queries [first, last), as they go into the softmax, into rows of `scores`.
    void computeScores(int64_t first, int64_t last) const
    {
        const bool hasQueries = p.distances.positionToContent;
        for (int64_t k = 0; hasQueries && k < count; k += keyStrip) {
            const int64_t end = std::min(k + keyStrip, count);
            const DistanceRange range = distances.rows(first, last, k, end);
            p.product(range, p.queryColumn(head), key(k), end - k, byRow);
            takeByDistance<false>(distances, first, last, k, end, range, byRow, scores, stride);
        }
        for (int64_t q = first; q < last; q += scoreStrip) {
            const int64_t end = std::min(q + scoreStrip, last);
            float* target = scores + (q - first) * stride;
            kernels().product(end - q, roundedKeys(count), p.shape.headDim, static_cast<float>(p.shape.scale), query(q),
                              p.shape.width(), 1, turnedKeys, stride, hasQueries, target, stride);
            if (!p.distances.contentToPosition)
                continue;
            const DistanceRange range = distances.rows(q, end, 0, count);
            p.product(range, p.keyColumn(head), query(q), end - q, byRow);
            for (int64_t i = q; i < end; ++i)
                addByDistance<false>(distances, i, count, range, byRow + (i - q) * range.stride(),
                                     target + (i - q) * stride);
        }
    }
};

/// The gradients of one head's queries and keys, and of its distances, from those of a block's scores.
struct DisentangledGradients {
    const DisentangledHead& h;
    float* dQkv;      ///< the sequence's
    float* dRelative; ///< this part's
    float* dScores;

    void addToQueries(int64_t first, int64_t last) const
    {
        const int64_t dim = h.p.shape.headDim, width = h.p.shape.width(), column = h.p.keyColumn(h.head);
        for (int64_t q = first; q < last; q += queryStrip) {
            const int64_t end = std::min(q + queryStrip, last);
            const DistanceRange range = h.distances.rows(q, end, 0, h.count);
            std::fill_n(h.byRow, (end - q) * range.stride(), 0.0F);
            for (int64_t i = q; i < end; ++i)
                addByDistance<true>(h.distances, i, h.count, range, h.byRow + (i - q) * range.stride(),
                                    dScores + (i - first) * h.stride);
            add(range, end - q, column, h.query(q), dQkv + q * width + h.p.shape.query(h.head), dim);
        }
    }
    void addToKeys(int64_t first, int64_t last) const
    {
        const int64_t dim = h.p.shape.headDim, width = h.p.shape.width(), column = h.p.queryColumn(h.head);
        for (int64_t k = 0; k < h.count; k += keyStrip) {
            const int64_t end = std::min(k + keyStrip, h.count);
            const DistanceRange range = h.distances.rows(first, last, k, end);
            std::fill_n(h.byRow, (end - k) * range.stride(), 0.0F);
            takeByDistance<true>(h.distances, first, last, k, end, range, h.byRow, dScores, h.stride);
            add(range, end - k, column, h.key(k), dQkv + k * width + h.p.shape.key(h.head), dim);
        }
    }

private:
    /// dRows += byRow times the distances' rows; those' gradient += byRow transposed times `rows`.
    void add(const DistanceRange& range, int64_t count, int64_t column, const float* rows, float* dRows,
             int64_t dim) const
    {
        const int64_t relativeWidth = h.p.distances.width(h.p.shape), width = h.p.shape.width();
        kernels().product(count, dim, range.count, 1, h.byRow, range.stride(), 1, h.p.rows(range, column),
                          relativeWidth, true, dRows, width);
        kernels().product(range.count, dim, count, 1, h.byRow, 1, range.stride(), rows, width, true,
                          dRelative + range.first * relativeWidth + column, relativeWidth);
    }
};

/// relative [rows, width] as [width, rows], with room behind each row for a range that is rounded up.
at::Tensor turnedRelative(Tape& tape, const at::Tensor& relative)
{
    const int64_t rows = relative.size(0), width = relative.size(1), stride = roundedKeys(rows) + 16;
    at::Tensor turned = tape.empty({width, stride});
    const float* from = relative.const_data_ptr<float>();
    float* to = turned.mutable_data_ptr<float>();
    at::parallel_for(0, width, 64, [&](int64_t first, int64_t last) {
        kernels().transpose(from + first, width, rows, last - first, to + first * stride, stride);
    });
    return turned;
}

/// A block of queries: out = dropout(softmax(scores)) values.
void attendBlock(const DisentangledHead& h, int64_t first, int64_t last, const DropoutDraw& draw, float* out,
                 float* logSums)
{
    const AttentionShape& shape = h.p.shape;
    h.computeScores(first, last);
    for (int64_t q = first; q < last; ++q) {
        float* row = h.scores + (q - first) * h.stride;
        const int64_t drawRow = (h.begin + q) * shape.heads + h.head;
        logSums[drawRow] = kernels().softmaxRow(row, h.count, h.count);
        if (draw.threshold)
            kernels().dropoutRow(row, row, draw, static_cast<uint64_t>(drawRow), 0, h.count);
    }
    const int64_t outWidth = shape.heads * shape.headDim;
    kernels().product(last - first, shape.headDim, h.count, 1, h.scores, h.stride, 1, h.value(0), shape.width(), false,
                      out + (h.begin + first) * outWidth + h.head * shape.headDim, outWidth);
}

struct DisentangledBackward {
    const float *out, *logSums, *dOut;
    float *dQkv, *dRelative;       ///< dRelative: this part's
    float *turnedValues, *dScores; ///< scratch
};

/// Probabilities (as dropped) and score gradients of a block of queries, in place of the scores and in dScores.
void backwardBlockScores(const DisentangledHead& h, const DisentangledBackward& b, int64_t first, int64_t last,
                         const DropoutDraw& draw)
{
    const AttentionShape& shape = h.p.shape;
    const int64_t dim = shape.headDim, outWidth = shape.heads * dim;
    h.computeScores(first, last);
    for (int64_t strip = first; strip < last; strip += scoreStrip) {
        const int64_t end = std::min(strip + scoreStrip, last), offset = (h.begin + strip) * outWidth + h.head * dim;
        kernels().product(end - strip, roundedKeys(h.count), dim, 1, b.dOut + offset, outWidth, 1, b.turnedValues,
                          h.stride, false, b.dScores + (strip - first) * h.stride, h.stride);
        for (int64_t q = strip; q < end; ++q) {
            float* probability = h.scores + (q - first) * h.stride;
            float* dScore = b.dScores + (q - first) * h.stride;
            const int64_t at = offset + (q - strip) * outWidth, drawRow = (h.begin + q) * shape.heads + h.head;
            kernels().softmaxRowAgain(probability, b.logSums[drawRow], h.count, h.count);
            if (draw.threshold)
                kernels().dropoutRow(dScore, dScore, draw, static_cast<uint64_t>(drawRow), 0, h.count);
            kernels().softmaxRowBackward(probability, dScore, kernels().dot(b.dOut + at, b.out + at, dim),
                                         static_cast<float>(shape.scale), h.count);
            if (draw.threshold)
                kernels().dropoutRow(probability, probability, draw, static_cast<uint64_t>(drawRow), 0, h.count);
        }
    }
}

void attendHeadBackward(const DisentangledHead& h, const DisentangledBackward& b, const DropoutDraw& draw)
{
    const AttentionShape& shape = h.p.shape;
    const int64_t dim = shape.headDim, width = shape.width(), outWidth = shape.heads * dim;
    float* dRows = b.dQkv + h.begin * width;
    for (int64_t first = 0; first < h.count; first += queryBlock) {
        const int64_t last = std::min(first + queryBlock, h.count), rows = last - first;
        backwardBlockScores(h, b, first, last, draw);
        const auto product = [&](int64_t m, int64_t k, const float* a, int64_t aRow, int64_t aColumn, const float* from,
                                 int64_t fromStride, bool add, float* to) {
            kernels().product(m, dim, k, 1, a, aRow, aColumn, from, fromStride, add, to, width);
        };
        product(h.count, rows, h.scores, 1, h.stride, b.dOut + (h.begin + first) * outWidth + h.head * dim, outWidth,
                first > 0, dRows + shape.value(h.head));
        product(h.count, rows, b.dScores, 1, h.stride, h.query(first), width, first > 0, dRows + shape.key(h.head));
        product(rows, h.count, b.dScores, h.stride, 1, h.key(0), width, false,
                dRows + first * width + shape.query(h.head));
        const DisentangledGradients gradients{h, dRows, b.dRelative, b.dScores};
        if (h.p.distances.contentToPosition)
            gradients.addToQueries(first, last);
        if (h.p.distances.positionToContent)
            gradients.addToKeys(first, last);
    }
}

/// One head of some sequences, whose distances' gradients go to one part.
struct PartTask {
    size_t firstSequence, endSequence;
    int64_t part, head;
};

std::vector<PartTask> partTasks(const Sequences& sequences, int64_t heads)
{
    std::vector<PartTask> tasks;
    const size_t count = sequences.cu.size() - 1;
    for (int64_t part = 0; part < gradientParts; ++part)
        for (int64_t head = 0; head < heads; ++head)
            tasks.push_back({count * static_cast<size_t>(part) / gradientParts,
                             count * static_cast<size_t>(part + 1) / gradientParts, part, head});
    return tasks;
}

/// total = sum of parts [parts, n].
void sumParts(const at::Tensor& parts, const at::Tensor& total)
{
    const int64_t size = total.numel();
    const float* from = parts.const_data_ptr<float>();
    float* to = total.mutable_data_ptr<float>();
    at::parallel_for(0, size, 16384, [&](int64_t first, int64_t last) {
        std::copy(from + first, from + last, to + first);
        for (int64_t part = 1; part < gradientParts; ++part)
            kernels().axpy(1, from + part * size + first, to + first, last - first);
    });
}

DisentangledPointers pointersTo(const at::Tensor& qkv, const at::Tensor& relative, const at::Tensor& turned,
                                const Distances& distances, const AttentionShape& shape)
{
    return {qkv.const_data_ptr<float>(),
            relative.const_data_ptr<float>(),
            turned.const_data_ptr<float>(),
            turned.size(1),
            distances,
            shape};
}

} // namespace

void attendDisentangled(Tape& tape, const at::Tensor& qkv, const at::Tensor& relative, const Sequences& sequences,
                        const Distances& distances, const AttentionShape& shape, const DropoutDraw& draw,
                        const at::Tensor& out, const at::Tensor& logSums)
{
    const at::Tensor turned = turnedRelative(tape, relative);
    const DisentangledPointers pointers = pointersTo(qkv, relative, turned, distances, shape);
    const int64_t stride = roundedKeys(sequences.longest), dim = shape.headDim;
    float* y = out.mutable_data_ptr<float>();
    float* logs = logSums.mutable_data_ptr<float>();
    const auto tasks = attentionTasks(sequences, shape.heads, queryBlock);
    const int64_t scratchFloats = (dim + queryBlock) * stride + keyStrip * turned.size(1);
    forTasks(tape, tasks, 1, scratchFloats, [&](const AttentionTask& task, float* scratch) {
        float* scores = scratch + dim * stride;
        const DisentangledHead head{pointers,
                                    task.begin,
                                    task.count,
                                    task.head,
                                    DistanceRows(distances, task.begin, task.count),
                                    scratch,
                                    scores,
                                    scores + queryBlock * stride,
                                    stride};
        kernels().transpose(head.key(0), shape.width(), task.count, dim, scratch, stride);
        attendBlock(head, task.first, task.last, draw, y, logs);
    });
}

void attendDisentangledBackward(Tape& tape, const at::Tensor& qkv, const at::Tensor& relative,
                                const Sequences& sequences, const Distances& distances, const AttentionShape& shape,
                                const DropoutDraw& draw, const at::Tensor& out, const at::Tensor& logSums,
                                const at::Tensor& gradient, const at::Tensor& dQkv, const at::Tensor& dRelative)
{
    const at::Tensor turned = turnedRelative(tape, relative);
    const at::Tensor parts = tape.empty({gradientParts, relative.size(0), relative.size(1)});
    const DisentangledPointers pointers = pointersTo(qkv, relative, turned, distances, shape);
    DisentangledBackward backward{out.const_data_ptr<float>(), logSums.const_data_ptr<float>(),
                                  gradient.const_data_ptr<float>(), dQkv.mutable_data_ptr<float>()};
    float* dParts = parts.mutable_data_ptr<float>();
    const int64_t stride = roundedKeys(sequences.longest), dim = shape.headDim, width = relative.size(1);
    const int64_t scratchFloats = 2 * (dim + queryBlock) * stride + queryStrip * turned.size(1);
    const auto tasks = partTasks(sequences, shape.heads);
    forTasks(tape, tasks, 1, scratchFloats, [&](const PartTask& task, float* scratch) {
        DisentangledBackward own = backward;
        own.dRelative = dParts + task.part * relative.numel();
        for (int64_t column = task.head * dim; column < width; column += shape.heads * dim)
            for (int64_t row = 0; row < relative.size(0); ++row)
                std::fill_n(own.dRelative + row * width + column, dim, 0.0F);
        own.turnedValues = scratch + dim * stride;
        own.dScores = own.turnedValues + dim * stride;
        float* scores = own.dScores + queryBlock * stride;
        for (size_t s = task.firstSequence; s < task.endSequence; ++s) {
            const int64_t begin = sequences.cu[s], count = sequences.cu[s + 1] - begin;
            if (count == 0)
                continue;
            const DisentangledHead head{pointers,
                                        begin,
                                        count,
                                        task.head,
                                        DistanceRows(distances, begin, count),
                                        scratch,
                                        scores,
                                        scores + queryBlock * stride,
                                        stride};
            kernels().transpose(head.key(0), shape.width(), count, dim, scratch, stride);
            kernels().transpose(head.value(0), shape.width(), count, dim, own.turnedValues, stride);
            attendHeadBackward(head, own, draw);
        }
    });
    sumParts(parts, dRelative);
}

} // namespace fettle::processor
