// SPDX-License-Identifier: GPL-3.0-or-later
// The safetensors format (github.com/huggingface/safetensors): validated reading through a memory map, writing.
#pragma once

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace fettle
{

class FileWriter;
class MappedFile;

struct TensorInfo {
    std::string dtype; ///< the format's word: "F32", "F16", "BF16", "I64", …
    std::vector<int64_t> shape;
    uint64_t begin = 0, end = 0; ///< bytes, relative to the data
};

/// One file of weights by name.
class WeightFile
{
public:
    WeightFile() = default;
    WeightFile(const WeightFile&) = delete;
    WeightFile& operator=(const WeightFile&) = delete;
    virtual ~WeightFile() = default;
    virtual const std::map<std::string, TensorInfo>& tensors() const = 0;
    /// A view into the file's map, of the stored type, valid while this object lives; clone or copy to keep.
    virtual at::Tensor tensor(const std::string& name) const = 0;
    bool contains(const std::string& name) const { return tensors().count(name) != 0; }
    /// Whether a tensor keeps the map alive by itself, and is read where it lies in the file.
    virtual bool isMapped() const { return false; }
    /// Throws BadInput where a file whose tensors are mapped has been changed (MappedFile::requireUnchanged).
    virtual void requireUnchanged() const {}
};

class SafetensorsFile final : public WeightFile
{
public:
    /// Maps the file and checks the whole header as the format demands (length, JSON, no duplicate key, offsets without
    /// hole or overlap, sizes that match, end of file). Throws BadInput naming the file and what is wrong.
    explicit SafetensorsFile(const std::filesystem::path& file);
    const std::map<std::string, TensorInfo>& tensors() const override { return m_tensors; }
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }
    at::Tensor tensor(const std::string& name) const override;
    bool isMapped() const override { return true; }
    void requireUnchanged() const override;

private:
    std::filesystem::path m_path;
    std::shared_ptr<MappedFile> m_file;
    size_t m_dataStart = 0;
    std::map<std::string, TensorInfo> m_tensors;
    std::map<std::string, std::string> m_metadata;
};

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// Metadata "format": "pt" is added. Tensors may be on any device; they are stored contiguous in their own type.
void writeSafetensors(FileWriter& writer, const NamedTensors& tensors,
                      std::map<std::string, std::string> metadata = {});
/// The same at its place, as writeFile.
void writeSafetensors(const std::filesystem::path& file, const NamedTensors& tensors,
                      std::map<std::string, std::string> metadata = {});

} // namespace fettle
