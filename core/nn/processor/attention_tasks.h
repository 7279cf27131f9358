// SPDX-License-Identifier: GPL-3.0-or-later
// How attention is shared out among threads: by sequences, heads and runs of rows.
#pragma once

#include "core/nn/ops.h"
#include "core/nn/parallel.h"

namespace fettle::processor
{

/// Query rows whose scores are worked on together; few, so that they stay in the first-level cache and a causal strip
/// computes little beyond its diagonal.
constexpr int64_t scoreStrip = 8;

inline int64_t roundedKeys(int64_t keys)
{
    return (keys + 15) / 16 * 16;
}

inline int64_t wholeKeys(int64_t keys)
{
    return keys / 16 * 16;
}

/// One head of some rows of one sequence.
struct AttentionTask {
    int64_t begin, count; ///< rows of the sequence
    int64_t head;         ///< of queries (forward) or of keys (backward)
    int64_t first, last;  ///< query rows of this task, relative to begin
};

inline std::vector<AttentionTask> attentionTasks(const Sequences& sequences, int64_t heads, int64_t rowsPerTask)
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

/// run(task, scratch) on all threads; each thread has `scratchFloats` of its own.
template <typename Task, typename Run>
void forTasks(Tape& tape, const std::vector<Task>& tasks, int64_t grain, int64_t scratchFloats, const Run& run)
{
    at::Tensor scratch = tape.empty({at::get_num_threads(), roundedKeys(scratchFloats)});
    float* memory = scratch.mutable_data_ptr<float>();
    at::parallel_for(0, static_cast<int64_t>(tasks.size()), grain, [&](int64_t first, int64_t last) {
        for (int64_t t = first; t < last; ++t)
            run(tasks[static_cast<size_t>(t)], memory + at::get_thread_num() * scratch.stride(0));
    });
}

} // namespace fettle::processor
