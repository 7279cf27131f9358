// SPDX-License-Identifier: GPL-3.0-or-later
// How a GGUF file stores numbers; free of torch.
#pragma once

#include <cstdint>

namespace fettle
{

/// Of a tensor's values, by ggml's numbers.
enum class GgmlType : uint32_t { F32 = 0, F16 = 1, Q8_0 = 8, BF16 = 30 };
/// "f32", "f16", "q8_0", "bf16".
const char* toString(GgmlType type);
/// Of so many values; q8_0 takes them in blocks of 32, of which `count` must be a multiple.
uint64_t bytesOf(GgmlType type, uint64_t count);
constexpr int64_t q8Block = 32;

} // namespace fettle
