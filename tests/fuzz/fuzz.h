// SPDX-License-Identifier: GPL-3.0-or-later
// What every fuzz target shares. A target may throw fettle::Error and nothing else: a library's exception that comes
// through would reach people as its raw words.
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace fettle::fuzz
{

/// Runs a reader; returns whether it took the input.
template <typename Reader>
bool takes(Reader&& reader)
{
    try {
        reader();
        return true;
    } catch (const Error&) {
        return false;
    }
}

/// A property of the reader that must hold whatever it is given.
inline void require(bool holds, const char* what)
{
    if (holds)
        return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

/// A folder in memory for readers of files, emptied for every input.
class Scratch
{
public:
    Scratch() : m_folder("/dev/shm/fettle-fuzz-" + std::to_string(::getpid())) { clear(); }
    ~Scratch() { std::filesystem::remove_all(m_folder); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    void clear() const
    {
        std::filesystem::remove_all(m_folder);
        std::filesystem::create_directory(m_folder);
    }
    std::filesystem::path write(std::string_view name, std::string_view content) const
    {
        const std::filesystem::path file = m_folder / name;
        std::ofstream(file, std::ios::binary) << content;
        return file;
    }
    /// Several files in one input, each behind a line "=== NAME"; names that are not among `known` are left out.
    template <typename Names>
    void writeAll(std::string_view input, const Names& known) const
    {
        constexpr std::string_view mark = "=== ";
        clear();
        while (input.substr(0, mark.size()) == mark) {
            const size_t nameEnd = input.find('\n');
            if (nameEnd == std::string_view::npos)
                return;
            const std::string_view name = input.substr(mark.size(), nameEnd - mark.size());
            input.remove_prefix(nameEnd + 1);
            const size_t next = input.find("\n=== ");
            for (const char* each : known)
                if (name == each)
                    write(name, input.substr(0, next));
            input = next == std::string_view::npos ? std::string_view() : input.substr(next + 1);
        }
    }
    const std::filesystem::path& folder() const { return m_folder; }

private:
    std::filesystem::path m_folder;
};

inline std::string_view asText(const uint8_t* data, size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

} // namespace fettle::fuzz
