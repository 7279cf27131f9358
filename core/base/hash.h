// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 of texts and files.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace fettle
{

/// 64 hexadecimal digits.
std::string sha256(std::string_view bytes);
std::string sha256OfFile(const std::filesystem::path& file);

} // namespace fettle
