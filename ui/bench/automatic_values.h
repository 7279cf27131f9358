// SPDX-License-Identifier: GPL-3.0-or-later
// Which settings Fettle chooses by itself for a text, and how they follow model, text and forecast (text_defaults.h has
// their values).
#pragma once

#include "core/base/model_facts.h"
#include "core/data/preview.h"
#include "ui/bench/text_defaults.h"

#include <map>
#include <memory>
#include <optional>
#include <set>

namespace fettle::ui
{

/// What is known by now of what is chosen.
struct Known {
    std::optional<ModelFacts> model;
    std::shared_ptr<const DataPreview> preview;
    double seconds = 0; ///< of the run; 0: no forecast yet
};

class AutomaticValues
{
public:
    explicit AutomaticValues(RunConfig& config) : m_config(config) {}

    struct Owners {
        std::set<QString> automatic; ///< keys that Fettle chooses
        std::set<QString> byHand;    ///< keys that the user set; never chosen for them
    };
    const Owners& owners() const { return m_owners; }
    void setOwners(Owners owners) { m_owners = std::move(owners); }
    bool isAutomatic(const QString& key) const { return m_owners.automatic.count(key) > 0 && !isPlain(m_config, key); }
    void setByHand(const QString& key);

    void drop();                                       ///< all that was chosen is taken back
    void forget();                                     ///< another configuration
    void borrow() { m_borrowed = true; }               ///< the values are a demo's: they go with its text
    void chooseForText();                              ///< other texts
    void borrowPrompts() { m_promptsBorrowed = true; } ///< they are of a run: they go with its text
    void otherFiles();
    void keepAside();
    void fitPrompts(const ModelFacts& model); ///< a model of another kind: its prompts have or have no blanks
    bool fit(const Known& known);             ///< true where it changed the configuration

private:
    void forgetBorrowed();

    RunConfig& m_config;
    Owners m_owners;
    bool m_borrowed = false, m_promptsBorrowed = false;
    std::shared_ptr<const DataPreview> m_promptsFrom; ///< the rows that automatic prompts were made of
    std::optional<std::string> m_promptsMask;         ///< mask token that the prompts were made with, empty: none
    std::map<std::string, std::vector<std::string>> m_promptsOfMask; ///< prompts put away with their kind of model
};

/// Empty where the model fills no blanks.
std::string maskTokenOf(const ModelFacts& model);

} // namespace fettle::ui
