// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/sentencepiece_model.h"

#include "core/base/error.h"

#include <fmt/format.h>
#include <functional>
#include <optional>

namespace fettle
{

namespace
{

/// The fields of one message of a protocol buffer, one after the other.
class WireReader
{
public:
    explicit WireReader(std::string_view bytes) : m_bytes(bytes) {}

    struct Field {
        uint64_t number = 0, value = 0; ///< `value` of a varint
        std::string_view bytes;         ///< of a string or a message
    };
    /// Nothing at the end, and where the bytes are none (see isBroken).
    std::optional<Field> next()
    {
        if (m_bytes.empty() || m_broken)
            return std::nullopt;
        const uint64_t tag = varint();
        Field field{tag >> 3};
        switch (tag & 7) {
        case 0:
            field.value = varint();
            break;
        case 1:
            take(8);
            break;
        case 2:
            field.bytes = take(varint());
            break;
        case 5:
            take(4);
            break;
        default:
            m_broken = true;
        }
        return m_broken ? std::nullopt : std::optional(field);
    }
    bool isBroken() const { return m_broken; }

private:
    uint64_t varint()
    {
        uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const std::string_view byte = take(1);
            if (m_broken)
                return 0;
            value |= uint64_t(byte[0] & 0x7F) << shift;
            if (!(byte[0] & 0x80))
                return value;
        }
        m_broken = true;
        return 0;
    }
    std::string_view take(uint64_t count)
    {
        if (count > m_bytes.size()) {
            m_broken = true;
            return {};
        }
        const std::string_view taken = m_bytes.substr(0, count);
        m_bytes.remove_prefix(count);
        return taken;
    }

    std::string_view m_bytes;
    bool m_broken = false;
};

/// False where the message is broken.
bool eachField(std::string_view message, const std::function<void(const WireReader::Field&)>& take)
{
    WireReader reader(message);
    while (const auto field = reader.next())
        take(*field);
    return !reader.isBroken();
}

} // namespace

SentencePieceModel SentencePieceModel::parse(std::string_view bytes, const std::string& source)
{
    SentencePieceModel model;
    bool whole = true;
    whole &= eachField(bytes, [&](const WireReader::Field& field) {
        if (field.number == 1) {
            Piece piece;
            whole &= eachField(field.bytes, [&](const WireReader::Field& part) {
                if (part.number == 1)
                    piece.text = part.bytes;
                else if (part.number == 3)
                    piece.type = Type(part.value);
            });
            model.pieces.push_back(std::move(piece));
        } else if (field.number == 2) { // trainer_spec
            whole &= eachField(field.bytes, [&](const WireReader::Field& part) {
                if (part.number == 3)
                    model.isBpe = part.value == 2;
                else if (part.number == 24)
                    model.spacesAsSuffix = part.value != 0;
            });
        } else if (field.number == 3) { // normalizer_spec
            whole &= eachField(field.bytes, [&](const WireReader::Field& part) {
                if (part.number == 2)
                    model.hasCharacterMap = !part.bytes.empty();
                else if (part.number == 3)
                    model.addsPrefix = part.value != 0;
            });
        }
    });
    if (!whole || model.pieces.empty())
        throw badInput(fmt::format("{} is no SentencePiece model", source),
                       "The file may be cut short or a Git LFS pointer; fetch it anew.", "model");
    return model;
}

} // namespace fettle
