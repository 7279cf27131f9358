// SPDX-License-Identifier: GPL-3.0-or-later
// The members of a zip archive that are stored as they are (torch.save packs nothing).
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace fettle
{

/// Names to bytes within `archive`, which must outlive them. Throws BadInput naming `source` where it is no whole zip
/// archive or where a member is packed. Zip64 is understood.
std::map<std::string, std::string_view, std::less<>> storedMembers(std::string_view archive, const std::string& source);

} // namespace fettle
