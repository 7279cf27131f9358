// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are no text, known by their first bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fettle
{

/// What such a file is, and how a text is made of it; whole sentences.
struct NotAText {
    std::string what; ///< "This is a picture, not a text."
    std::string hint; ///< "A Word file. In Word: Save as, Plain text."
};

/// Nothing where the bytes may be a text.
std::optional<NotAText> recogniseBinary(std::string_view bytes);

} // namespace fettle
