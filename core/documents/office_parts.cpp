// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/office_parts.h"

#include <algorithm>
#include <filesystem>

namespace fettle
{

namespace
{

class RelationsReader : public XmlEvents
{
public:
    explicit RelationsReader(std::string_view base) : m_base(base) {}
    std::vector<OfficeRelation> found;

    void start(std::string_view name, const XmlAttributes& attributes) override
    {
        if (name != "Relationship" || attributes["TargetMode"] == "External")
            return;
        const std::string_view type = attributes["Type"];
        found.push_back({std::string(attributes["Id"]), std::string(type.substr(type.rfind('/') + 1)),
                         partBeside(m_base, attributes["Target"])});
    }
    void end(std::string_view) override {}
    void text(std::string_view) override {}

private:
    std::string_view m_base;
};

} // namespace

std::vector<OfficeRelation> officeRelations(ZipDocument& zip, std::string_view base)
{
    const std::filesystem::path path(base);
    const std::string part = partBeside(base, "_rels/" + path.filename().string() + ".rels");
    RelationsReader reader(base);
    if (zip.has(part))
        zip.readXmlOf(part, reader);
    return std::move(reader.found);
}

std::string officePart(const std::vector<OfficeRelation>& relations, std::string_view type)
{
    const auto found = std::find_if(relations.begin(), relations.end(),
                                    [&](const OfficeRelation& relation) { return relation.type == type; });
    return found == relations.end() ? std::string() : found->part;
}

} // namespace fettle
