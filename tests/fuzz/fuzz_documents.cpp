// SPDX-License-Identifier: GPL-3.0-or-later
// Documents, spreadsheets and packed texts. The first byte chooses: the parts of an archive, each behind a line
// "=== NAME", which are put into a whole zip, so that the readers of XML and HTML are reached; or bytes as they are.
#include "core/base/text.h"
#include "core/documents/convert.h"
#include "core/documents/document_readers.h"
#include "tests/core/documents/zip_maker.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>

using namespace fettle;

namespace
{

std::string archiveOf(std::string_view input)
{
    std::vector<documentstest::ZipPart> parts;
    constexpr std::string_view mark = "=== ";
    while (input.starts_with(mark)) {
        const size_t nameEnd = std::min(input.find('\n'), input.size());
        const std::string name(input.substr(mark.size(), nameEnd - std::min(nameEnd, mark.size())));
        input.remove_prefix(std::min(nameEnd + 1, input.size()));
        const size_t next = input.find("\n=== ");
        parts.push_back({name, std::string(input.substr(0, next))});
        input = next == std::string_view::npos ? std::string_view() : input.substr(next + 1);
    }
    return documentstest::zipOf(parts);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view input = fuzz::asText(data + 1, size - 1);
    fuzz::takes([&] {
        if (data[0] == 'h') {
            Allowance allowance("a.html", input.size());
            const std::string text = textOfHtml(toValidUtf8(input), allowance);
            fuzz::require(!firstInvalidUtf8(text), "lines are UTF-8");
        } else if (data[0] == 'm') {
            Allowance allowance("a.md", input.size());
            const std::string text = textOfMarkdown(toValidUtf8(input), allowance);
            fuzz::require(!firstInvalidUtf8(text), "lines are UTF-8");
        } else if (fileForm(input).form != Form::Pdf) { // poppler has fuzzers of its own, and a process each is slow
            convertFile(data[0] == 'z' ? archiveOf(input) : std::string(input), "a.docx");
        }
    });
    return 0;
}
