// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of the chosen model: read in the background whenever another one is chosen.
#pragma once

#include "core/base/model_facts.h"
#include "ui/bench/background.h"

#include <map>
#include <optional>

namespace fettle::ui
{

class Choices;

class ModelReading : public QObject
{
    Q_OBJECT

public:
    ModelReading(const Choices& choices, BackgroundPool& pool);

    const ModelFacts* entry() const { return m_entry ? &*m_entry : nullptr; } ///< null until one is chosen and read
    bool isReading() const { return m_isReading; }
    /// The chosen model turned out to be of no use once it was asked something.
    void refuse(const Problem& problem);
    const std::optional<Problem>& problem() const { return m_problem; }
    QString maskToken() const; ///< empty where it fills no blanks, or is not read yet
    /// The same of any model; none until it is looked up, then `changed` comes. Empty as well where it is gone.
    std::optional<QString> maskTokenOf(const std::string& reference);
    /// Whether it has a chat template, in the same way.
    std::optional<bool> hasChatTemplate(const std::string& reference);
    /// How many tokens it reads at once, in the same way; 0: not known.
    int64_t contextLength(const std::string& reference);

Q_SIGNALS:
    void finished(); ///< just before `changed`: read, or it cannot be
    void changed();

private:
    void read();
    void take(Outcome<ModelFacts> outcome);

    const Choices& m_choices;
    std::optional<ModelFacts> m_entry;
    std::optional<Problem> m_problem;
    bool m_isReading = false;
    /// What is asked of models that need not be the chosen one.
    struct Traits {
        std::string maskToken;
        bool hasChatTemplate = false;
        int64_t contextLength = 0;
    };
    const Traits* traitsOf(const std::string& reference); ///< null until they are looked up

    std::map<std::string, Traits> m_traits; ///< by reference; until a model is chosen
    std::string m_traitsAskedFor;
    BackgroundSlot m_job, m_traitsJob;
};

} // namespace fettle::ui
