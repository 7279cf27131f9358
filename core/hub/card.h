// SPDX-License-Identifier: GPL-3.0-or-later
// The facts at the head of a card (README.md): YAML between two lines of "---", as the Hub writes it.
#pragma once

#include "core/base/json.h"

#include <string_view>

namespace fettle
{

/// An object of texts, lists and objects; empty where the card begins otherwise. Blocks by indentation, lists, quoted
/// texts and [lists, in a line] are read; what else YAML knows (anchors, tags, texts over several lines) is passed
/// over. Linear in the text, and nested no deeper than JSON is. Never throws.
Json cardFacts(std::string_view card);

} // namespace fettle
