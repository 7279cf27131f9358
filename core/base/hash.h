// SPDX-License-Identifier: GPL-3.0-or-later
// Hashes of texts and files: SHA-256, and the name that git gives a file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace fettle
{

/// 64 hexadecimal digits.
std::string sha256(std::string_view bytes);
std::string sha256OfFile(const std::filesystem::path& file);
/// The id of the blob that git makes of the file: SHA-1 of "blob SIZE\0" and its bytes, 40 hexadecimal digits.
std::string gitHashOfFile(const std::filesystem::path& file);

} // namespace fettle
