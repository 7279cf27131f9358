// SPDX-License-Identifier: GPL-3.0-or-later
// The merges of a BPE vocabulary as a file holds them.
#pragma once

#include "core/tokenizers/piece_map.h"

#include <string>
#include <vector>

namespace fettle
{

/// Merges in order, and where they come from for messages ("merges.txt, line " + number).
struct MergeRules {
    struct Rule {
        std::string left, right;
        size_t number;
    };
    std::vector<Rule> rules;
    std::string where;

    /// The id of a token that `rule` needs. Throws BadInput (subject "model") where `ids` lacks it.
    int32_t idOf(const std::string& token, const Rule& rule, const PieceMap& ids) const;
};

} // namespace fettle
