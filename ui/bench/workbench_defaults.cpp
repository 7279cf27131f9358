// SPDX-License-Identifier: GPL-3.0-or-later
// What the workbench chooses by itself for a text (text_defaults.h), and how that follows model, text and forecast.
#include "ui/bench/text_defaults.h"
#include "ui/bench/workbench_private.h"

namespace fettle::ui
{

bool Workbench::isAutomatic(const QString& key) const
{
    return d->automatic.count(key) > 0 && !isPlain(d->config, key);
}

QStringList Workbench::automatic() const
{
    QStringList keys;
    for (const QString& key : automaticKeys())
        if (isAutomatic(key))
            keys << key;
    return keys;
}

void Workbench::dropAutomatic()
{
    if (d->refuses() || d->automatic.empty())
        return;
    d->pushUndo();
    for (const QString& key : d->automatic)
        setPlain(d->config, key);
    d->byHand.insert(d->automatic.begin(), d->automatic.end());
    d->automatic.clear();
    d->changed();
}

void Workbench::Private::setByHand(const QString& key)
{
    byHand.insert(key);
    automatic.erase(key);
}

void Workbench::Private::chooseForText()
{
    if (borrowed)
        forgetBorrowed();
    for (const QString& key : automaticKeys()) {
        if (!config.data.train.empty() && !byHand.count(key) && isPlain(config, key))
            automatic.insert(key);
        else if (config.data.train.empty() && automatic.erase(key))
            setPlain(config, key);
    }
    if (automatic.count(QStringLiteral("samples.prompts")))
        config.samples.prompts.clear(); // those of the text before
    promptsFrom.reset();
    keepAside();
}

void Workbench::Private::keepAside()
{
    if (automatic.count(QStringLiteral("data.validation")))
        config.data.validationFraction = keptAsideShare;
}

void Workbench::Private::forgetBorrowed()
{
    // A demo's values suit its own text; only what the user changed since is kept.
    borrowed = false;
    const RunConfig before = config;
    config.arguments = TrainArgs{};
    for (const QString& key : byHand)
        if (const std::string name = key.toStdString(); findArgument(name))
            setArgumentText(config.arguments, name, argumentText(before.arguments, name));
    if (!byHand.count(QStringLiteral("samples.prompts")))
        config.samples = SamplesConfig{};
    if (!byHand.count(QStringLiteral("data"))) {
        config.data = DataConfig{};
        config.data.train = before.data.train;
    }
    promptsMask.reset();
}

bool Workbench::Private::fitToText()
{
    const RunConfig before = config;
    const auto isOurs = [this](const char* key) { return automatic.count(QLatin1String(key)) > 0; };
    const bool keepsAside = config.data.validationFraction > 0 || !config.data.validation.empty();
    if (isOurs("load_best_model_at_end"))
        config.arguments.load_best_model_at_end = keepsAside;
    if (isOurs("save_total_limit"))
        config.arguments.save_total_limit = keepsAside ? std::optional<int64_t>(2) : std::nullopt;
    if (isOurs("save_steps"))
        config.arguments.save_steps = saveShare(forecast ? forecast->seconds : 0);
    if (model) {
        const std::string mask = maskTokenOf(*model);
        if (isOurs("data.end_of_text"))
            config.data.appendEndOfText = model->objective == Objective::Causal && hasEndToken(*model);
        if (isOurs("samples.prompts") && preview && (config.samples.prompts.empty() || promptsFrom != preview)) {
            promptsFrom = preview;
            std::vector<std::string> rows;
            for (const PreviewRow& row : preview->firstRows)
                rows.push_back(row.text);
            config.samples.prompts = promptsFromRows(rows, mask);
            promptsMask = mask;
        }
    }
    return config.data.appendEndOfText != before.data.appendEndOfText ||
           config.samples.prompts != before.samples.prompts ||
           config.arguments.save_steps != before.arguments.save_steps ||
           config.arguments.load_best_model_at_end != before.arguments.load_best_model_at_end ||
           config.arguments.save_total_limit != before.arguments.save_total_limit;
}

void Workbench::Private::fitPrompts()
{
    if (!model)
        return;
    const std::string mask = maskTokenOf(*model);
    if (promptsMask && *promptsMask != mask && !config.samples.prompts.empty()) {
        // They were made for another kind of model. They come back with it.
        promptsOfMask[*promptsMask] = config.samples.prompts;
        const auto known = promptsOfMask.find(mask);
        if (known != promptsOfMask.end()) {
            config.samples.prompts = known->second;
        } else if (!mask.empty() && !promptsMask->empty()) {
            for (std::string& prompt : config.samples.prompts)
                prompt = QString::fromStdString(prompt)
                             .replace(QString::fromStdString(*promptsMask), QString::fromStdString(mask))
                             .toStdString();
        } else {
            config.samples.prompts.clear();
            automatic.insert(QStringLiteral("samples.prompts")); // made anew of the text
        }
    }
    promptsMask = mask;
}

} // namespace fettle::ui
