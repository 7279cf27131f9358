// SPDX-License-Identifier: GPL-3.0-or-later
// What OpenDocument's texts and tables share (ODF 1.3).
#pragma once

#include "core/documents/text_lines.h"
#include "core/documents/zip_document.h"

namespace fettle
{

/// Throws BadInput where the file is protected by a password.
void requireUnlocked(ZipDocument& zip);

/// Elements beside the text, whose letters are not its own: notes, comments, what was deleted, titles of pictures.
bool isBesideOpenText(std::string_view name);

/// Takes text:s, text:tab and text:line-break; whether it was one of them.
bool takeOpenBlank(TextLines& lines, std::string_view name, const XmlAttributes& attributes);

/// "number-columns-repeated" and the like: 1 where it is missing, `most` at most.
int64_t openCount(std::string_view written, int64_t most);

} // namespace fettle
