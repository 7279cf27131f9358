// SPDX-License-Identifier: GPL-3.0-or-later
// A folder as RoBERTa's are: its mask token is "<mask>".
#pragma once

#include <filesystem>

namespace fettle::ui::testing
{

/// The small model of tests/golden/models/roberta_mlm with a tokenizer of its kind: letters, and some pairs of them.
/// Returns `folder`.
std::filesystem::path writeRoberta(const std::filesystem::path& folder);

} // namespace fettle::ui::testing
