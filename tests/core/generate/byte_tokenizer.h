// SPDX-License-Identifier: GPL-3.0-or-later
// A tokenizer whose token is a byte: id 1 + byte; ids from 300 on are special.
#pragma once

#include "core/base/text.h"
#include "core/tokenizers/tokenizer.h"

namespace fettle
{

class ByteTokenizer : public Tokenizer
{
public:
    SpecialTokens specials;

    Encoding encode(std::string_view text, bool) const override
    {
        Encoding encoding;
        for (const char c : text)
            encoding.ids.push_back(1 + static_cast<unsigned char>(c));
        return encoding;
    }
    std::string decode(std::span<const int32_t> ids, bool skipSpecialTokens) const override
    {
        std::string bytes;
        for (const int32_t id : ids)
            if (isSpecial(id))
                bytes += skipSpecialTokens ? "" : "<s>";
            else
                bytes.push_back(static_cast<char>(id - 1));
        return toValidUtf8(bytes);
    }
    int32_t vocabularySize() const override { return 400; }
    std::string idToToken(int32_t id) const override { return "t" + std::to_string(id); }
    std::string pieceBytes(int32_t id) const override
    {
        return isSpecial(id) ? "<s>" : std::string(1, static_cast<char>(id - 1));
    }
    std::optional<int32_t> tokenToId(std::string_view) const override { return {}; }
    bool isSpecial(int32_t id) const override { return id >= 300; }
    const SpecialTokens& special() const override { return specials; }
    std::string kind() const override { return "bytes"; }
    const std::vector<std::filesystem::path>& files() const override { return m_files; }

private:
    std::vector<std::filesystem::path> m_files;
};

} // namespace fettle
