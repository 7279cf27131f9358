// SPDX-License-Identifier: GPL-3.0-or-later
// Another program as a reader of foreign bytes: it gets little and cannot harm.
#pragma once

#include "core/documents/allowance.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

struct ChildLimits {
    uint64_t memoryBytes = 0; ///< of address space
    int seconds = 0;          ///< of processor time; twice that on the clock
};

struct ChildResult {
    int status = 0;         ///< what it ended with; -1: it was ended (its limits, a crash)
    bool wasSlow = false;   ///< it was ended for its time
    std::string output;     ///< standard output
    std::string complaints; ///< standard error, its beginning
};

/// Where a program of this name is, by PATH; empty where there is none.
std::string findProgram(const std::string& name);

/// Runs `command` (its first word is a path) with `input` as standard input, a file in memory; blocks. It may write
/// no file, start no dump of its memory and gain no right; what it prints counts in `allowance`. Linux.
ChildResult runChild(const std::vector<std::string>& command, std::string_view input, const ChildLimits& limits,
                     Allowance& allowance);

} // namespace fettle
