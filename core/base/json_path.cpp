// SPDX-License-Identifier: GPL-3.0-or-later
// Paths in JSON. A path is bytes, JSON is Unicode: the few that are not UTF-8 travel as file URIs (RFC 8089).
#include "core/base/json.h"
#include "core/base/text.h"

#include <charconv>
#include <fmt/format.h>

namespace fettle
{

namespace
{
constexpr std::string_view scheme = "file://";
}

std::string pathToJson(const std::string& path)
{
    if (!firstInvalidUtf8(path))
        return path;
    std::string uri(scheme);
    for (const char c : std::filesystem::absolute(path).string()) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > ' ' && byte < 0x7F && c != '%' && c != '?' && c != '#')
            uri += c;
        else
            uri += fmt::format("%{:02X}", byte);
    }
    return uri;
}

std::string pathFromJson(const std::string& text)
{
    if (!text.starts_with("file:///"))
        return text;
    std::string path;
    for (size_t at = scheme.size(); at < text.size(); ++at) {
        unsigned byte = 0;
        const char* digits = text.data() + at + 1;
        if (text[at] == '%' && at + 2 < text.size() &&
            std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            path += static_cast<char>(byte);
            at += 2;
        } else {
            path += text[at];
        }
    }
    return path;
}

} // namespace fettle
