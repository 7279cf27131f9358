// SPDX-License-Identifier: GPL-3.0-or-later
// Values as GGUF files store them.
#pragma once

#include "core/gguf/gguf_file.h"

#include <span>
#include <string>
#include <string_view>

namespace fettle
{

/// As ggml's reference rounds: f16 and bf16 to the nearest, ties to even; q8_0 in blocks of 32, each with a half scale
/// that makes its largest value 127, and bytes to the nearest, ties away from zero.
std::string encoded(GgmlType type, std::span<const float> values);
/// The place of the first value of `bytes` that is not `value` within the rounding of the type, or -1.
int64_t firstDifference(GgmlType type, std::string_view bytes, std::span<const float> values);

} // namespace fettle
