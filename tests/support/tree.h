// SPDX-License-Identifier: GPL-3.0-or-later
// Where the tests' files lie: said by test_main.cpp alone, so that every other file compiles to the same anywhere.
#pragma once

#include <string>

namespace fettle::test
{

extern const char* const sourceFolder; ///< of the tree
extern const char* const goldenFolder; ///< tests/golden

/// The path of a file of the tree.
inline std::string inTree(const char* path)
{
    return std::string(sourceFolder) + "/" + path;
}

} // namespace fettle::test
