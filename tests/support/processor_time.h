// SPDX-License-Identifier: GPL-3.0-or-later
// What an action takes of the processor, in seconds: on a busy machine as much as on an idle one.
#pragma once

#include <ctime>

namespace fettle
{

template <typename Action>
double processorSeconds(const Action& action)
{
    const std::clock_t begin = std::clock();
    action();
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

} // namespace fettle
