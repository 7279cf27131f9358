// SPDX-License-Identifier: GPL-3.0-or-later
// The façade and its one engine thread.
#include "core/session.h"

#include "core/base/adapter_base.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/models/inspect.h"
#include "core/session_try.h"
#include "core/tokenizers/readable_pieces.h"
#include "core/tokenizers/tokenizer.h"
#include "core/train/perform_run.h"
#include "core/train/run_control.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace fettle
{

namespace
{

EndMode endModeOf(StopMode mode)
{
    return mode == StopMode::SaveAndStop         ? EndMode::Save
           : mode == StopMode::KeepBestAndFinish ? EndMode::KeepBest
                                                 : EndMode::Discard;
}

} // namespace

/// The thread, what waits for it, and the run it is at.
class Session::Engine : private EventSink
{
public:
    explicit Engine(EventSink& sink) : m_sink(sink), m_thread([this] { work(); }) {}

    ~Engine() override
    {
        {
            const std::lock_guard lock(m_mutex);
            m_quit = true;
            if (m_control)
                m_control->end(EndMode::Save);
            m_changed.notify_all();
        }
        m_tries.cancelAll();
        m_thread.join();
    }

    void start(RunRequest request)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return !m_isFinishing; }); // the last one is just giving out its last event
        if (m_isRunning)
            throw badInput("a run is in progress", "Stop it first.");
        m_request = std::move(request);
        m_control = std::make_shared<RunControl>([this] { m_tries.serve(); }, [this] { return !m_tries.isEmpty(); });
        m_isRunning = true;
        m_changed.notify_all();
    }

    void control(const std::function<void(RunControl&)>& ask)
    {
        const std::lock_guard lock(m_mutex);
        if (m_control)
            ask(*m_control);
    }

    bool isRunning() const
    {
        const std::lock_guard lock(m_mutex);
        return m_isRunning && !m_isFinishing;
    }

    void waitUntilFinished()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return !m_isRunning; });
    }

    uint64_t tryModel(const TryRequest& request, TryCallbacks callbacks)
    {
        const uint64_t id = m_tries.add(request, std::move(callbacks));
        const std::lock_guard lock(m_mutex);
        if (m_control)
            m_control->wake();
        m_changed.notify_all();
        return id;
    }

    void cancelTry(uint64_t id) { m_tries.cancel(id); }

private:
    void work()
    {
        std::unique_lock lock(m_mutex);
        for (;;) {
            m_changed.wait(lock, [&] { return m_quit || m_isRunning || !m_tries.isEmpty(); });
            if (m_isRunning) {
                const RunRequest request = std::move(m_request);
                const std::shared_ptr<RunControl> control = m_control;
                lock.unlock();
                performRun(request, *this, *control);
                lock.lock();
                m_control.reset();
                m_isRunning = m_isFinishing = false;
                m_changed.notify_all();
            } else if (m_quit && m_tries.isEmpty()) {
                return;
            } else { // at the end too: those that were cancelled are told
                lock.unlock();
                m_tries.serve();
                lock.lock();
            }
        }
    }

    void onEvent(const Event& event) override
    {
        if (std::holds_alternative<FinishedEvent>(event)) {
            const std::lock_guard lock(m_mutex);
            m_isFinishing = true;
        }
        m_sink.onEvent(event);
    }

    EventSink& m_sink;
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_quit = false;
    bool m_isRunning = false;   ///< from start() until the last event was given out
    bool m_isFinishing = false; ///< the last event is being given out
    RunRequest m_request;
    std::shared_ptr<RunControl> m_control; ///< of the run in progress
    TryQueue m_tries;
    std::thread m_thread; ///< last: uses all of the above
};

Session::Session(EventSink& sink) : m_engine(std::make_unique<Engine>(sink)) {}
Session::~Session() = default;

void Session::start(const RunConfig& config)
{
    m_engine->start(requestNewRun(config));
}

void Session::start(const RunConfig& config, const std::filesystem::path& foreignCheckpoint)
{
    m_engine->start(requestForeignResume(config, foreignCheckpoint));
}

void Session::resumeRun(const std::filesystem::path& runOrCheckpoint, const std::vector<std::string>& settings)
{
    m_engine->start(requestResume(runOrCheckpoint, settings));
}

void Session::pause()
{
    m_engine->control([](RunControl& control) { control.pause(); });
}

void Session::resume()
{
    m_engine->control([](RunControl& control) { control.resume(); });
}

void Session::saveNow()
{
    m_engine->control([](RunControl& control) { control.saveNow(); });
}

void Session::stop(StopMode mode)
{
    m_engine->control([mode](RunControl& control) { control.end(endModeOf(mode)); });
}

bool Session::isRunning() const
{
    return m_engine->isRunning();
}

void Session::waitUntilFinished()
{
    m_engine->waitUntilFinished();
}

uint64_t Session::tryModel(const TryRequest& request, TryCallbacks callbacks)
{
    return m_engine->tryModel(request, std::move(callbacks));
}

void Session::cancelTry(uint64_t id)
{
    m_engine->cancelTry(id);
}

DataPreview previewRunData(const RunConfig& config, int batches, const std::function<bool(double)>& progress)
{
    const auto tokenizer = sharedTokenizer(config.model);
    const fs::path folder = resolveModel(config.model);
    if (!fs::exists(folder / "config.json") && !holdsAdapter(folder)) // a tokenizer alone
        return previewData(config, tokenizer, batches, progress);
    const ModelFacts model = describeModel(config.model); // as the run itself
    return previewData(config, tokenizer, batches, progress, &model);
}

std::vector<TextPiece> cutText(const std::string& model, const std::string& text)
{
    const std::shared_ptr<const Tokenizer> tokenizer = sharedTokenizer(model);
    const std::vector<int32_t> ids = tokenizer->encodeIds(toValidUtf8(text), true);
    std::vector<TextPiece> pieces;
    for (ReadablePiece& piece : readablePieces(*tokenizer, ids))
        pieces.push_back({std::move(piece.text), ids[pieces.size()], piece.continues});
    return pieces;
}

} // namespace fettle
