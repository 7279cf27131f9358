// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/zip_archive.h"

#include <algorithm>
#include <cstdint>

namespace fettle
{

namespace
{

constexpr uint32_t kLocalHeader = 0x04034b50, kCentralHeader = 0x02014b50, kEnd = 0x06054b50, kEnd64 = 0x06064b50,
                   kEnd64Locator = 0x07064b50;
constexpr uint32_t kIn64 = 0xFFFFFFFF; ///< the number stands in a zip64 field

class Zip
{
public:
    Zip(std::string_view bytes, const Error& broken) : m_bytes(bytes), m_broken(broken) {}

    ZipMembers members() const
    {
        auto [at, count] = directory();
        ZipMembers found;
        for (uint64_t i = 0; i < count; ++i) {
            require(number(at, 4) == kCentralHeader);
            ZipMember member;
            member.isEncrypted = (number(at + 8, 2) & 1) != 0;
            member.method = static_cast<int>(number(at + 10, 2));
            member.crc = static_cast<uint32_t>(number(at + 16, 4));
            const uint64_t nameLength = number(at + 28, 2), extra = number(at + 30, 2);
            uint64_t packed = number(at + 20, 4), local = number(at + 42, 4);
            member.size = number(at + 24, 4);
            const std::string name(slice(at + 46, nameLength));
            readZip64(at + 46 + nameLength, extra, {&member.size, &packed, &local});
            require(number(local, 4) == kLocalHeader);
            member.packed = slice(local + 30 + number(local + 26, 2) + number(local + 28, 2), packed);
            found[name] = member;
            at += 46 + nameLength + extra + number(at + 32, 2);
        }
        return found;
    }

private:
    void require(bool whole) const
    {
        if (!whole)
            throw m_broken; // NOLINT(misc-throw-by-value-catch-by-reference): a copy
    }
    std::string_view slice(uint64_t at, uint64_t length) const
    {
        require(at <= m_bytes.size() && length <= m_bytes.size() - at);
        return m_bytes.substr(at, length);
    }
    uint64_t number(uint64_t at, int bytes) const
    {
        const std::string_view part = slice(at, uint64_t(bytes));
        uint64_t value = 0;
        for (int i = 0; i < bytes; ++i)
            value |= uint64_t(static_cast<unsigned char>(part[size_t(i)])) << (8 * i);
        return value;
    }
    /// Where the central directory starts and how many members it lists.
    std::pair<uint64_t, uint64_t> directory() const
    {
        constexpr uint64_t length = 22, longestComment = 0xFFFF;
        require(m_bytes.size() >= length);
        uint64_t end = m_bytes.size() - length;
        const uint64_t lowest = end - std::min(end, longestComment);
        while (number(end, 4) != kEnd) {
            require(end > lowest);
            --end;
        }
        if (end < 20 || number(end - 20, 4) != kEnd64Locator)
            return {number(end + 16, 4), number(end + 10, 2)};
        const uint64_t end64 = number(end - 20 + 8, 8);
        require(number(end64, 4) == kEnd64);
        return {number(end64 + 48, 8), number(end64 + 32, 8)};
    }
    /// Numbers that did not fit, in the order of the list.
    void readZip64(uint64_t at, uint64_t length, std::initializer_list<uint64_t*> values) const
    {
        const uint64_t end = at + length;
        while (at + 4 <= end) {
            const uint64_t kind = number(at, 2), size = number(at + 2, 2);
            at += 4;
            for (uint64_t place = at; uint64_t * value : values)
                if (kind == 1 && *value == kIn64) {
                    require(place + 8 <= at + size);
                    *value = number(place, 8);
                    place += 8;
                }
            at += size;
        }
    }

    std::string_view m_bytes;
    const Error& m_broken;
};

} // namespace

ZipMembers zipMembers(std::string_view archive, const Error& broken)
{
    return Zip(archive, broken).members();
}

} // namespace fettle
