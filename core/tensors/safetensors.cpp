// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/safetensors.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/tensors/safetensors_header.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <cstring>
#include <fmt/format.h>

namespace fettle
{

namespace
{

// The limit of the reference implementation.
constexpr uint64_t largestSafetensorsHeader = 100'000'000;

Error brokenSafetensors(const std::filesystem::path& file, const std::string& what)
{
    return badInput(fmt::format("{} is not a valid safetensors file: {}.", file.string(), what),
                    "Download or copy the file again.", "model");
}

} // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& file)
    : m_path(file), m_file(std::make_shared<MappedFile>(file))
{
    const uint64_t size = m_file->size();
    if (size < 8)
        throw brokenSafetensors(file, fmt::format("it is only {} bytes long", size));
    const auto* bytes = reinterpret_cast<const unsigned char*>(m_file->data());
    uint64_t headerBytes = 0;
    for (int i = 7; i >= 0; --i) // little-endian
        headerBytes = headerBytes << 8 | bytes[i];
    if (headerBytes > largestSafetensorsHeader)
        throw brokenSafetensors(file, fmt::format("its header claims {} bytes", headerBytes));
    if (headerBytes > size - 8)
        throw brokenSafetensors(file, "it ends inside its header");
    m_dataStart = 8 + static_cast<size_t>(headerBytes);
    const std::string_view text(reinterpret_cast<const char*>(bytes) + 8, headerBytes);
    SafetensorsHeader header = parseSafetensorsHeader(text, size - m_dataStart, file.string());
    m_tensors = std::move(header.tensors);
    m_metadata = std::move(header.metadata);
}

void SafetensorsFile::requireUnchanged() const
{
    try {
        m_file->requireUnchanged();
    } catch (const Error& error) {
        throw error.about("model");
    }
}

at::Tensor SafetensorsFile::tensor(const std::string& name) const
{
    const auto found = m_tensors.find(name);
    if (found == m_tensors.end())
        throw badInput(fmt::format("{} has no tensor {}.", m_path.string(), name), {}, "model");
    const TensorInfo& info = found->second;
    const auto type = safetensorsScalarType(info.dtype);
    if (!type)
        throw badInput(fmt::format("Tensor {} of {} has the type {}, which cannot be computed with.", name,
                                   m_path.string(), info.dtype),
                       "Use a model stored as F32, F16 or BF16.", "model");
    const std::byte* data = m_file->data() + m_dataStart + info.begin;
    if (info.end == info.begin)
        return at::empty(info.shape, *type);
    // Old writers did not pad the header: such data lies askew and is copied.
    if (reinterpret_cast<uintptr_t>(data) % c10::elementSize(*type) != 0) {
        at::Tensor copy = at::empty(info.shape, *type);
        std::memcpy(copy.data_ptr(), data, info.end - info.begin);
        return copy;
    }
    return at::from_blob(
        const_cast<std::byte*>(data), info.shape, [map = m_file](void*) {}, at::TensorOptions().dtype(*type));
}

} // namespace fettle
