// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/preview.h"
#include "core/data/sources.h"

namespace fettle
{

RecognisedFile recogniseFile(const std::filesystem::path& file, const DataFormat& wanted)
{
    RecognisedFile found;
    found.path = file;
    found.format = wanted;
    const std::string extension = file.extension().string();
    const bool table = extension == ".csv" || extension == ".tsv";
    if (found.format.kind.empty())
        found.format.kind = table ? "csv" : extension == ".jsonl" ? "jsonl" : "text";
    found.format.encoding = "utf-8";
    if (found.format.kind == "csv") {
        found.format.separator = extension == ".tsv" ? "\t" : ",";
        found.format.quote = "\"";
        found.format.header = true;
    }
    found.words = found.format.kind == "csv" ? "Table" : found.format.kind == "jsonl" ? "JSON lines" : "Text";
    return found;
}

DataPreview previewColumns(const DataConfig& data, const std::function<bool(double)>& progress)
{
    DataPreview preview;
    std::vector<std::filesystem::path> files;
    for (const std::string& reference : data.train)
        files.push_back(resolveText(reference));
    for (const auto& file : files)
        preview.sources.push_back(recogniseFile(file, data.format));
    const RowTable table = readRows(files, data.column, progress);
    preview.columns = table.columns;
    preview.column = table.column;
    preview.rows = table.size();
    return preview;
}

} // namespace fettle
