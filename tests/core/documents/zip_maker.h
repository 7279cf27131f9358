// SPDX-License-Identifier: GPL-3.0-or-later
// Zip archives made by hand, right and wrong ones.
#pragma once

#include "core/documents/unpack.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fettle::documentstest
{

struct ZipPart {
    std::string name, content;
    bool isEncrypted = false;
    int method = 0;
    uint32_t crcError = 0;
};

inline std::string zipNumber(uint64_t value, int bytes)
{
    std::string out;
    for (; bytes > 0; --bytes, value >>= 8)
        out.push_back(static_cast<char>(value));
    return out;
}

/// An archive whose parts are stored as they are.
inline std::string zipOf(const std::vector<ZipPart>& parts)
{
    std::string archive, directory;
    for (const ZipPart& part : parts) {
        const std::string flags = zipNumber(part.isEncrypted ? 1 : 0, 2), method = zipNumber(uint64_t(part.method), 2);
        const std::string facts = flags + method + zipNumber(0, 4) + zipNumber(crc32(part.content) ^ part.crcError, 4) +
                                  zipNumber(part.content.size(), 4) + zipNumber(part.content.size(), 4) +
                                  zipNumber(part.name.size(), 2);
        directory += zipNumber(0x02014b50, 4) + zipNumber(20, 2) + zipNumber(20, 2) + facts + zipNumber(0, 12) +
                     zipNumber(archive.size(), 4) + part.name;
        archive += zipNumber(0x04034b50, 4) + zipNumber(20, 2) + facts + zipNumber(0, 2) + part.name + part.content;
    }
    return archive + directory + zipNumber(0x06054b50, 4) + zipNumber(0, 4) + zipNumber(parts.size(), 2) +
           zipNumber(parts.size(), 2) + zipNumber(directory.size(), 4) + zipNumber(archive.size(), 4) + zipNumber(0, 2);
}

inline std::string wordOf(const std::string& body)
{
    return "<w:document xmlns:w=\"w\"><w:body>" + body + "</w:body></w:document>";
}

inline std::string wordFile(const std::string& xml)
{
    return zipOf({{"word/document.xml", xml}});
}

} // namespace fettle::documentstest
