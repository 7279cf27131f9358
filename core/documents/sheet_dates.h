// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of Excel that are meant as dates.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fettle
{

/// Whether a number format shows a date or a time: one of Excel's own (ECMA-376, 18.8.30), or a code with days, hours …
bool isDateFormat(int64_t id, std::string_view code);
/// A day of Excel's calendar as ISO 8601 has it: "2026-03-01", with a time "2026-03-01 12:30:00", a time alone
/// "12:30:00". `from1904`: the calendar of old Macintoshes. Empty for what is no day of it.
std::string dateOfNumber(double number, bool from1904);

} // namespace fettle
