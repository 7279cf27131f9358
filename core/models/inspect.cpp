// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/inspect.h"

#include "core/arguments/references.h"
#include "core/base/error.h"
#include "core/models/model_folder.h"
#include "core/models/open_model.h"
#include "core/tokenizers/tokenizer.h"
#include "core/tokenizers/tokenizer_choice.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

// A tokenizer that cannot be read is the trouble of whoever needs it: a model is described without.
void describeTokens(ModelFacts& facts)
{
    try {
        facts.tokenizer = chooseTokenizer(facts.ownFolder()).name();
        if (!facts.tokenizer.empty())
            noteTokenizer(facts, *loadTokenizer(facts.ownFolder()));
    } catch (const Error&) {
    }
}

} // namespace

void noteTokenizer(ModelFacts& facts, const Tokenizer& tokenizer)
{
    const SpecialTokens& special = tokenizer.special();
    const std::vector<std::string>& notices = tokenizer.notices();
    facts.report.notices.insert(facts.report.notices.end(), notices.begin(), notices.end());
    facts.maskToken = special.mask ? tokenizer.idToToken(*special.mask) : "";
    facts.endToken = special.eos ? tokenizer.idToToken(*special.eos) : "";
}

std::filesystem::path resolveModel(const std::string& reference)
{
    return ModelReference::parse(reference).folder();
}

bool isRandomReference(const std::string& reference)
{
    return ModelReference::parse(reference).fromNothing;
}

ModelFacts inspectModel(const std::string& reference)
{
    ModelFacts facts = openModel(reference).plan.facts;
    describeTokens(facts);
    facts.licence = modelLicence(facts.ownFolder());
    return facts;
}

ModelFacts describeModel(const std::string& reference, std::shared_ptr<const LoraConfig> lora)
{
    const OpenOptions options{std::move(lora)};
    return options.lora && !isRandomReference(reference) ? openModel(reference, options).plan.facts
                                                         : openConfig(reference, options).plan.facts;
}

std::vector<ModelFacts> bundledModels()
{
    std::vector<ModelFacts> models;
    for (const std::string& name : bundledModelNames())
        models.push_back(inspectModel("bundled:" + name));
    return models;
}

} // namespace fettle
