// SPDX-License-Identifier: GPL-3.0-or-later
// The workbench's settings, and what stands before a start.
#include "ui/bench/workbench_private.h"

#include "core/arguments/train_args.h"
#include "ui/bench/text_defaults.h"

namespace fettle::ui
{

void Workbench::setSamples(const SamplesConfig& samples)
{
    if (d->refuses())
        return;
    d->pushUndo();
    if (samples.prompts != d->config.samples.prompts)
        d->setByHand(QStringLiteral("samples.prompts"));
    d->config.samples = samples;
    d->changed();
}

void Workbench::setArgument(const QString& name, const QString& text)
{
    const std::string key = name.toStdString();
    const ArgumentInfo* info = findArgument(key);
    if (!info)
        return;
    const std::string problem = argumentProblem(*info, text.toStdString());
    if (problem.empty() && !d->badValues.count(name) && argumentText(d->config.arguments, key) == text.toStdString())
        return;
    if (d->refuses())
        return;
    d->pushUndo();
    d->setByHand(name);
    if (!problem.empty()) {
        d->badValues[name] = {name, QString::fromStdString(problem), {}};
    } else {
        d->badValues.erase(name);
        try {
            setArgumentText(d->config.arguments, key, text.toStdString());
        } catch (const Error& error) {
            d->badValues[name] = {name, QString::fromStdString(error.message()), QString::fromStdString(error.hint())};
        }
    }
    d->changed();
}

void Workbench::setArguments(const TrainArgs& arguments)
{
    if (d->refuses())
        return;
    d->pushUndo();
    for (const ArgumentInfo& info : argumentTable())
        if (argumentText(arguments, info.name) != argumentText(d->config.arguments, info.name))
            d->setByHand(QString::fromLatin1(info.name));
    d->config.arguments = arguments;
    d->badValues.clear();
    d->changed();
}

void Workbench::resetArguments()
{
    if (d->refuses())
        return;
    d->pushUndo();
    const std::string folder = d->config.arguments.output_dir;
    d->config.arguments = TrainArgs{};
    d->config.arguments.output_dir = folder;
    for (const QString& key : automaticKeys())
        if (findArgument(key.toStdString()))
            d->setByHand(key);
    d->badValues.clear();
    d->changed();
}

std::vector<Problem> Workbench::problems() const
{
    std::vector<Problem> all;
    if (d->config.model.empty())
        all.push_back({QStringLiteral("model"), tr("No model is chosen yet."), tr("Choose one on the page Model.")});
    else if (d->modelProblem)
        all.push_back(*d->modelProblem);
    if (d->config.data.train.empty())
        all.push_back({QStringLiteral("data"), tr("No text is chosen yet."), tr("Choose one on the page Data.")});
    else if (d->dataProblem)
        all.push_back(*d->dataProblem);
    for (const auto& [name, problem] : d->badValues)
        all.push_back(problem);
    if (d->checkProblem && !problem(d->checkProblem->subject))
        all.push_back(*d->checkProblem);
    if (const auto missing = d->missingResources(); missing && all.empty())
        all.push_back(*missing);
    return all;
}

std::optional<Problem> Workbench::problem(const QString& subject) const
{
    if (subject == QLatin1String("model") && d->modelProblem)
        return d->modelProblem;
    if (d->dataProblem && (subject == QLatin1String("data") || subject == d->dataProblem->subject))
        return d->dataProblem;
    if (const auto found = d->badValues.find(subject); found != d->badValues.end())
        return found->second;
    if (d->checkProblem && d->checkProblem->subject == subject)
        return d->checkProblem;
    return std::nullopt;
}

bool Workbench::canStart() const
{
    return !d->running && d->model && d->preview && !d->readingData && !d->readingModel && problems().empty();
}

} // namespace fettle::ui
