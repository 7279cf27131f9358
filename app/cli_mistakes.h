// SPDX-License-Identifier: GPL-3.0-or-later
// A mistyped command line: what was probably meant.
#pragma once

#include <string>
#include <vector>

namespace CLI
{
class App;
}

namespace fettle::cli
{

/// For the first word that is no option or subcommand: "Did you mean --model?", or "" where nothing is near.
std::string hintForMistake(const CLI::App& app, const std::vector<std::string>& words);

} // namespace fettle::cli
