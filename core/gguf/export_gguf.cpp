// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/export_gguf.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/chat/chat_template.h"
#include "core/generate/generation_config.h"
#include "core/gguf/gguf_values.h"
#include "core/gguf/model_plan.h"
#include "core/gguf/modelfile.h"
#include "core/gguf/requirements.h"
#include "core/gguf/vocabulary.h"
#include "core/models/open_model.h"
#include "core/tokenizers/tokenizer.h"

#include <fmt/format.h>
#include <span>

namespace fettle
{

namespace
{

fs::path newFile(const fs::path& out)
{
    fs::path file = fs::absolute(expandUser(out.string())).lexically_normal();
    std::error_code ignored;
    if (!file.has_filename() || fs::is_directory(file, ignored))
        throw badInput(fmt::format("{} is a folder.", file.string()), "A GGUF file is one file: --out NAME.gguf.",
                       "out");
    if (fs::exists(fs::symlink_status(file, ignored)))
        throw badInput(fmt::format("{} is there already.", file.string()), "Name a new file: nothing is overwritten.",
                       "out");
    return file;
}

/// general.file_type, by llama.cpp's numbers.
uint32_t fileType(GgmlType type)
{
    return type == GgmlType::F32 ? 0 : type == GgmlType::F16 ? 1 : type == GgmlType::Q8_0 ? 7 : 32;
}

/// By this name llama.cpp takes Phi-3's special tokens for granted, and loads no file without them.
bool isTakenForPhi3(const std::string& modelName)
{
    const std::string name = lowered(modelName);
    return name.find("phi-3") != std::string::npos || name.find("phi3") != std::string::npos;
}

GgufKeys generalKeys(const ModelFacts& facts, const NetworkForm& form, const Tokenizer& tokenizer, GgmlType type)
{
    GgufKeys keys{{"general.architecture", std::string(form.gguf.architecture)},
                  {"general.type", std::string("model")}};
    if (!isTakenForPhi3(facts.name) || tokenizer.tokenToId("<|endoftext|>"))
        keys.emplace_back("general.name", facts.name);
    if (!facts.licence.empty())
        keys.emplace_back("general.license", facts.licence);
    keys.emplace_back("general.quantization_version", uint32_t{2});
    keys.emplace_back("general.file_type", fileType(type));
    return keys;
}

/// Reads the file again and compares keys, shapes, types and every value.
std::string readBack(const fs::path& file, const GgufKeys& keys, const GgufPlan& plan, const NetworkForm& form,
                     const Arena& arena, GgmlType type)
{
    const GgufFile written(file);
    const auto fail = [&](const std::string& what) {
        throw Error(ErrorCode::Failed, fmt::format("{} was read back, and {}.", file.string(), what),
                    "It was removed. Where values are too large for the type, --dtype bf16 or f32 holds them.", "out");
    };
    if (written.keys() != keys)
        fail("its keys are not those that were written");
    if (written.tensors().size() != plan.tensors.size())
        fail("it holds other tensors than were written");
    uint64_t values = 0;
    for (size_t i = 0; i < plan.tensors.size(); ++i) {
        const GgufTensor &there = written.tensors()[i], &meant = plan.tensors[i];
        if (there.name != meant.name || there.shape != meant.shape || there.type != meant.type)
            fail(fmt::format("{} is not as it was written", meant.name));
        const at::Tensor expected = ggufValues(plan.sources[i], form, arena);
        const std::span<const float> all(expected.const_data_ptr<float>(), static_cast<size_t>(expected.numel()));
        if (const int64_t at = firstDifference(meant.type, written.bytes(i), all); at >= 0)
            fail(fmt::format("the value {} of {}, {}, is not what {} makes of it", at, meant.name,
                             all[static_cast<size_t>(at)], toString(meant.type)));
        values += all.size();
    }
    return fmt::format(
        "Read back: {} tensors of {} values, {}.", plan.tensors.size(), grouped(static_cast<int64_t>(values)),
        type == GgmlType::F32 ? "all identical" : fmt::format("matrices within the rounding of {}", toString(type)));
}

} // namespace

GgmlType ggmlType(const std::string& word)
{
    for (const GgmlType type : {GgmlType::F32, GgmlType::F16, GgmlType::BF16, GgmlType::Q8_0})
        if (word == toString(type))
            return type;
    throw badInput(fmt::format("{} is no type of a GGUF file that Fettle writes.", shown(word)),
                   "There are f32, f16, bf16 and q8_0.", "dtype");
}

GgufExport exportGguf(const std::string& reference, GgmlType type, const std::filesystem::path& out)
{
    const fs::path file = newFile(out);
    OpenedModel opened = openModel(reference);
    const NetworkForm form = opened.plan.form;
    requireInGguf(opened.plan.facts, form, opened.plan.arena);
    const fs::path folder = opened.plan.facts.ownFolder();
    const auto tokenizer = loadTokenizer(folder);
    const TextBounds bounds = textBounds(opened.plan.facts, *tokenizer);
    const GgufVocabulary vocabulary = ggufVocabulary(*tokenizer, opened.plan.facts.vocabularySize, bounds.ends);
    const std::optional<std::string> chat = chatTemplateText(folder);

    LoadOptions options;
    options.cpuOnly = true;
    const auto model = loadModel(std::move(opened), options);
    if (model->adapters())
        model->mergeAdapters();
    const ModelFacts& facts = model->facts();
    const GgufPlan plan = ggufPlan(facts, form, model->arena(), type);
    GgufKeys keys = generalKeys(facts, form, *tokenizer, type);
    keys.insert(keys.end(), plan.keys.begin(), plan.keys.end());
    keys.insert(keys.end(), vocabulary.keys.begin(), vocabulary.keys.end());
    if (chat)
        keys.emplace_back("tokenizer.chat_template", *chat);

    fs::create_directories(file.parent_path());
    writeFileAtomically(file, [&](FileWriter& writer) {
        writeGguf(writer, keys, plan.tensors,
                  [&](size_t i) { return ggufValues(plan.sources[i], form, model->arena()); });
    });
    GgufExport done;
    try {
        done.checked = readBack(file, keys, plan, form, model->arena(), type);
        if (const fs::path modelfile = file.parent_path() / "Modelfile"; !fs::exists(modelfile)) {
            writeFileAtomically(modelfile, modelfileText(file.filename().string(), folder, *tokenizer, bounds));
            done.modelfile = modelfile;
        }
    } catch (...) {
        std::error_code ignored;
        fs::remove(file, ignored);
        throw;
    }
    done.notices = facts.report.notices;
    for (const auto* more : {&plan.notices, &vocabulary.notices})
        done.notices.insert(done.notices.end(), more->begin(), more->end());
    if (done.modelfile.empty())
        done.notices.push_back("There is a Modelfile beside the file already: it is left as it is.");
    return done;
}

} // namespace fettle
