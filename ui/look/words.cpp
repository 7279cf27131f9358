// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/look/words.h"

#include "ui/look/tr.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <QDateTime>
#include <QDir>
#include <QLocale>
#include <QRegularExpression>

namespace fettle::ui
{
namespace
{
/// A number and its unit stay on one line: "s" alone on a line says nothing.
QString unbroken(QString words)
{
    return words.replace(QLatin1Char(' '), QChar(QChar::Nbsp));
}

/// Two figures below ten, whole above: "2.7", "18".
QString twoFigures(double value)
{
    return QLocale().toString(value, 'f', value < 9.95 ? 1 : 0);
}
} // namespace

QString countText(int64_t count)
{
    return QLocale().toString(static_cast<qlonglong>(count));
}

QString counted(int64_t count, const QString& one, const QString& many)
{
    return count == 1 ? one : QString(many).replace(QLatin1String("%1"), countText(count));
}

QString shortCountText(int64_t count)
{
    const double value = static_cast<double>(count);
    if (value >= 1e9)
        return tr("%1 B").arg(twoFigures(value / 1e9));
    if (value >= 1e6)
        return tr("%1 M").arg(twoFigures(value / 1e6));
    if (value >= 1e5)
        return tr("%1 M").arg(QLocale().toString(value / 1e6, 'f', 2));
    return countText(count);
}

QString bytesText(uint64_t bytes)
{
    const double value = static_cast<double>(bytes);
    if (value >= 999.5e6)
        return tr("%1 GB").arg(twoFigures(value / 1e9));
    if (value >= 999.5e3)
        return tr("%1 MB").arg(twoFigures(value / 1e6));
    if (value >= 1000)
        return tr("%1 kB").arg(QLocale().toString(value / 1e3, 'f', 0));
    return tr("%1 bytes").arg(bytes);
}

QString durationText(double seconds)
{
    if (!std::isfinite(seconds))
        return tr("unknown");
    if (seconds > 0 && seconds < 0.5)
        return unbroken(tr("under 1 s"));
    const int64_t s = std::max<int64_t>(0, std::llround(seconds));
    const int64_t minutes = std::llround(static_cast<double>(s) / 60);
    if (s < 90)
        return unbroken(tr("%1 s").arg(s));
    if (s < 600)
        return unbroken(s % 60 ? tr("%1 min %2 s").arg(s / 60).arg(s % 60) : tr("%1 min").arg(s / 60));
    if (minutes < 90)
        return unbroken(tr("%1 min").arg(minutes));
    if (minutes < 48 * 60)
        return unbroken(minutes % 60 ? tr("%1 h %2 min").arg(minutes / 60).arg(minutes % 60)
                                     : tr("%1 h").arg(minutes / 60));
    return unbroken(tr("%1 days %2 h").arg(minutes / 1440).arg(minutes % 1440 / 60));
}

QString aboutText(double seconds)
{
    if (seconds < 0)
        return QStringLiteral("–");
    if (!std::isfinite(seconds) || seconds < 0.5)
        return durationText(seconds);
    // No more precise than it is meant.
    const double grain = seconds < 20 ? 1 : seconds < 90 ? 5 : seconds < 600 ? 30 : 60;
    return unbroken(tr("about %1").arg(durationText(std::round(seconds / grain) * grain)));
}

QString clockText(double seconds)
{
    const int64_t s = std::max<int64_t>(0, std::llround(seconds));
    const QChar zero = QLatin1Char('0');
    if (s < 3600)
        return QStringLiteral("%1:%2").arg(s / 60).arg(s % 60, 2, 10, zero);
    return QStringLiteral("%1:%2:%3").arg(s / 3600).arg(s / 60 % 60, 2, 10, zero).arg(s % 60, 2, 10, zero);
}

QString lossText(double loss)
{
    if (!std::isfinite(loss))
        return QStringLiteral("NaN");
    if (std::abs(loss) >= 1e6) // of a run that fell apart: how many digits it has is all that matters
        return QString::number(loss, 'e', 1).remove(QLatin1Char('+'));
    const double size = std::abs(loss);
    return QLocale().toString(loss, 'f', size < 0.1 ? 4 : size < 1 ? 3 : 2);
}

QString percentText(double fraction)
{
    return tr("%1 %").arg(std::clamp(static_cast<int>(std::floor(fraction * 100 + 1e-9)), 0, 100));
}

QString shareText(double share)
{
    return tr("%1 %").arg(share * 100, 0, 'f', 1);
}

QString dayText(double secondsSince1970)
{
    const QDateTime when = QDateTime::fromSecsSinceEpoch(std::llround(secondsSince1970));
    const QDate today = QDate::currentDate();
    const qint64 days = when.date().daysTo(today);
    if (days <= 0)
        return tr("today %1").arg(when.toString(QStringLiteral("HH:mm")));
    if (days == 1)
        return tr("yesterday");
    if (days < 7)
        return QLocale().dayName(when.date().dayOfWeek());
    return QLocale().toString(when.date(), when.date().year() == today.year() ? QStringLiteral("d MMM")
                                                                              : QStringLiteral("d MMM yyyy"));
}

QString rateText(double value)
{
    if (value == 0 || (std::abs(value) >= 0.001 && std::abs(value) < 1e5))
        return QString::number(value, 'g', 3);
    QString text = QString::number(value, 'e', 2); // "5.00e-05"
    const qsizetype e = text.indexOf(QLatin1Char('e'));
    QString mantissa = text.left(e);
    while (mantissa.endsWith(QLatin1Char('0')))
        mantissa.chop(1);
    if (mantissa.endsWith(QLatin1Char('.')))
        mantissa.chop(1);
    return mantissa + QLatin1Char('e') + QString::number(text.mid(e + 1).toInt());
}

/// What stands on the Data page for a key of a run file; keys without a field there keep their names.
static QString withFieldNames(QString words)
{
    static const auto fields = [] {
        const std::pair<const char*, QString> names[] = {
            {"data\\.prompt (\".*?\") and data\\.completion (\".*?\") the",
             tr("“A row is a question and its answer” (\\1, \\2) the")},
            {"data\\.empty_rows=skip", tr("“Leave them out”")},
            {"data\\.format\\.quote=none", tr("“no quotes”")},
            {"data\\.format\\.kind=csv", tr("“Read as” a table")},
            {"data\\.format\\.separator", tr("“What stands between columns”")},
            {"data\\.format(?:\\.\\w+)?", tr("“Read as”")},
            {"\"blocks\": \"packed\" under data", tr("“Joined in blocks”")},
            {"data\\.max_length", tr("“Longest row”")},
            {"data\\.prompt", tr("“The question is in”")},
            {"data\\.completion", tr("“the answer in”")},
            {"data\\.column", tr("“The text is in”")},
        };
        std::vector<std::pair<QRegularExpression, QString>> all;
        for (const auto& [key, name] : names) // not within the name of a file
            all.emplace_back(
                QRegularExpression(
                    QStringLiteral("(?<![\\w./-])\"?%1\"?(?![\\w/-]|\\.\\w)").arg(QString::fromLatin1(key))),
                name);
        return all;
    }();
    if (words.contains(QLatin1String("data"))) // seldom
        for (const auto& [key, name] : fields)
            words.replace(key, name);
    return words;
}

QString engineWords(const std::string& words)
{
    // Python's "5e-05", as the engine writes numbers; not within names.
    static const QRegularExpression number(QStringLiteral("(?<![\\w./-])(\\d+(?:\\.\\d+)?e)(-?)\\+?0(?=\\d)"));
    return withFieldNames(QString::fromStdString(words).replace(number, QStringLiteral("\\1\\2")));
}

QString placeText(const QString& path)
{
    const QString home = QDir::homePath();
    return path.startsWith(home + QLatin1Char('/')) ? QLatin1Char('~') + path.mid(home.size()) : path;
}

} // namespace fettle::ui
