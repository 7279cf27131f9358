// SPDX-License-Identifier: GPL-3.0-or-later
// Which way matrices are multiplied: the setting `matmul`, else FETTLE_MATMUL, else the fastest on this machine.
#pragma once

#include <string>

namespace fettle
{

/// Multiplies this way from here on: a name of ways.h, or "auto". FETTLE_MATMUL stands for "auto" where it is set, and
/// without it the ways are measured once for each processor, number of threads and version of LibTorch; the result is
/// kept in the user's cache. Call it after useThreads (threads.h). Throws BadInput for a way that is not there.
void useMatmul(const std::string& wish);

/// What a measurement holds for, and the key of matmul.json in the cache: {KEY: {"way": NAME, …}, …}.
std::string matmulMeasuredFor();

/// The name of the way in use.
std::string matmulInUse();

} // namespace fettle
