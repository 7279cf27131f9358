// SPDX-License-Identifier: GPL-3.0-or-later
// The queue of requests to try a model.
#include "core/session_try.h"

#include "core/base/error.h"
#include "core/base/failure.h"
#include "core/generate/conversation.h"
#include "core/generate/generator.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>
#include <utility>

namespace fettle
{

uint64_t TryQueue::add(const TryRequest& request, TryCallbacks callbacks)
{
    auto job = std::make_shared<Try>();
    job->request = request;
    job->callbacks = std::move(callbacks);
    const std::lock_guard lock(m_mutex);
    job->id = ++m_lastId;
    m_waiting.push_back(std::move(job));
    return m_lastId;
}

void TryQueue::cancel(uint64_t id)
{
    const std::lock_guard lock(m_mutex);
    if (m_inWork && m_inWork->id == id)
        m_inWork->isCancelled = true;
    for (const auto& job : m_waiting)
        if (job->id == id)
            job->isCancelled = true;
}

void TryQueue::cancelAll()
{
    const std::lock_guard lock(m_mutex);
    if (m_inWork)
        m_inWork->isCancelled = true;
    for (const auto& job : m_waiting)
        job->isCancelled = true;
}

bool TryQueue::isEmpty() const
{
    const std::lock_guard lock(m_mutex);
    return m_waiting.empty();
}

std::shared_ptr<TryQueue::Try> TryQueue::takeNext()
{
    const std::lock_guard lock(m_mutex);
    m_inWork.reset();
    if (!m_waiting.empty()) {
        m_inWork = std::move(m_waiting.front());
        m_waiting.pop_front();
    }
    return m_inWork;
}

void TryQueue::serve()
{
    while (const std::shared_ptr<Try> job = takeNext()) {
        try {
            serveOne(*job);
        } catch (...) {
            if (job->callbacks.onFailed)
                job->callbacks.onFailed(currentFailure());
        }
    }
}

void TryQueue::serveOne(const Try& job)
{
    const auto endedAsCancelled = [&] {
        const bool isCancelled = job.isCancelled;
        if (isCancelled && job.callbacks.onCancelled)
            job.callbacks.onCancelled();
        return isCancelled;
    };
    if (endedAsCancelled())
        return;
    LoadedModels::Loaded& loaded = m_models.get(job.request.model);
    if (endedAsCancelled())
        return;
    if (loaded.model->facts().objective == Objective::Masked) {
        const auto fills = fillMask(*loaded.model, *loaded.tokenizer, job.request.prompt, job.request.topK);
        if (!endedAsCancelled() && job.callbacks.onFilled)
            job.callbacks.onFilled(fills);
        return;
    }
    Prompt prompt = job.request.prompt;
    if (!job.request.messages.empty()) {
        const int64_t context = loaded.model->facts().contextLength, most = job.request.options.maxLength;
        FittedConversation fitted = fitConversation(loaded.chatTemplate(), *loaded.tokenizer, job.request.messages,
                                                    most > 0 ? std::min(most, context) : context,
                                                    job.request.options.maxNewTokens, [&] { return !job.isCancelled; });
        if (endedAsCancelled())
            return;
        prompt = std::move(fitted.prompt);
        if (job.callbacks.onFitted)
            job.callbacks.onFitted(fitted.leftOut);
    }
    const Generation generation = generate(
        *loaded.model, *loaded.tokenizer, prompt, job.request.options,
        [&](const GeneratedPiece& piece) {
            if (job.callbacks.onPiece && !job.isCancelled)
                job.callbacks.onPiece(piece);
            return !job.isCancelled;
        },
        [&](const BeamProgress& beams) {
            if (job.callbacks.onBeams)
                job.callbacks.onBeams(beams);
            return !job.isCancelled;
        });
    if (!endedAsCancelled() && job.callbacks.onWritten)
        job.callbacks.onWritten(generation);
}

} // namespace fettle
