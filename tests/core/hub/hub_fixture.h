// SPDX-License-Identifier: GPL-3.0-or-later
// A home of its own, with none of the Hub's variables set, and a cache to put files into.
#pragma once

#include "core/base/files.h"

#include <array>
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>

namespace fettle::test
{

class HubFixture : public ::testing::Test
{
protected:
    void SetUp() override
    {
        for (const char* name : kVariables) {
            const char* value = std::getenv(name);
            m_before[name] = value ? std::optional<std::string>(value) : std::nullopt;
            ::unsetenv(name);
        }
        std::string pattern = (fs::temp_directory_path() / "fettle-hub-XXXXXX").string();
        root = ::mkdtemp(pattern.data());
        set("HOME", root);
        set("XDG_CONFIG_DIRS", root / "system");
        cache = root / ".cache" / "huggingface" / "hub";
    }
    void TearDown() override
    {
        for (const auto& [name, value] : m_before)
            value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
        fs::remove_all(root);
    }

    static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

    static void write(const fs::path& file, const std::string& content = "x")
    {
        fs::create_directories(file.parent_path());
        writeFile(file, content);
    }

    fs::path root, cache;

private:
    static constexpr std::array kVariables{"HOME",
                                           "HF_HOME",
                                           "HF_HUB_CACHE",
                                           "HUGGINGFACE_HUB_CACHE",
                                           "XDG_CACHE_HOME",
                                           "HF_TOKEN",
                                           "HF_TOKEN_PATH",
                                           "HUGGING_FACE_HUB_TOKEN",
                                           "HF_ENDPOINT",
                                           "HF_HUB_OFFLINE",
                                           "XDG_CONFIG_HOME",
                                           "XDG_CONFIG_DIRS",
                                           "TRANSFORMERS_OFFLINE",
                                           "HF_HUB_DOWNLOAD_TIMEOUT",
                                           "FETTLE_HUB_PAUSE"};
    std::map<std::string, std::optional<std::string>> m_before;
};

} // namespace fettle::test
