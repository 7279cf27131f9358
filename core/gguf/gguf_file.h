// SPDX-License-Identifier: GPL-3.0-or-later
// The GGUF format, version 3 (github.com/ggml-org/ggml, docs/gguf.md): writing as a stream, and reading through a
// memory map with every length checked.
#pragma once

#include "core/gguf/ggml_type.h"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace fettle
{

class FileWriter;
class MappedFile;

/// The value of a key.
using GgufValue = std::variant<uint32_t, int32_t, float, bool, std::string, std::vector<int32_t>, std::vector<float>,
                               std::vector<std::string>>;
using GgufKeys = std::vector<std::pair<std::string, GgufValue>>;

struct GgufTensor {
    std::string name;
    std::vector<int64_t> shape; ///< as torch has it, the fastest dimension last; the file has them the other way round
    GgmlType type = GgmlType::F32;
    uint64_t count() const;
};

/// `valuesOf`: the values of a tensor, float32 and contiguous; each is asked for once, in order, and let go before the
/// next.
void writeGguf(FileWriter& writer, const GgufKeys& keys, const std::vector<GgufTensor>& tensors,
               const std::function<at::Tensor(size_t index)>& valuesOf);

class GgufFile
{
public:
    /// Maps the file and checks the whole header: magic, version, lengths, types, that each tensor begins at a multiple
    /// of the alignment right behind the one before, and the end of the file. Throws BadInput naming the file and what
    /// is wrong.
    explicit GgufFile(const std::filesystem::path& file);

    const GgufKeys& keys() const { return m_keys; }
    const GgufValue* find(std::string_view key) const;
    const std::vector<GgufTensor>& tensors() const { return m_tensors; }
    /// The bytes of a tensor as they are stored.
    std::string_view bytes(size_t index) const;

private:
    std::shared_ptr<MappedFile> m_file;
    GgufKeys m_keys;
    std::vector<GgufTensor> m_tensors;
    std::vector<uint64_t> m_begins; ///< of each tensor, from the start of the file
};

} // namespace fettle
