// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/sentencepiece_model.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <bit>
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
        float real = 0;                 ///< of 4 bytes
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
            field.real = real(take(4));
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
    static float real(std::string_view four)
    {
        uint32_t bits = 0; // little-endian, whatever the machine is
        for (size_t i = 0; i < four.size(); ++i)
            bits |= uint32_t(static_cast<unsigned char>(four[i])) << (8 * i);
        return std::bit_cast<float>(bits);
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

/// Protocol buffers take what is not known for the default.
SentencePieceModel::Algorithm algorithmOf(uint64_t number)
{
    return number >= 1 && number <= 4 ? SentencePieceModel::Algorithm(number) : SentencePieceModel::Algorithm::Unigram;
}

bool readPiece(std::string_view message, SentencePieceModel::Piece& piece, std::optional<uint64_t>& strangeType)
{
    return eachField(message, [&](const WireReader::Field& part) {
        if (part.number == 1)
            piece.text = part.bytes;
        else if (part.number == 2)
            piece.score = part.real;
        else if (part.number == 3 && part.value >= 1 && part.value <= 6)
            piece.type = SentencePieceModel::Type(part.value);
        else if (part.number == 3)
            strangeType = part.value;
    });
}

bool readTrainer(std::string_view message, SentencePieceModel& model)
{
    return eachField(message, [&](const WireReader::Field& part) {
        if (part.number == 3)
            model.algorithm = algorithmOf(part.value);
        else if (part.number == 24)
            model.spacesAsSuffix = part.value != 0;
        else if (part.number == 40)
            model.unknown = int32_t(part.value);
    });
}

bool readNormalizer(std::string_view message, SentencePieceModel& model)
{
    return eachField(message, [&](const WireReader::Field& part) {
        if (part.number == 2)
            model.characterMap = part.bytes;
        else if (part.number == 3)
            model.addsPrefix = part.value != 0;
    });
}

} // namespace

SentencePieceModel SentencePieceModel::parse(std::string_view bytes, const std::string& source)
{
    SentencePieceModel model;
    std::optional<uint64_t> strangeType;
    size_t strangePiece = 0;
    bool whole = true;
    whole &= eachField(bytes, [&](const WireReader::Field& field) {
        if (field.number == 1) {
            const bool fine = !strangeType;
            whole &= readPiece(field.bytes, model.pieces.emplace_back(), strangeType);
            if (fine && strangeType)
                strangePiece = model.pieces.size() - 1;
        } else if (field.number == 2) {
            whole &= readTrainer(field.bytes, model);
            model.hasTrainer = true;
        } else if (field.number == 3) {
            whole &= readNormalizer(field.bytes, model);
            model.hasNormalizer = true;
        }
    });
    if (!whole || model.pieces.empty())
        throw badInput(fmt::format("{} is no SentencePiece model", source),
                       "The file may be cut short or a Git LFS pointer; fetch it anew.", "model");
    if (strangeType)
        throw badInput(fmt::format("{}: the piece {} ({}) is of the type {}, and SentencePiece has the types 1 to 6",
                                   source, strangePiece, shown(model.pieces[strangePiece].text), *strangeType),
                       "The file may be damaged or of a later SentencePiece; fetch it anew, or save the tokenizer as "
                       "tokenizer.json.",
                       "model");
    return model;
}

} // namespace fettle
