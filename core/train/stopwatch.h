// SPDX-License-Identifier: GPL-3.0-or-later
// Seconds since it was made.
#pragma once

#include <chrono>

namespace fettle
{

class Stopwatch
{
public:
    double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_begin).count(); }

private:
    std::chrono::steady_clock::time_point m_begin = std::chrono::steady_clock::now();
};

} // namespace fettle
