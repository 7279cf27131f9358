// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bench/choices.h"

#include "core/arguments/run_config_checks.h"
#include "core/arguments/setting_keys.h"
#include "core/arguments/train_args.h"
#include "ui/look/words.h"

#include <algorithm>
#include <utility>

namespace fettle::ui
{

void Choices::set(const RunConfig& config)
{
    const bool otherModel = config.model != m_config.model, otherTexts = config.data.train != m_config.data.train;
    m_config = config;
    m_badValues.clear();
    m_undos.clear();
    m_automatic.forget();
    if (otherModel || m_modelIsUnreadable)
        chooseModel();
    else if (m_known.model)
        m_automatic.fitPrompts(*m_known.model);
    if (otherTexts) {
        m_known.preview.reset();
        Q_EMIT textsChosen();
    }
    finish();
}

void Choices::setDemo(const RunConfig& demo)
{
    set(demo);
    m_automatic.borrow();
}

void Choices::setRun(const RunConfig& run)
{
    set(run);
    m_automatic.borrowPrompts();
}

void Choices::setModel(const QString& reference)
{
    if (reference.toStdString() == m_config.model && !m_modelIsUnreadable)
        return;
    if (refuses())
        return;
    m_config.model = reference.toStdString();
    m_config.objective.clear();
    chooseModel();
    finish();
}

void Choices::chooseModel()
{
    m_modelIsUnreadable = false;
    m_known.model.reset();
    Q_EMIT modelChosen();
}

/// The next file, or the next reading of this one, has others.
static void forgetColumns(DataConfig& data)
{
    data.column.clear();
    data.templateText.clear();
    data.prompt.clear();
    data.completion.clear();
}

void Choices::setTexts(const QStringList& references)
{
    if (refuses())
        return;
    std::vector<std::string> texts;
    for (const QString& reference : references)
        texts.push_back(reference.toStdString());
    takeTexts(std::move(texts));
    finish();
}

void Choices::setTextAgain(const DataConfig& former)
{
    if (refuses())
        return;
    takeTexts(former.train);
    m_config.data.trainWeights = former.trainWeights;
    m_config.data.column = former.column;
    m_config.data.templateText = former.templateText;
    m_config.data.prompt = former.prompt;
    m_config.data.completion = former.completion;
    m_config.data.split = former.split;
    m_config.data.format = former.format;
    finish();
}

void Choices::takeTexts(std::vector<std::string> texts)
{
    DataConfig& data = m_config.data;
    if (texts != data.train) {
        data.train = std::move(texts);
        std::erase_if(data.trainWeights, [&](const auto& weight) {
            return std::find(data.train.begin(), data.train.end(), weight.first) == data.train.end();
        });
        forgetColumns(data);
        data.split.clear();
        data.format = {};
        m_automatic.otherFiles();
    }
    m_automatic.chooseForText();
    m_known.preview.reset();
    Q_EMIT textsChosen();
    // A text without a model could not be shown in tokens: begin with the small one that comes along.
    if (m_config.model.empty() && !m_config.data.train.empty()) {
        m_config.model = "bundled:nano-gpt";
        chooseModel();
    }
}

void Choices::setData(const DataConfig& data)
{
    if (refuses())
        return;
    pushUndo();
    const DataConfig before = std::exchange(m_config.data, data);
    m_automatic.setByHand(QStringLiteral("data"));
    if (data.validation != before.validation || data.validationFraction != before.validationFraction)
        m_automatic.setByHand(QString::fromLatin1(setting_key::data::validation));
    else if (data.column != before.column || data.completion != before.completion || !(data.format == before.format))
        m_automatic.keepAside(); // it may have been left out for a text that was too short
    if (data.appendEndOfText != before.appendEndOfText)
        m_automatic.setByHand(QString::fromLatin1(setting_key::data::appendEndOfText));
    if (data.train != before.train) {
        m_known.preview.reset();
        Q_EMIT textsChosen();
    }
    finish();
}

void Choices::setFormat(const DataFormat& format)
{
    DataConfig data = m_config.data;
    if (data.format == format)
        return;
    data.format = format;
    forgetColumns(data); // their names may be others now
    setData(data);
}

void Choices::setColumn(const QString& column)
{
    DataConfig data = m_config.data;
    forgetColumns(data);
    data.column = column.toStdString();
    setData(data);
}

void Choices::setAnswers(const QString& prompt, const QString& answer)
{
    DataConfig data = m_config.data;
    forgetColumns(data);
    data.prompt = prompt.toStdString();
    data.completion = answer.toStdString();
    setData(data);
}

void Choices::setSamples(const SamplesConfig& samples)
{
    if (refuses())
        return;
    pushUndo();
    if (samples.prompts != m_config.samples.prompts)
        m_automatic.setByHand(QString::fromLatin1(setting_key::samples::prompts));
    m_config.samples = samples;
    finish();
}

void Choices::setArgument(const QString& name, const QString& text)
{
    const std::string key = name.toStdString();
    const ArgumentInfo* info = findArgument(key);
    if (!info)
        return;
    const std::string problem = argumentProblem(*info, text.toStdString());
    if (problem.empty() && !m_badValues.count(name) && argumentText(m_config.arguments, key) == text.toStdString())
        return;
    if (refuses())
        return;
    pushUndo();
    m_automatic.setByHand(name);
    if (!problem.empty()) {
        m_badValues[name] = {name, engineWords(problem), {}};
    } else {
        m_badValues.erase(name);
        try {
            setArgumentText(m_config.arguments, key, text.toStdString());
        } catch (const Error& error) {
            m_badValues[name] = {name, engineWords(error.message()), engineWords(error.hint())};
        }
    }
    finish();
}

void Choices::setArguments(const TrainArgs& arguments)
{
    if (refuses())
        return;
    pushUndo();
    for (const ArgumentInfo& info : argumentTable())
        if (argumentText(arguments, info.name) != argumentText(m_config.arguments, info.name))
            m_automatic.setByHand(QString::fromLatin1(info.name));
    m_config.arguments = arguments;
    m_badValues.clear();
    finish();
}

void Choices::resetArguments()
{
    if (refuses())
        return;
    pushUndo();
    const std::string folder = m_config.arguments.output_dir;
    m_config.arguments = TrainArgs{};
    m_config.arguments.output_dir = folder;
    for (const QString& key : automaticKeys())
        if (findArgument(key.toStdString()))
            m_automatic.setByHand(key);
    m_badValues.clear();
    finish();
}

void Choices::undo()
{
    if (m_undos.empty() || refuses())
        return;
    // Only settings go back: the model and the texts stay as they were chosen since. Column, split and format belong to
    // a text, and so do prompts that nobody typed: those of another one are not brought back.
    Undo last = std::move(m_undos.back());
    m_undos.pop_back();
    last.config.model = m_config.model;
    last.config.objective = m_config.objective;
    DataConfig& data = last.config.data;
    const DataConfig& now = m_config.data;
    if (data.train != now.train) {
        data.train = now.train;
        data.column = now.column;
        data.split = now.split;
        data.format = now.format;
        data.validation = now.validation;
        if (const QString prompts = QString::fromLatin1(setting_key::samples::prompts);
            !last.owners.byHand.count(prompts)) {
            last.config.samples.prompts = m_config.samples.prompts;
            for (const auto owner : {&AutomaticValues::Owners::automatic, &AutomaticValues::Owners::byHand})
                if ((m_automatic.owners().*owner).count(prompts))
                    (last.owners.*owner).insert(prompts);
                else
                    (last.owners.*owner).erase(prompts);
        }
    }
    m_config = std::move(last.config);
    m_badValues = std::move(last.badValues);
    m_automatic.setOwners(std::move(last.owners));
    finish();
}

void Choices::pushUndo()
{
    constexpr size_t most = 200;
    m_undos.push_back({m_config, m_badValues, m_automatic.owners()});
    if (m_undos.size() > most)
        m_undos.erase(m_undos.begin());
}

QStringList Choices::automatic() const
{
    QStringList keys;
    for (const QString& key : automaticKeys())
        if (isAutomatic(key))
            keys << key;
    return keys;
}

void Choices::dropAutomatic()
{
    if (refuses() || m_automatic.owners().automatic.empty())
        return;
    pushUndo();
    m_automatic.drop();
    finish();
}

bool Choices::refuses()
{
    if (m_locked)
        Q_EMIT message(tr("A run uses what is chosen here: nothing can be changed until it ends."),
                       tr("Stop it, or wait, and do it again."));
    return m_locked;
}

void Choices::learnModel(const ModelFacts* model)
{
    m_modelIsUnreadable = !model;
    m_known.model = model ? std::optional(*model) : std::nullopt;
    if (model)
        m_automatic.fitPrompts(*model);
    finish();
}

void Choices::learnText(std::shared_ptr<const DataPreview> preview, bool tooShortToKeepAside)
{
    m_known.preview = std::move(preview);
    if (tooShortToKeepAside)
        m_config.data.validationFraction = 0;
    if ((m_known.preview && m_automatic.fit(m_known)) || tooShortToKeepAside)
        tell();
}

void Choices::learnSeconds(double seconds)
{
    m_known.seconds = seconds;
    if (m_automatic.fit(m_known))
        tell();
}

void Choices::finish()
{
    m_automatic.fit(m_known);
    tell();
}

void Choices::tell()
{
    m_conflict.reset();
    try {
        validateSettings(m_config);
    } catch (const Error& error) {
        m_conflict = problemOf(error);
        if (m_badValues.count(m_conflict->subject))
            m_conflict.reset(); // another value is being typed there
    }
    Q_EMIT changed();
}

} // namespace fettle::ui
