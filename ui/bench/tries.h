// SPDX-License-Identifier: GPL-3.0-or-later
// What a model is asked outside of runs: to write, to fill blanks, to show how it cuts a text. Answers come as signals
// with the question's number.
#pragma once

#include "core/base/model_facts.h"
#include "core/generate/generation_config.h"
#include "core/session.h"
#include "ui/bench/background.h"

#include <functional>
#include <map>
#include <vector>

namespace fettle::ui
{

class Engine;

class Tries : public QObject
{
    Q_OBJECT

public:
    Tries(Engine& engine, BackgroundPool& pool) : m_engine(engine), m_cutJob(pool), m_countJob(pool), m_configJob(pool)
    {
    }

    uint64_t ask(const TryRequest& request);
    void cancel(uint64_t id);
    /// What the generation_config.json of the first of `models` (references) says that can be read, else what is wrong
    /// with the first; `then` hears of the newest question only, and while `asker` is there.
    void readConfig(const QStringList& models, QObject* asker, std::function<void(Outcome<GenerationConfig>)> then);
    /// How the tokenizer of `model` (a reference) cuts a text; the answer is `cut`, of the newest question only.
    void cutText(const std::string& model, const QString& text);
    /// How many pieces it makes of a word, 1 where it cannot be read; `then` hears of the newest question only, and
    /// while `asker` is there.
    void countPieces(const QString& model, const QString& word, QObject* asker, std::function<void(int pieces)> then);

Q_SIGNALS:
    void fitted(quint64 id, int leftOut); ///< of a conversation
    void piece(quint64 id, const fettle::GeneratedPiece& piece);
    void beams(quint64 id, const fettle::BeamProgress& progress); ///< of beam search, whose pieces come at its end
    void written(quint64 id, const fettle::Generation& generation);
    void filled(quint64 id, const std::vector<std::vector<fettle::FillCandidate>>& fills);
    void failed(quint64 id, const fettle::ui::Problem& problem);
    void cut(const QString& text, const std::vector<fettle::TextPiece>& pieces);
    void notCut(const QString& text, const QString& message);

private:
    Engine& m_engine;
    uint64_t m_next = 1;
    std::map<uint64_t, uint64_t> m_asked; ///< our id → the session's
    BackgroundSlot m_cutJob, m_countJob, m_configJob;
};

} // namespace fettle::ui
