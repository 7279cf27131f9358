// SPDX-License-Identifier: GPL-3.0-or-later
// Shapes of well-known models, to be filled with random weights.
#pragma once

#include <filesystem>
#include <string>

namespace fettle
{

/// A temporary folder with the config.json of a shape, removed with the object.
class ShapeFolder
{
public:
    /// `arch`: gpt2 (124M), bert (base), llama (60M), tiny (for self-tests) or another model_type, as wide and deep as
    /// that LLaMA. Throws BadInput for one that is not known.
    explicit ShapeFolder(const std::string& arch);
    ~ShapeFolder();
    ShapeFolder(const ShapeFolder&) = delete;
    ShapeFolder& operator=(const ShapeFolder&) = delete;
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace fettle
