// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/automatic_values.h"

#include "core/arguments/setting_keys.h"
#include "core/arguments/train_args.h"

namespace fettle::ui
{

std::string maskTokenOf(const ModelFacts& model)
{
    return model.objective == Objective::Masked ? model.maskToken : std::string();
}

void AutomaticValues::setByHand(const QString& key)
{
    m_owners.byHand.insert(key);
    m_owners.automatic.erase(key);
}

void AutomaticValues::drop()
{
    for (const QString& key : m_owners.automatic)
        setPlain(m_config, key);
    m_owners.byHand.merge(m_owners.automatic);
    m_owners.automatic.clear();
}

void AutomaticValues::forget()
{
    m_owners = {};
    m_borrowed = m_promptsBorrowed = false;
    m_promptsMask.reset();
    m_promptsOfMask.clear();
}

void AutomaticValues::otherFiles()
{
    m_promptsOfMask.clear();
    if (m_promptsBorrowed && !m_owners.byHand.count(QString::fromLatin1(setting_key::samples::prompts)))
        m_config.samples.prompts.clear();
    m_promptsBorrowed = false;
}

void AutomaticValues::chooseForText()
{
    if (m_borrowed)
        forgetBorrowed();
    auto& [automatic, byHand] = m_owners;
    for (const QString& key : automaticKeys()) {
        if (!m_config.data.train.empty() && !byHand.count(key) && isPlain(m_config, key))
            automatic.insert(key);
        else if (m_config.data.train.empty() && automatic.erase(key))
            setPlain(m_config, key);
    }
    if (automatic.count(QString::fromLatin1(setting_key::samples::prompts)))
        m_config.samples.prompts.clear(); // those of the text before
    m_promptsFrom.reset();
    keepAside();
}

void AutomaticValues::keepAside()
{
    if (m_owners.automatic.count(QString::fromLatin1(setting_key::data::validation)))
        m_config.data.validationFraction = keptAsideShare;
}

void AutomaticValues::forgetBorrowed()
{
    // A demo's values suit its own text; only what the user changed since is kept.
    m_borrowed = false;
    const auto isByHand = [this](const QString& key) { return m_owners.byHand.count(key) > 0; };
    const RunConfig before = m_config;
    m_config.arguments = TrainArgs{};
    for (const QString& key : m_owners.byHand)
        if (const std::string name = key.toStdString(); findArgument(name))
            setArgumentText(m_config.arguments, name, argumentText(before.arguments, name));
    if (!isByHand(QString::fromLatin1(setting_key::samples::prompts)))
        m_config.samples = SamplesConfig{};
    if (!isByHand(QStringLiteral("data"))) {
        m_config.data = DataConfig{};
        m_config.data.train = before.data.train;
    }
    m_promptsMask.reset();
}

bool AutomaticValues::fit(const Known& known)
{
    const RunConfig before = m_config;
    const auto isOurs = [this](const char* key) { return m_owners.automatic.count(QLatin1String(key)) > 0; };
    const bool keepsAside = m_config.data.validationFraction > 0 || !m_config.data.validation.empty();
    TrainArgs& arguments = m_config.arguments;
    if (isOurs(setting_key::load_best_model_at_end))
        arguments.load_best_model_at_end = keepsAside;
    if (isOurs(setting_key::save_total_limit))
        arguments.save_total_limit = keepsAside ? std::optional<int64_t>(2) : std::nullopt;
    if (isOurs(setting_key::save_steps))
        arguments.save_steps = saveShare(known.seconds);
    if (known.model) {
        const std::string mask = maskTokenOf(*known.model);
        if (isOurs(setting_key::data::appendEndOfText))
            m_config.data.appendEndOfText =
                known.model->objective == Objective::Causal && !known.model->endToken.empty();
        if (isOurs(setting_key::samples::prompts) && known.preview &&
            (m_config.samples.prompts.empty() || m_promptsFrom != known.preview)) {
            m_promptsFrom = known.preview;
            m_config.samples.prompts = promptsFrom(*known.preview, mask);
            m_promptsMask = mask;
        }
    }
    return m_config.data.appendEndOfText != before.data.appendEndOfText ||
           m_config.samples.prompts != before.samples.prompts || arguments.save_steps != before.arguments.save_steps ||
           arguments.load_best_model_at_end != before.arguments.load_best_model_at_end ||
           arguments.save_total_limit != before.arguments.save_total_limit;
}

void AutomaticValues::fitPrompts(const ModelFacts& model)
{
    const std::string mask = maskTokenOf(model);
    std::vector<std::string>& prompts = m_config.samples.prompts;
    if (m_promptsMask && *m_promptsMask != mask && !prompts.empty()) {
        // They were made for another kind of model. They come back with it.
        m_promptsOfMask[*m_promptsMask] = prompts;
        if (const auto kept = m_promptsOfMask.find(mask); kept != m_promptsOfMask.end()) {
            prompts = kept->second;
        } else if (!mask.empty() && !m_promptsMask->empty()) {
            for (std::string& prompt : prompts)
                prompt = QString::fromStdString(prompt)
                             .replace(QString::fromStdString(*m_promptsMask), QString::fromStdString(mask))
                             .toStdString();
        } else {
            prompts.clear();
            m_owners.automatic.insert(QString::fromLatin1(setting_key::samples::prompts)); // made anew of the text
        }
    }
    m_promptsMask = mask;
}

} // namespace fettle::ui
