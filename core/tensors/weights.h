// SPDX-License-Identifier: GPL-3.0-or-later
// The weights of a model folder, whatever files they lie in.
#pragma once

#include "core/base/model_folder_names.h"
#include "core/tensors/safetensors.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace fettle
{

/// The first that is there, as in transformers: model.safetensors, the shards of model.safetensors.index.json,
/// pytorch_model.bin, the shards of pytorch_model.bin.index.json. Throws BadInput.
class Weights
{
public:
    explicit Weights(const std::filesystem::path& modelFolder);
    std::vector<std::string> names() const;
    bool contains(const std::string& name) const;
    const TensorInfo& info(const std::string& name) const;
    at::Tensor tensor(const std::string& name) const;
    bool isMapped(const std::string& name) const; ///< as WeightFile says of the tensor's file
    void requireUnchanged() const;

private:
    void openShards(const std::filesystem::path& index);

    std::vector<std::unique_ptr<WeightFile>> m_files;
    std::map<std::string, const WeightFile*> m_where;
};

/// A file of weights, safetensors or pickled. Throws BadInput.
std::unique_ptr<WeightFile> openWeightFile(const std::filesystem::path& file);

/// Bytes of tensors in one file, as the Hub shares them out.
constexpr uint64_t largestShard = 5'000'000'000;

/// Writes `tensors` into `folder` as transformers' save_pretrained with max_shard_size does: into model.safetensors,
/// or, where they take more than `maxBytes`, in their order into model-00001-of-00003.safetensors and so on, with
/// model.safetensors.index.json. At their places, as writeFile; the index last.
void writeWeights(const std::filesystem::path& folder, const NamedTensors& tensors, uint64_t maxBytes = largestShard);
/// Whether writeWeights gives files such a name.
bool isWrittenWeights(const std::string& name);

/// Whether the folder holds files that Weights would open.
bool holdsWeights(const std::filesystem::path& modelFolder);
/// Whether a file of a model folder is one of weights, by its name.
bool isWeightFile(const std::filesystem::path& file);

} // namespace fettle
