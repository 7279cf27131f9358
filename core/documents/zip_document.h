// SPDX-License-Identifier: GPL-3.0-or-later
// A document that is a zip archive of parts: Office, LibreOffice, e-books.
#pragma once

#include "core/base/zip_archive.h"
#include "core/documents/allowance.h"
#include "core/documents/xml_events.h"

#include <string>
#include <string_view>

namespace fettle
{

class ZipDocument
{
public:
    /// `bytes` and `allowance` must outlive it. Throws BadInput (subject "data") where it is no whole archive.
    ZipDocument(std::string_view bytes, Allowance& allowance);

    const std::string& name() const { return m_allowance.name(); }
    Allowance& allowance() { return m_allowance; }
    bool has(std::string_view part) const { return m_members.find(part) != m_members.end(); }
    /// A part, unpacked; its size and checksum are checked. Throws BadInput where it is missing, damaged or encrypted.
    std::string read(std::string_view part);
    void readXmlOf(std::string_view part, XmlEvents& events);
    /// A damaged file, for the readers of what the parts say.
    Error damaged(const std::string& what) const;

private:
    Allowance& m_allowance;
    ZipMembers m_members;
};

/// "word/media/../document.xml" from the part `base` to a part of the archive; a leading "/" is the archive's root.
std::string partBeside(std::string_view base, std::string_view target);

} // namespace fettle
