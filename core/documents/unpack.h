// SPDX-License-Identifier: GPL-3.0-or-later
// Packed bytes as they were: gzip, zstd, bzip2, xz, and the deflated parts of zip archives.
#pragma once

#include "core/documents/allowance.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace fettle
{

enum class Packing { Gzip, Zstd, Bzip2, Xz, Deflate };

/// "gzip".
const char* packingName(Packing packing);

/// All members one after another, as the packers' own programs unpack them; zeros may follow the last. Checksums are
/// checked. Throws BadInput (subject "data") where the bytes are damaged or cut short, and what `allowance` throws.
std::string unpack(Packing packing, std::string_view bytes, Allowance& allowance);

/// CRC-32 as zip and gzip have it.
uint32_t crc32(std::string_view bytes);

} // namespace fettle
