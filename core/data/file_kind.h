// SPDX-License-Identifier: GPL-3.0-or-later
// Text, table, JSON array or JSON lines: by the content, the extension being a hint.
#pragma once

#include <string>
#include <string_view>

namespace fettle
{

/// "text", "csv", "json" or "jsonl", as in DataFormat::kind. `extension` is in lower case, with its dot; `name` is the
/// file's.
std::string recogniseKind(const std::string& name, std::string_view content, const std::string& extension);

} // namespace fettle
