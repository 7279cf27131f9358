// SPDX-License-Identifier: GPL-3.0-or-later
// A model folder in a temporary place, and the recorded answers.
#pragma once

#include "tests/support/tree.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>
#include <string>

namespace fettle::test
{

inline std::filesystem::path goldenTokenizers()
{
    return std::filesystem::path(fettle::test::goldenFolder) / "tokenizers";
}

inline std::string slurp(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    EXPECT_TRUE(stream) << file;
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
}

inline std::vector<nlohmann::json> jsonLines(const std::filesystem::path& file)
{
    std::istringstream text(slurp(file));
    std::vector<nlohmann::json> rows;
    for (std::string line; std::getline(text, line);)
        rows.push_back(nlohmann::json::parse(line));
    EXPECT_FALSE(rows.empty()) << file;
    return rows;
}

/// Removed with the object.
class ModelFolder
{
public:
    ModelFolder()
        : m_path(std::filesystem::temp_directory_path() /
                 ("fettle-tokenizer-" + std::to_string(std::random_device{}())))
    {
        std::filesystem::create_directories(m_path);
    }
    ~ModelFolder() { std::filesystem::remove_all(m_path); }
    ModelFolder(const ModelFolder&) = delete;
    ModelFolder& operator=(const ModelFolder&) = delete;

    ModelFolder& write(const std::string& name, const std::string& text)
    {
        std::ofstream(m_path / name, std::ios::binary) << text;
        return *this;
    }
    /// A file of the golden folder, under its own name.
    ModelFolder& copy(const std::string& golden)
    {
        const auto from = goldenTokenizers() / golden;
        std::filesystem::copy_file(from, m_path / from.filename());
        return *this;
    }
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace fettle::test
