// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokenizers/merge_rules.h"

#include "core/base/error.h"

#include <fmt/format.h>

namespace fettle
{

int32_t MergeRules::idOf(const std::string& token, const Rule& rule, const PieceMap& ids) const
{
    const int32_t id = ids.at(token);
    if (id < 0)
        throw badInput(fmt::format("{}{}: the merge \"{} {}\" needs the token \"{}\", which is not in the vocabulary",
                                   where, rule.number, rule.left, rule.right, token),
                       "The vocabulary and the merges do not belong together; fetch both files of one model anew.",
                       "model");
    return id;
}

} // namespace fettle
