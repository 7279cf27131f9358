// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/safetensors_header.h"

#include "core/base/error.h"
#include "core/base/json.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

struct SafetensorsType {
    std::string_view name;
    uint64_t bytes;
    std::optional<at::ScalarType> type;
};

constexpr std::array<SafetensorsType, 19> safetensorsTypes{{
    {"F32", 4, at::kFloat},
    {"F16", 2, at::kHalf},
    {"BF16", 2, at::kBFloat16},
    {"F64", 8, at::kDouble},
    {"I64", 8, at::kLong},
    {"I32", 4, at::kInt},
    {"I16", 2, at::kShort},
    {"I8", 1, at::kChar},
    {"U8", 1, at::kByte},
    {"BOOL", 1, at::kBool},
    {"U16", 2, at::kUInt16},
    {"U32", 4, at::kUInt32},
    {"U64", 8, at::kUInt64},
    {"F8_E4M3", 1, std::nullopt},
    {"F8_E5M2", 1, std::nullopt},
    {"F8_E4M3FNUZ", 1, std::nullopt},
    {"F8_E5M2FNUZ", 1, std::nullopt},
    {"F8_E8M0", 1, std::nullopt},
    {"C64", 8, at::kComplexFloat},
}};

Error brokenHeader(const std::string& file, const std::string& what)
{
    return badInput(fmt::format("{} is not a valid safetensors file: {}.", file, what),
                    "Download or copy the file again.", "model");
}

Json parseHeaderText(std::string_view text, const std::string& file)
{
    JsonComplaint complaint;
    if (std::optional<Json> value = tryParseJson(text, &complaint, EqualKeys::Refused)) // the format forbids equal keys
        return std::move(*value);
    throw brokenHeader(
        file, fmt::format("its header is not JSON as it should be ({}, byte {})", complaint.words, complaint.byte));
}

std::vector<uint64_t> wholeNumbers(const Json& list, const std::string& file, const std::string& where)
{
    std::vector<uint64_t> numbers;
    if (!list.is_array())
        throw brokenHeader(file, fmt::format("{} is not a list", where));
    for (const auto& number : list) {
        if (!number.is_number_unsigned())
            throw brokenHeader(file, fmt::format("{} holds {}", where, shown(number)));
        numbers.push_back(number.get<uint64_t>());
    }
    return numbers;
}

TensorInfo parseTensorInfo(const std::string& name, const Json& entry, const std::string& file)
{
    if (!entry.is_object() || !entry.contains("dtype") || !entry["dtype"].is_string() || !entry.contains("shape") ||
        !entry.contains("data_offsets"))
        throw brokenHeader(file, fmt::format("tensor {} lacks dtype, shape or data_offsets", shown(name)));
    TensorInfo info;
    info.dtype = entry["dtype"].get<std::string>();
    const auto elementSize = safetensorsElementSize(info.dtype);
    if (!elementSize)
        throw brokenHeader(file, fmt::format("tensor {} has the unknown type {}", shown(name), shown(info.dtype)));
    const auto offsets = wholeNumbers(entry["data_offsets"], file, fmt::format("data_offsets of {}", shown(name)));
    if (offsets.size() != 2 || offsets[0] > offsets[1])
        throw brokenHeader(file, fmt::format("data_offsets of {} are not a range", shown(name)));
    info.begin = offsets[0];
    info.end = offsets[1];
    uint64_t bytes = *elementSize;
    for (uint64_t extent : wholeNumbers(entry["shape"], file, fmt::format("shape of {}", shown(name)))) {
        if (extent > static_cast<uint64_t>(INT64_MAX) || __builtin_mul_overflow(bytes, extent, &bytes))
            throw brokenHeader(file, fmt::format("the shape of {} is too big", shown(name)));
        info.shape.push_back(static_cast<int64_t>(extent));
    }
    if (bytes != info.end - info.begin)
        throw brokenHeader(file, fmt::format("tensor {} takes {} bytes but its offsets give {}", shown(name), bytes,
                                             info.end - info.begin));
    return info;
}

// Sorted by offset, every tensor must start where the one before it ends, the last at the end of the file.
void checkLayout(const SafetensorsHeader& header, uint64_t dataBytes, const std::string& file)
{
    std::vector<std::pair<uint64_t, uint64_t>> ranges;
    for (const auto& [name, info] : header.tensors)
        ranges.emplace_back(info.begin, info.end);
    std::sort(ranges.begin(), ranges.end());
    uint64_t expected = 0;
    for (const auto& [begin, end] : ranges) {
        if (begin != expected)
            throw brokenHeader(file, fmt::format("there is a hole or an overlap at byte {} of its data", expected));
        expected = end;
    }
    if (expected != dataBytes)
        throw brokenHeader(file,
                           fmt::format("it holds {} bytes of data, its header speaks of {}", dataBytes, expected));
}

} // namespace

Error fp8Error(const std::string& what)
{
    return badInput(fmt::format("{} is stored as fp8: fp8 is not supported.", what),
                    "Use the model that it was made from, stored as F32, F16 or BF16.", "model");
}

std::optional<uint64_t> safetensorsElementSize(std::string_view dtype)
{
    for (const auto& known : safetensorsTypes)
        if (known.name == dtype)
            return known.bytes;
    return std::nullopt;
}

std::optional<std::string> safetensorsName(at::ScalarType type)
{
    for (const auto& known : safetensorsTypes)
        if (known.type == type)
            return std::string(known.name);
    return std::nullopt;
}

std::optional<at::ScalarType> safetensorsScalarType(std::string_view dtype)
{
    for (const auto& known : safetensorsTypes)
        if (known.name == dtype)
            return known.type;
    return std::nullopt;
}

SafetensorsHeader parseSafetensorsHeader(std::string_view text, uint64_t dataBytes, const std::string& file)
{
    if (text.empty() || text.front() != '{')
        throw brokenHeader(file, "its header does not begin with {");
    const Json json = parseHeaderText(text, file);
    SafetensorsHeader header;
    for (const auto& [name, entry] : json.items()) {
        if (name != "__metadata__") {
            header.tensors.emplace(name, parseTensorInfo(name, entry, file));
            continue;
        }
        if (!entry.is_object())
            throw brokenHeader(file, "__metadata__ is not an object");
        for (const auto& [key, value] : entry.items()) {
            if (!value.is_string())
                throw brokenHeader(file, fmt::format("__metadata__ \"{}\" is not a text", shown(key)));
            header.metadata.emplace(key, value.get<std::string>());
        }
    }
    checkLayout(header, dataBytes, file);
    return header;
}

} // namespace fettle
