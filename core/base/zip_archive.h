// SPDX-License-Identifier: GPL-3.0-or-later
// The members of a zip archive, packed as they lie there.
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace fettle
{

/// What the archive says of a member; nothing of it is checked but that `packed` lies within the archive.
struct ZipMember {
    std::string_view packed;
    uint64_t size = 0; ///< unpacked
    uint32_t crc = 0;  ///< CRC-32 of the unpacked bytes
    int method = 0;    ///< 0: stored as it is, 8: deflated
    bool isEncrypted = false;
};

using ZipMembers = std::map<std::string, ZipMember, std::less<>>;

/// Names to members, which lie within `archive`. Throws `broken` where it is no whole zip archive (PKWARE's
/// APPNOTE 6.3). Zip64 is understood; archives in several parts are not.
ZipMembers zipMembers(std::string_view archive, const Error& broken);

} // namespace fettle
