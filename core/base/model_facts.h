// SPDX-License-Identifier: GPL-3.0-or-later
// All that is known of a model without its weights: for the engine, the forecast, the previews and the window alike.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace fettle
{

enum class Objective { Causal, Masked };
constexpr const char* toString(Objective objective)
{
    return objective == Objective::Causal ? "causal" : "masked";
}

/// What became of a model's files when they were matched with its parameters, by the names of its files or parameters.
struct LoadReport {
    std::vector<std::string> unused;    ///< tensors of the files that the model does not use
    std::vector<std::string> missing;   ///< parameters that no file holds
    std::vector<std::string> drawn;     ///< those of them that are drawn anew: they have learnt nothing yet
    std::vector<std::string> notFinite; ///< parameters that hold a NaN or an infinity: known once they are loaded
    std::vector<std::string> notices;   ///< all that a person should know of it, in sentences
};

/// What a model computes, from its parameters' roles: multiplications and additions of matrices.
struct ModelWork {
    int64_t tokenWeights = 0;  ///< weights that every token is multiplied with
    int64_t gradedWeights = 0; ///< those of the head, that graded tokens alone are multiplied with
    // Width of the queries, summed over the layers, for each pair of tokens that see each other:
    int64_t pairWidth = 0;               ///< of layers that see the whole sequence
    int64_t windowWidth = 0, window = 0; ///< of layers that see a window of it
};

struct ModelFacts {
    std::string reference; ///< as a run file names it: "bundled:nano-gpt", a path, "random:PATH"
    std::string name;      ///< "nano-gpt", the folder's name
    std::filesystem::path folder;
    std::filesystem::path adapterFolder; ///< of an adapter to the model in `folder`; empty: it is no adapter
    bool randomWeights = false;          ///< random:PATH
    std::string modelType;               ///< config.json: "gpt2", "bert", "llama"
    std::string architecture;            ///< for people: "GPT-2", "BERT", "LLaMA"
    Objective objective = Objective::Causal;

    // From config.json
    int64_t vocabularySize = 0;
    int64_t contextLength = 0; ///< longest sequence; 0: any, where there is a tokenizer alone
    int64_t layers = 0;
    int64_t hiddenSize = 0;
    int64_t heads = 0;
    int64_t keyValueWidth = 0; ///< of one layer's keys
    int64_t tokenTypes = 1;
    bool anyPosition = false;                            ///< positions beyond the context can be computed
    std::vector<std::pair<std::string, int64_t>> counts; ///< config.json's counts, by their keys
    std::string layersKey;                               ///< the one of them that counts the layers

    // From the parameters
    int64_t parameters = 0;
    int64_t adapterParameters = 0;   ///< those of them that are adapters
    int64_t frozenParameters = 0;    ///< those of them that do not learn: where there are adapters, most
    uint64_t frozenBytes = 0;        ///< of memory that these take: what stays in its file, as it is stored
    int64_t embeddingParameters = 0; ///< those of them that are tables of embeddings
    ModelWork work;
    uint64_t trainingBytes = 0; ///< estimate of memory to train all of it at batch 8 x min(context, 128)

    // From the other files
    uint64_t bytesOnDisk = 0;
    std::string dtype = "F32"; ///< of the stored weights: "F32", "F16", "BF16"
    std::string tokenizer;     ///< kind of tokenizer
    std::string maskToken;     ///< the text that stands for a blank ("[MASK]"); empty where there is none
    std::string endToken;      ///< the text that ends a text ("<|endoftext|>"); empty where there is none
    std::string licence;       ///< where the folder says one
    LoadReport report;

    /// Where its own tokenizer, templates and settings lie; an adapter without them takes its base's.
    const std::filesystem::path& ownFolder() const { return adapterFolder.empty() ? folder : adapterFolder; }
    int64_t trainedParameters() const { return parameters - frozenParameters; }
    bool isMasked() const { return objective == Objective::Masked; }
};

} // namespace fettle
