// SPDX-License-Identifier: GPL-3.0-or-later
// Checks a delimited table's shape before it is read, so that what is wrong is named by line and column.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// The column names of the first line. Throws BadInput with line and column where a row has another number of columns
/// than the first one or a quote is never closed (RFC 4180; empty lines do not count).
std::vector<std::string> checkCsvStructure(const std::string& name, std::string_view content, char delimiter);

} // namespace fettle
