// SPDX-License-Identifier: GPL-3.0-or-later
// The queue of requests to try a model.
#include "core/session_try.h"

#include "core/base/error.h"
#include "core/generate/generator.h"
#include "core/tokenizers/tokenizer.h"
#include "core/train/failure.h"

#include <utility>

namespace fettle
{

uint64_t TryQueue::add(const TryRequest& request, TryCallbacks callbacks)
{
    const std::lock_guard lock(m_mutex);
    m_jobs.push_back({++m_lastId, request, std::move(callbacks)});
    return m_lastId;
}

void TryQueue::cancel(uint64_t id)
{
    const std::lock_guard lock(m_mutex);
    m_cancelled = id;
    std::erase_if(m_jobs, [id](const Job& job) { return job.id == id; });
}

void TryQueue::cancelAll()
{
    const std::lock_guard lock(m_mutex);
    m_cancelledAll = true;
    m_jobs.clear();
}

bool TryQueue::isEmpty() const
{
    const std::lock_guard lock(m_mutex);
    return m_jobs.empty();
}

void TryQueue::serve()
{
    for (;;) {
        Job job;
        {
            const std::lock_guard lock(m_mutex);
            if (m_jobs.empty())
                return;
            job = std::move(m_jobs.front());
            m_jobs.pop_front();
        }
        try {
            serveOne(job);
        } catch (...) {
            const Error error = currentFailure();
            if (job.callbacks.onFailed)
                job.callbacks.onFailed(error.message(), error.hint());
        }
    }
}

void TryQueue::serveOne(const Job& job)
{
    LoadedModels::Loaded& loaded = m_models.get(job.request.model);
    if (isCancelled(job.id))
        return;
    if (loaded.model->entry().objective == Objective::Masked) {
        const auto fills = fillMask(*loaded.model, *loaded.tokenizer, job.request.prompt, job.request.topK);
        if (job.callbacks.onFilled)
            job.callbacks.onFilled(fills);
        return;
    }
    const Generation generation = generate(*loaded.model, *loaded.tokenizer, job.request.prompt, job.request.options,
                                           [&](const GeneratedPiece& piece) {
                                               if (job.callbacks.onPiece)
                                                   job.callbacks.onPiece(piece);
                                               return !isCancelled(job.id);
                                           });
    if (job.callbacks.onWritten)
        job.callbacks.onWritten(generation);
}

} // namespace fettle
