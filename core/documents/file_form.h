// SPDX-License-Identifier: GPL-3.0-or-later
// What a file is by its first bytes: a text, something that a text can be made of, or neither.
#pragma once

#include <string>
#include <string_view>

namespace fettle
{

enum class Form {
    Text, ///< may be a text: nothing else is known of it
    // Packed: what comes out is looked at anew.
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    // Documents: paragraphs become lines.
    Word,
    OpenText,
    Book,
    Pdf,
    // Tables.
    Excel,
    OpenSheet,
    Parquet,
    ArrowFile,
    ArrowStream,
    Other, ///< not read: `FileForm::what` and `hint` say it
};

struct FileForm {
    Form form = Form::Text;
    std::string what = {}; ///< of what is not read, whole sentences: "This is a picture, not a text."
    std::string hint = {}; ///< how a text is made of it: "In PowerPoint: Save as, Outline; then as plain text."
};

/// `bytes`: the whole file, or its first and last 64 KiB. The forms are those of the programs' own marks; a zip archive
/// is known by the names of its parts.
FileForm fileForm(std::string_view bytes);

} // namespace fettle
