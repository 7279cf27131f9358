// SPDX-License-Identifier: GPL-3.0-or-later
// The 256 characters that stand for bytes in a byte-level vocabulary (GPT-2's bytes_to_unicode): "Ġ" is the space.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fettle
{

/// The character of a byte, as UTF-8.
const std::string& byteToCharacter(unsigned char byte);
/// The bytes that a token of such a vocabulary stands for; none where a character is no byte's.
std::optional<std::string> charactersToBytes(std::string_view token);

} // namespace fettle
