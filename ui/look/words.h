// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers in words: counts, sizes, times and dates as the window writes them, each with its unit.
#pragma once

#include <QString>
#include <cstdint>
#include <string>

namespace fettle::ui
{

QString countText(int64_t count); ///< 2310 → "2,310"
/// "1 row", "2,310 rows": `one` for a single thing, else `many`, in which %1 is the number.
QString counted(int64_t count, const QString& one, const QString& many);
QString shortCountText(int64_t count); ///< 1338112 → "1.3 M"
QString bytesText(uint64_t bytes);     ///< "2.7 MB", "18 GB" (decimal units)
QString durationText(double seconds);  ///< "51 s", "3 min 10 s", "1 h 52 min"
/// "about 4 min 30 s", "under 1 s": rounded, never broken into two lines; "–" below 0.
QString aboutText(double seconds);
QString clockText(double seconds);    ///< "0:51", "1:52:07"
QString lossText(double loss);        ///< "2.68"
QString percentText(double fraction); ///< 0.62 → "62 %"
/// A share with a digit behind the point: 0.3416 → "34.2 %".
QString shareText(double share);
QString dayText(double secondsSince1970); ///< "today 09:12", "yesterday", "Friday", "12 Nov", "12 Nov 2023"
/// The shortest text that names the number: 5e-05 → "5e-5", 0.001 → "0.001", 0.25 → "0.25".
QString rateText(double value);
/// What the engine says, with numbers and names as the window has them: "5e-5", “The question is in” for data.prompt.
QString engineWords(const std::string& words);
/// A path as people write it: "~/Fettle/ships-log-1" within their home.
QString placeText(const QString& path);

} // namespace fettle::ui
