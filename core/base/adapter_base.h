// SPDX-License-Identifier: GPL-3.0-or-later
// The base model of an adapter (PEFT's adapter_config.json): where it lies.
#pragma once

#include <filesystem>
#include <string>

namespace fettle
{

/// Whether a folder holds an adapter's configuration.
bool holdsAdapter(const std::filesystem::path& folder);
/// adapter_config.json's base_model_name_or_path; empty where it says none. Throws BadInput (subject "model").
std::string adapterBaseName(const std::filesystem::path& folder);
/// The folder of that base: as a path from the adapter's folder or from here, else the snapshot in Hugging Face's
/// cache. Throws BadInput (subject "model"), saying where it was looked for.
std::filesystem::path adapterBase(const std::filesystem::path& folder);

} // namespace fettle
