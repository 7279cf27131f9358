// SPDX-License-Identifier: GPL-3.0-or-later
// Writes out a template's tree.
#pragma once

#include "core/chat/syntax.h"

#include <string>
#include <utility>
#include <vector>

namespace fettle::jinja
{

/// The text that the template makes of the variables. A hostile one ends soon, with an error. Throws BadInput with the
/// template's line.
std::string render(const Node& root, const std::string& source,
                   const std::vector<std::pair<std::string, Value>>& variables);

} // namespace fettle::jinja
