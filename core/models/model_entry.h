// SPDX-License-Identifier: GPL-3.0-or-later
// What is found in a model folder, without loading the weights.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fettle
{

enum class Objective { Causal, Masked };

/// What became of a model's files when they were matched with its parameters, by the names of its files or parameters.
struct LoadReport {
    std::vector<std::string> unused;    ///< tensors of the files that the model does not use
    std::vector<std::string> missing;   ///< parameters that no file holds
    std::vector<std::string> drawn;     ///< those of them that are drawn anew: they have learnt nothing yet
    std::vector<std::string> notFinite; ///< parameters that hold a NaN or an infinity: known once they are loaded
    std::vector<std::string> notices;   ///< all that a person should know of it, in sentences
};

struct ModelEntry {
    std::string reference; ///< as a run file names it: "bundled:nano-gpt", a path, "random:PATH"
    std::string name;      ///< "nano-gpt", the folder's name
    std::filesystem::path folder;
    std::string modelType;    ///< config.json: "gpt2", "bert", "llama"
    std::string architecture; ///< for people: "GPT-2", "BERT", "LLaMA"
    Objective objective = Objective::Causal;
    int64_t parameters = 0;
    int64_t vocabularySize = 0;
    int64_t contextLength = 0;
    int64_t layers = 0;
    int64_t hiddenSize = 0;
    int64_t heads = 0;
    uint64_t bytesOnDisk = 0;
    std::string dtype;          ///< of the stored weights: "F32", "F16", "BF16"
    std::string tokenizer;      ///< kind of tokenizer
    std::string maskToken;      ///< the text that stands for a blank ("[MASK]"); empty where there is none
    std::string endToken;       ///< the text that ends a text ("<|endoftext|>"); empty where there is none
    std::string licence;        ///< where the folder says one
    bool randomWeights = false; ///< random:PATH
    uint64_t trainingBytes = 0; ///< estimate of memory to train all of it at batch 8 x min(context, 128)
    LoadReport report;
};

/// "bundled:NAME", "random:PATH" or a path, resolved to its folder. Throws BadInput (subject "model").
std::filesystem::path resolveModel(const std::string& reference);
bool isRandomReference(const std::string& reference);
/// Reads config.json, the headers of the weights and the tokenizer. Throws BadInput (subject "model"): no such
/// folder, no config.json, a model_type that is not known (names those that are), a size that no model has, a broken
/// weights file, weights that are not those of config.json.
ModelEntry inspectModel(const std::string& reference);
/// By config.json alone: kind, objective and sizes; the weights need not be there.
ModelEntry describeModel(const std::string& reference);
/// The models that come with Fettle.
std::vector<ModelEntry> bundledModels();

const char* toString(Objective objective);

} // namespace fettle
