// SPDX-License-Identifier: GPL-3.0-or-later
// How the parts of an Office Open XML file name each other (ECMA-376, part 2).
#pragma once

#include "core/documents/zip_document.h"

#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

struct OfficeRelation {
    std::string id;
    std::string type; ///< the last word of its address: "worksheet"
    std::string part;
};

/// What the part `base` names (empty: the file itself); empty where nothing is named.
std::vector<OfficeRelation> officeRelations(ZipDocument& zip, std::string_view base);
/// The part of the first relation of this type; empty where there is none.
std::string officePart(const std::vector<OfficeRelation>& relations, std::string_view type);

} // namespace fettle
