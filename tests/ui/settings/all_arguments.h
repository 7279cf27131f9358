// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arguments/train_args.h"

#include <string>

namespace fettle::ui::testing
{

/// Every argument with its value, a line each: to compare by, and to read where they differ.
inline std::string allArguments(const TrainArgs& arguments)
{
    std::string lines;
    for (const ArgumentInfo& info : argumentTable())
        lines += std::string(info.name) + " = " + argumentText(arguments, info.name) + '\n';
    return lines;
}

} // namespace fettle::ui::testing
