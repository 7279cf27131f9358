// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/gguf_file.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/gguf/gguf_values.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <type_traits>

namespace fettle
{

namespace
{

constexpr uint32_t formatVersion = 3;
constexpr uint64_t alignment = 32; ///< where general.alignment says nothing
constexpr std::string_view formatMagic = "GGUF";

/// The kinds of values, by the format's numbers.
enum class ValueKind : uint32_t { U32 = 4, I32 = 5, F32 = 6, Bool = 7, Text = 8, List = 9 };

template <typename T>
constexpr ValueKind kindOf()
{
    if constexpr (std::is_same_v<T, uint32_t>)
        return ValueKind::U32;
    else if constexpr (std::is_same_v<T, int32_t>)
        return ValueKind::I32;
    else if constexpr (std::is_same_v<T, float>)
        return ValueKind::F32;
    else if constexpr (std::is_same_v<T, bool>)
        return ValueKind::Bool;
    else if constexpr (std::is_same_v<T, std::string>)
        return ValueKind::Text;
    else
        return ValueKind::List;
}

uint64_t aligned(uint64_t offset)
{
    return (offset + alignment - 1) / alignment * alignment;
}

// The format is little-endian, as is every machine that Fettle runs on.
template <typename T>
void put(std::string& out, const T& value)
{
    if constexpr (std::is_same_v<T, std::string>) {
        put(out, static_cast<uint64_t>(value.size()));
        out += value;
    } else if constexpr (std::is_same_v<T, bool>) {
        out += value ? '\1' : '\0';
    } else if constexpr (kindOf<T>() == ValueKind::List && !std::is_arithmetic_v<T> && !std::is_enum_v<T>) {
        put(out, kindOf<typename T::value_type>());
        put(out, static_cast<uint64_t>(value.size()));
        for (const auto& each : value)
            put(out, each);
    } else {
        out.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
}

std::string headerOf(const GgufKeys& keys, const std::vector<GgufTensor>& tensors)
{
    std::string out(formatMagic);
    put(out, formatVersion);
    put(out, static_cast<uint64_t>(tensors.size()));
    put(out, static_cast<uint64_t>(keys.size()));
    for (const auto& [key, value] : keys) {
        put(out, key);
        std::visit(
            [&](const auto& each) {
                put(out, kindOf<std::decay_t<decltype(each)>>());
                put(out, each);
            },
            value);
    }
    uint64_t offset = 0;
    for (const GgufTensor& tensor : tensors) {
        put(out, tensor.name);
        put(out, static_cast<uint32_t>(tensor.shape.size()));
        for (auto size = tensor.shape.rbegin(); size != tensor.shape.rend(); ++size)
            put(out, static_cast<uint64_t>(*size));
        put(out, tensor.type);
        put(out, offset);
        offset += aligned(bytesOf(tensor.type, tensor.count()));
    }
    out.resize(aligned(out.size()), '\0');
    return out;
}

/// Takes a header apart from front to back.
class Cursor
{
public:
    Cursor(std::string_view bytes, const fs::path& file) : m_bytes(bytes), m_file(file) {}

    [[noreturn]] void fail(const std::string& why) const
    {
        throw badInput(fmt::format("{} is no GGUF file as it should be: {}.", m_file.string(), why));
    }
    std::string_view take(uint64_t count)
    {
        if (count > m_bytes.size() - m_at)
            fail(fmt::format("it ends at byte {}, within its header", m_bytes.size()));
        m_at += count;
        return m_bytes.substr(m_at - count, count);
    }
    template <typename T>
    T get()
    {
        if constexpr (std::is_same_v<T, std::string>) {
            return std::string(take(get<uint64_t>()));
        } else if constexpr (std::is_same_v<T, bool>) {
            return get<uint8_t>() != 0;
        } else {
            T value;
            std::memcpy(&value, take(sizeof value).data(), sizeof value);
            return value;
        }
    }
    uint64_t at() const { return m_at; }

private:
    std::string_view m_bytes;
    const fs::path& m_file;
    uint64_t m_at = 0;
};

template <typename T>
std::vector<T> listOf(Cursor& cursor, uint64_t count)
{
    std::vector<T> list;
    for (uint64_t i = 0; i < count; ++i) // grows as it is read: a wrong count reserves nothing
        list.push_back(cursor.get<T>());
    return list;
}

GgufValue valueAt(Cursor& cursor)
{
    switch (cursor.get<ValueKind>()) {
    case ValueKind::U32:
        return cursor.get<uint32_t>();
    case ValueKind::I32:
        return cursor.get<int32_t>();
    case ValueKind::F32:
        return cursor.get<float>();
    case ValueKind::Bool:
        return cursor.get<bool>();
    case ValueKind::Text:
        return cursor.get<std::string>();
    case ValueKind::List: {
        const auto kind = cursor.get<ValueKind>();
        const auto count = cursor.get<uint64_t>();
        if (kind == ValueKind::I32)
            return listOf<int32_t>(cursor, count);
        if (kind == ValueKind::F32)
            return listOf<float>(cursor, count);
        if (kind == ValueKind::Text)
            return listOf<std::string>(cursor, count);
        break;
    }
    }
    cursor.fail("a value is of a kind that Fettle does not write");
}

GgufTensor tensorAt(Cursor& cursor)
{
    GgufTensor tensor;
    tensor.name = cursor.get<std::string>();
    const auto dimensions = cursor.get<uint32_t>();
    uint64_t count = 1;
    for (uint32_t i = 0; i < dimensions; ++i) {
        const auto size = cursor.get<uint64_t>();
        if (dimensions > 4 || size == 0 || size > (uint64_t{1} << 40) / count)
            cursor.fail(fmt::format("the shape of {}", tensor.name));
        count *= size;
        tensor.shape.insert(tensor.shape.begin(), static_cast<int64_t>(size));
    }
    tensor.type = cursor.get<GgmlType>();
    if (std::string_view(toString(tensor.type)).empty() ||
        (tensor.type == GgmlType::Q8_0 && tensor.shape.back() % q8Block != 0))
        cursor.fail(fmt::format("the type of {}", tensor.name));
    return tensor;
}

} // namespace

const char* toString(GgmlType type)
{
    switch (type) {
    case GgmlType::F32:
        return "f32";
    case GgmlType::F16:
        return "f16";
    case GgmlType::Q8_0:
        return "q8_0";
    case GgmlType::BF16:
        return "bf16";
    }
    return "";
}

uint64_t bytesOf(GgmlType type, uint64_t count)
{
    return type == GgmlType::F32 ? 4 * count : type == GgmlType::Q8_0 ? count / q8Block * (q8Block + 2) : 2 * count;
}

uint64_t GgufTensor::count() const
{
    uint64_t count = 1;
    for (const int64_t size : shape)
        count *= static_cast<uint64_t>(size);
    return count;
}

void writeGguf(FileWriter& writer, const GgufKeys& keys, const std::vector<GgufTensor>& tensors,
               const std::function<at::Tensor(size_t index)>& valuesOf)
{
    constexpr size_t atOnce = size_t{1} << 20; // values: what is narrowed is never held whole
    writer.write(headerOf(keys, tensors));
    for (size_t i = 0; i < tensors.size(); ++i) {
        const at::Tensor values = valuesOf(i);
        std::span<const float> rest(values.const_data_ptr<float>(), static_cast<size_t>(values.numel()));
        const uint64_t bytes = bytesOf(tensors[i].type, rest.size());
        for (; !rest.empty(); rest = rest.subspan(std::min(rest.size(), atOnce)))
            writer.write(encoded(tensors[i].type, rest.first(std::min(rest.size(), atOnce))));
        writer.write(std::string(aligned(bytes) - bytes, '\0'));
    }
}

GgufFile::GgufFile(const fs::path& file) : m_file(std::make_shared<MappedFile>(file))
{
    Cursor cursor({reinterpret_cast<const char*>(m_file->data()), m_file->size()}, file);
    if (cursor.take(formatMagic.size()) != formatMagic || cursor.get<uint32_t>() != formatVersion)
        cursor.fail("it does not begin as version 3");
    const auto tensors = cursor.get<uint64_t>(), keys = cursor.get<uint64_t>();
    for (uint64_t i = 0; i < keys; ++i) {
        std::string key = cursor.get<std::string>();
        if (find(key))
            cursor.fail(fmt::format("{} is there twice", key));
        GgufValue value = valueAt(cursor);
        m_keys.emplace_back(std::move(key), std::move(value));
    }
    uint64_t offset = 0;
    for (uint64_t i = 0; i < tensors; ++i) {
        m_tensors.push_back(tensorAt(cursor));
        if (cursor.get<uint64_t>() != offset)
            cursor.fail(fmt::format("{} does not follow the tensor before it", m_tensors.back().name));
        m_begins.push_back(offset);
        offset += aligned(bytesOf(m_tensors.back().type, m_tensors.back().count()));
    }
    const uint64_t data = aligned(cursor.at());
    if (m_file->size() != data + offset)
        cursor.fail(fmt::format("it has {} bytes, its tensors end at {}", m_file->size(), data + offset));
    for (uint64_t& begin : m_begins)
        begin += data;
}

const GgufValue* GgufFile::find(std::string_view key) const
{
    const auto found = std::find_if(m_keys.begin(), m_keys.end(), [&](const auto& each) { return each.first == key; });
    return found == m_keys.end() ? nullptr : &found->second;
}

std::string_view GgufFile::bytes(size_t index) const
{
    const GgufTensor& tensor = m_tensors[index];
    return {reinterpret_cast<const char*>(m_file->data()) + m_begins[index], bytesOf(tensor.type, tensor.count())};
}

} // namespace fettle
