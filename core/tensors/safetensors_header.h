// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON header of a safetensors file: parsed with every check that the format demands, and written.
#pragma once

#include "core/base/error.h"
#include "core/tensors/safetensors.h"

#include <ATen/core/Tensor.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace fettle
{

struct SafetensorsHeader {
    std::map<std::string, TensorInfo> tensors;
    std::map<std::string, std::string> metadata;
};

/// Parses the header text and checks it against `dataBytes`, the bytes that follow it: offsets must cover them without
/// hole or overlap and fit types and shapes. Throws BadInput naming `file`.
SafetensorsHeader parseSafetensorsHeader(std::string_view text, uint64_t dataBytes, const std::string& file);

/// Bytes of one element; none for a type that the format does not know. Types of less than a byte are not supported.
std::optional<uint64_t> safetensorsElementSize(std::string_view dtype);
/// The format's word for a torch type, and back; none where one side has no such type.
std::optional<std::string> safetensorsName(at::ScalarType type);
std::optional<at::ScalarType> safetensorsScalarType(std::string_view dtype);

/// `what` ("Tensor x of model.safetensors") holds numbers of eight bits: they mean little without the scales that each
/// kind of quantized model keeps elsewhere.
Error fp8Error(const std::string& what);

} // namespace fettle
