// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/tries.h"

#include "core/models/inspect.h"
#include "ui/bench/engine.h"

#include <QPointer>

namespace fettle::ui
{

uint64_t Tries::ask(const TryRequest& request)
{
    const uint64_t id = m_next++;
    // Called on the engine's thread; the session ends before this object does.
    const auto later = [this](auto call) { QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection); };
    const auto atLast = [this, id, later](auto call) {
        later([this, id, call] {
            m_asked.erase(id);
            call();
        });
    };
    TryCallbacks callbacks;
    callbacks.onFitted = [=, this](int leftOut) { later([=, this] { Q_EMIT fitted(id, leftOut); }); };
    callbacks.onPiece = [=, this](const GeneratedPiece& part) { later([=, this] { Q_EMIT piece(id, part); }); };
    callbacks.onBeams = [=, this](const BeamProgress& far) { later([=, this] { Q_EMIT beams(id, far); }); };
    callbacks.onWritten = [=, this](const Generation& text) { atLast([=, this] { Q_EMIT written(id, text); }); };
    callbacks.onFilled = [=, this](const std::vector<std::vector<FillCandidate>>& fills) {
        atLast([=, this] { Q_EMIT filled(id, fills); });
    };
    callbacks.onFailed = [=, this](const Error& error) {
        atLast([=, this, problem = problemOf(error)] { Q_EMIT failed(id, problem); });
    };
    try {
        m_asked[id] = m_engine.session().tryModel(request, std::move(callbacks));
    } catch (const Error& error) {
        later([=, this, problem = problemOf(error)] { Q_EMIT failed(id, problem); });
    }
    return id;
}

void Tries::cancel(uint64_t id)
{
    const auto found = m_asked.find(id);
    if (found == m_asked.end())
        return;
    m_engine.session().cancelTry(found->second);
    m_asked.erase(found); // one that had not begun is never heard of again
}

void Tries::readConfig(const QStringList& models, QObject* asker, std::function<void(Outcome<GenerationConfig>)> then)
{
    m_configJob.run<GenerationConfig>(
        [models](const CancelFlag&) {
            std::exception_ptr problem;
            for (const QString& reference : models)
                try {
                    return readGenerationConfig(resolveModel(reference.toStdString()));
                } catch (...) {
                    problem = problem ? problem : std::current_exception();
                }
            if (problem)
                std::rethrow_exception(problem);
            return GenerationConfig();
        },
        [asker = QPointer<QObject>(asker), then = std::move(then)](Outcome<GenerationConfig> outcome) {
            if (asker)
                then(std::move(outcome));
        });
}

void Tries::cutText(const std::string& model, const QString& text)
{
    using Pieces = std::vector<TextPiece>;
    m_cutJob.run<Pieces>(
        [model, bytes = text.toStdString()](const CancelFlag&) { return fettle::cutText(model, bytes); },
        [this, text](Outcome<Pieces> outcome) {
            if (outcome.value)
                Q_EMIT cut(text, *outcome.value);
            else
                Q_EMIT notCut(text, outcome.problem->message);
        });
}

void Tries::countPieces(const QString& model, const QString& word, QObject* asker, std::function<void(int pieces)> then)
{
    m_countJob.run<int>(
        [reference = model.toStdString(), bytes = word.toStdString()](const CancelFlag&) {
            const size_t around = fettle::cutText(reference, {}).size(); // what stands around every text
            return static_cast<int>(fettle::cutText(reference, bytes).size() - around);
        },
        [asker = QPointer<QObject>(asker), then = std::move(then)](const Outcome<int>& outcome) {
            if (asker)
                then(outcome.value.value_or(1));
        });
}

} // namespace fettle::ui
