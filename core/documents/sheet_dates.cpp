// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/sheet_dates.h"

#include <chrono>
#include <cmath>
#include <fmt/format.h>

namespace fettle
{

bool isDateFormat(int64_t id, std::string_view code)
{
    if ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58))
        return true;
    char open = 0; // what ends a part that is no code: a quoted text, a condition or colour in brackets
    for (size_t i = 0; i < code.size(); ++i) {
        const char c = code[i];
        if (open != 0) {
            open = c == open ? 0 : open;
        } else if (c == '"') {
            open = '"';
        } else if (c == '[') {
            const char next = i + 1 < code.size() ? static_cast<char>(code[i + 1] | 0x20) : ' ';
            const char after = i + 2 < code.size() ? static_cast<char>(code[i + 2] | 0x20) : ' ';
            if ((next == 'h' || next == 'm' || next == 's') && (after == next || code[i + 2] == ']'))
                return true; // hours that count on: [h]:mm
            open = ']';
        } else if (c == '\\' || c == '_' || c == '*') {
            ++i;
        } else if (code.substr(i).starts_with("General")) {
            i += 6;
        } else if (const char letter = static_cast<char>(c | 0x20);
                   letter == 'y' || letter == 'm' || letter == 'd' || letter == 'h' || letter == 's') {
            return true;
        }
    }
    return false;
}

std::string dateOfNumber(double number, bool from1904)
{
    using namespace std::chrono;
    constexpr double lastDay = 2958466; // the year 10000
    if (!(number >= 0 && number < lastDay))
        return {};
    auto seconds = static_cast<int64_t>(std::llround(number * 86400));
    int64_t day = seconds / 86400;
    seconds %= 86400;
    const std::string time = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (day == 0 && !from1904)
        return time;
    // Excel's 1900 has a 29th of February, as Lotus 1-2-3's had.
    day += !from1904 && day < 60 ? 1 : 0;
    const sys_days first = from1904 ? sys_days(year(1904) / January / 1) : sys_days(year(1899) / December / 30);
    const year_month_day date{first + days(day)};
    const std::string written = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                                            static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return seconds == 0 ? written : written + " " + time;
}

} // namespace fettle
