// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/byte_alphabet.h"

#include "core/base/text.h"
#include "core/tokenizers/unicode.h"

#include <array>

namespace fettle
{

namespace
{

struct ByteAlphabet {
    std::array<std::string, 256> characters;
    std::array<int16_t, 0x144> bytes;

    ByteAlphabet()
    {
        bytes.fill(-1);
        char32_t next = 0x100; // bytes that print badly get the characters from U+0100 on
        for (int byte = 0; byte < 256; ++byte) {
            const bool printable = (byte > 0x20 && byte < 0x7F) || (byte > 0xA0 && byte != 0xAD);
            const char32_t character = printable ? char32_t(byte) : next++;
            appendUtf8(characters[size_t(byte)], character);
            bytes[character] = int16_t(byte);
        }
    }
};

const ByteAlphabet& byteAlphabet()
{
    static const ByteAlphabet alphabet;
    return alphabet;
}

} // namespace

const std::string& byteToCharacter(unsigned char byte)
{
    return byteAlphabet().characters[byte];
}

std::optional<std::string> charactersToBytes(std::string_view token)
{
    const auto& bytes = byteAlphabet().bytes;
    std::string out;
    for (size_t at = 0; at < token.size();) {
        const char32_t character = unicode::nextCodePoint(token, at);
        if (character >= bytes.size() || bytes[character] < 0)
            return std::nullopt;
        out.push_back(char(bytes[character]));
    }
    return out;
}

} // namespace fettle
