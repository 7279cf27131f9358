// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are no plain texts, made into what the readers of texts know: in memory, whole.
#pragma once

#include "core/documents/file_form.h"

#include <filesystem>
#include <string>
#include <vector>

namespace fettle
{

/// What was made of a file.
struct ConvertedFile {
    Form form = Form::Text;     ///< of what was within its packing
    std::string kind = {};      ///< "text", "csv" or "jsonl", as in DataFormat::kind; empty: it is a text as it was
    std::string content = {};   ///< UTF-8 where there is a kind, not checked; else the bytes of the text
    std::string words = {};     ///< "Word document"; of a text "Plain text named .docx", else empty
    std::string packing = {};   ///< "gzip"; empty where it was not packed
    std::string extension = {}; ///< of the name within its packing: ".csv" of "a.csv.gz"; in lower case
    std::vector<std::string> notices = {}; ///< what a person should know of it, a sentence each
};

/// `bytes` of `file`, unpacked and converted by what they are; blocks. Throws BadInput (subject "data") for what is not
/// read (a picture …), is damaged, locked, or swells beyond all measure, and OutOfResources for what the memory cannot
/// hold.
ConvertedFile convertFile(std::string bytes, const std::filesystem::path& file);

/// The extension of a name, without that of a packing: ".html" of "A.HTML.GZ".
std::string textExtension(const std::filesystem::path& file);

} // namespace fettle
