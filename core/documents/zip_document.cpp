// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/zip_document.h"

#include "core/documents/unpack.h"

#include <filesystem>
#include <fmt/format.h>

namespace fettle
{

namespace
{

Error damagedArchive(const std::string& name, const std::string& what)
{
    return badInput(fmt::format("{}: {}.", name, what), "Copy or download it once more, or save it anew.", "data");
}

} // namespace

ZipDocument::ZipDocument(std::string_view bytes, Allowance& allowance)
    : m_allowance(allowance),
      m_members(
          zipMembers(bytes, damagedArchive(allowance.name(), "it is damaged or cut short (no whole zip archive)")))
{
}

Error ZipDocument::damaged(const std::string& what) const
{
    return damagedArchive(name(), what);
}

std::string ZipDocument::read(std::string_view part)
{
    const auto found = m_members.find(part);
    if (found == m_members.end())
        throw damaged(fmt::format("it is damaged: {} is missing in it", shown(part)));
    const ZipMember& member = found->second;
    if (member.isEncrypted)
        throw badInput(fmt::format("{} is protected by a password.", name()),
                       "Open it in its program and save it without one.", "data");
    std::string content;
    if (member.method == 8) {
        content = unpack(Packing::Deflate, member.packed, m_allowance);
    } else if (member.method == 0) {
        m_allowance.take(member.packed.size());
        content = member.packed;
    } else {
        throw badInput(
            fmt::format("{}: {} is packed in an unusual way (method {}).", name(), shown(part), member.method),
            "Open it in its program and save it anew.", "data");
    }
    if (content.size() != member.size || crc32(content) != member.crc)
        throw damaged(fmt::format("it is damaged: {} has another checksum than it should", shown(part)));
    return content;
}

void ZipDocument::readXmlOf(std::string_view part, XmlEvents& events)
{
    readXml(read(part), fmt::format("{}: {}", name(), shown(part)), events);
}

std::string partBeside(std::string_view base, std::string_view target)
{
    namespace fs = std::filesystem;
    const fs::path whole = target.starts_with('/') ? fs::path(target.substr(1)) : fs::path(base).parent_path() / target;
    return whole.lexically_normal().generic_string();
}

} // namespace fettle
