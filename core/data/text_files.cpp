// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/text_files.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/machine.h"
#include "core/base/text.h"
#include "core/data/saved_dataset.h"
#include "core/documents/file_form.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fstream>
#include <initializer_list>
#include <string_view>

namespace fettle
{

namespace
{

/// Whether the file's name holds one of the words, apart from other letters: "my-test_1.txt" holds "test".
bool holdsWord(const fs::path& file, std::initializer_list<std::string_view> words)
{
    std::string name = lowered(file.stem().string());
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c < 'a' || c > 'z'; }, ' ');
    for (const std::string& part : split(name, ' '))
        for (const std::string_view word : words)
            if (part == word)
                return true;
    return false;
}

bool describesDataSet(const fs::path& file)
{
    for (const char* name :
         {"README.md", "config.json", "dataset_info.json", "dataset_infos.json", "dataset_dict.json", "state.json"})
        if (file.filename() == name)
            return true;
    return false;
}

/// Whether it may be a text, or one can be made of it: by its beginning and its end.
bool isReadable(const fs::path& file)
{
    constexpr uintmax_t part = 1 << 16;
    std::error_code error;
    const uintmax_t size = fs::file_size(file, error);
    if (error)
        return true; // its reader says what is wrong
    std::string bytes(static_cast<size_t>(std::min(size, 2 * part)), '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(bytes.data(), static_cast<std::streamsize>(std::min(size, part)));
    if (bytes.size() > part) {
        stream.seekg(static_cast<std::streamoff>(std::max(part, size - part)));
        stream.read(bytes.data() + part, static_cast<std::streamsize>(bytes.size() - part));
    }
    return fileForm(bytes).form != Form::Other;
}

std::string listNames(const std::vector<fs::path>& files)
{
    std::string names;
    for (size_t i = 0; i < std::min<size_t>(files.size(), 5); ++i)
        names += (names.empty() ? "" : ", ") + shown(files[i].filename().string());
    return files.size() > 5 ? names + fmt::format(" … ({} files)", files.size()) : names;
}

/// Moves the files for which `isOut` holds away and says so; keeps all where none would be left.
template <typename Test>
void leaveOut(TextFiles& list, std::vector<fs::path>& files, const char* why, Test&& isOut)
{
    const auto rest =
        std::stable_partition(files.begin(), files.end(), [&](const fs::path& file) { return !isOut(file); });
    if (rest == files.begin() || rest == files.end())
        return;
    list.notices.push_back(fmt::format("Left out, {}: {}.", why, listNames({rest, files.end()})));
    files.erase(rest, files.end());
}

void appendFolder(TextFiles& list, const fs::path& folder, const std::string& part)
{
    if (const auto saved = savedDataset(folder, part)) {
        list.files.insert(list.files.end(), saved->files.begin(), saved->files.end());
        list.part = saved->part;
        if (!saved->otherParts.empty())
            list.notices.push_back(fmt::format("Of {} the part \"{}\" is read; {} in it too (data.split).",
                                               shown(folder.filename().string()), shown(saved->part, 60),
                                               saved->otherParts));
        return;
    }
    std::vector<fs::path> files;
    std::error_code error;
    fs::recursive_directory_iterator walk(folder, fs::directory_options::skip_permission_denied, error);
    for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
        const fs::path& path = walk->path();
        if (path.filename().string().starts_with(".") || path.filename() == "__pycache__") {
            if (walk->is_directory())
                walk.disable_recursion_pending();
        } else if (walk->is_regular_file()) {
            files.push_back(path);
        }
    }
    if (error)
        throw badInput(fmt::format("{}: could not be read: {}", shown(folder.string(), 300), error.message()), {},
                       "data");
    std::sort(files.begin(), files.end());
    leaveOut(list, files, "they describe the data set", describesDataSet);
    leaveOut(list, files, "they are no texts", [](const fs::path& file) { return !isReadable(file); });
    const auto isTrain = [](const fs::path& file) { return holdsWord(file, {"train", "training"}); };
    if (std::any_of(files.begin(), files.end(), isTrain))
        leaveOut(list, files, "they are kept for tests, by their names", [&](const fs::path& file) {
            return !isTrain(file) &&
                   holdsWord(file, {"test", "testing", "eval", "evaluation", "validation", "valid", "val", "dev"});
        });
    if (files.empty())
        throw badInput(fmt::format("{} holds no file.", shown(folder.string(), 300)), "Give a folder with texts in it.",
                       "data");
    list.files.insert(list.files.end(), files.begin(), files.end());
}

/// Rows beside the text they were read from, and their token ids; measured with plain text, the largest of all kinds.
constexpr double bytesPerByte = 2.6;

} // namespace

TextFiles listTextFiles(const std::vector<std::filesystem::path>& paths, const std::string& part)
{
    TextFiles list;
    for (const fs::path& path : paths) {
        std::error_code ignored;
        if (fs::is_directory(path, ignored))
            appendFolder(list, path, part);
        else
            list.files.push_back(path);
    }
    return list;
}

void requireMemoryFor(const std::vector<std::filesystem::path>& files)
{
    uint64_t bytes = 0;
    for (const fs::path& file : files) {
        std::error_code ignored;
        if (fs::is_regular_file(file, ignored))
            bytes += fs::file_size(file, ignored);
    }
    const auto needed = static_cast<uint64_t>(bytesPerByte * static_cast<double>(bytes));
    const uint64_t free = availableMemoryBytes();
    if (needed > free)
        throw Error(ErrorCode::OutOfResources,
                    fmt::format("Reading {} of text takes about {} of memory, {} are free. Nothing was read.",
                                humanBytes(bytes), humanBytes(needed), humanBytes(free)),
                    "Take a part of the text, or a machine with more memory.", "data");
}

} // namespace fettle
