// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/setting_text.h"

#include "core/base/text.h"
#include "ui/look/words.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <cmath>

namespace fettle::ui
{

namespace
{
struct ValueWords {
    Q_DECLARE_TR_FUNCTIONS(fettle::ui::SettingText)
};

std::optional<double> number(const QString& text)
{
    const std::optional<double> value = parseDouble(text.trimmed().toStdString());
    return value && std::isfinite(*value) ? value : std::nullopt;
}

QString fromNumber(double value)
{
    return shortNumber(QString::fromStdString(shortest(value)));
}

/// 1, 2, 5, 10, 20, … and 0.5, 0.2, 0.1, …: the member next to `value`.
double nextOfSeries(double value, int direction)
{
    const double power = std::pow(10.0, std::floor(std::log10(value)) - 1);
    static constexpr std::array factors = {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0};
    const double slack = 1e-9 * value;
    if (direction > 0) {
        for (const double factor : factors)
            if (factor * power > value + slack)
                return factor * power;
    } else {
        for (auto factor = factors.rbegin(); factor != factors.rend(); ++factor)
            if (*factor * power < value - slack)
                return *factor * power;
    }
    return value;
}

/// The next multiple of `step`.
double nextMultiple(double value, double step, int direction)
{
    const double slack = 1e-9;
    return direction > 0 ? (std::floor(value / step + slack) + 1) * step : (std::ceil(value / step - slack) - 1) * step;
}

/// One step of counts: by ones when small, by round numbers when big.
double nextCount(double value, int direction)
{
    const double size = direction > 0 ? value : value - 0.5;
    const double step = size < 10     ? 1
                        : size < 100  ? 5
                        : size < 1000 ? 50
                                      : std::pow(10.0, std::floor(std::log10(size))) / 2;
    return nextMultiple(value, step, direction);
}

double nextValue(const SettingInfo& setting, double value, int direction)
{
    switch (setting.form.scale) {
    case StepScale::Counts:
        return nextCount(value, direction);
    case StepScale::Percent:
        return value < 1 && direction < 0 ? 0 : nextCount(value, direction);
    case StepScale::Doubling:
        return direction > 0 ? std::exp2(std::floor(std::log2(std::max(1.0, value)) + 1e-9) + 1)
                             : std::exp2(std::ceil(std::log2(std::max(2.0, value)) - 1e-9) - 1);
    case StepScale::Lengths:
        return nextMultiple(value, value + (direction > 0 ? 1 : 0) <= 64 ? 8 : value <= 256 ? 32 : 128, direction);
    case StepScale::NearOne:
        return value < 0.5 || value >= 1 ? nextMultiple(value, 0.1, direction)
                                         : 1 - nextOfSeries(1 - value, -direction);
    case StepScale::Ones:
        return value + direction < 1 && direction < 0 ? nextOfSeries(value, direction)
                                                      : nextMultiple(value, 1, direction);
    case StepScale::Shares:
        return nextMultiple(value, 0.05, direction);
    case StepScale::Steps:
        if (value >= 1 || value == 0)
            return nextCount(value, direction);
        break;
    case StepScale::Series:
    case StepScale::None:
        break;
    }
    if (value <= 0)
        return direction > 0 ? 0.01 : 0;
    return nextOfSeries(value, direction);
}
} // namespace

QString shortNumber(const QString& text)
{
    const std::optional<double> value = number(text);
    if (!value)
        return text;
    QString result = QString::fromStdString(shortest(*value));
    // Small numbers read best with an exponent, others without; neither with "e-05".
    if (std::abs(*value) < 0.001 && *value != 0 && !result.contains(QLatin1Char('e'))) {
        const int exponent = static_cast<int>(std::floor(std::log10(std::abs(*value)) + 1e-12));
        const double mantissa = *value / std::pow(10.0, exponent);
        const QString scientific =
            QString::fromStdString(shortest(std::round(mantissa * 1e9) / 1e9)) + QStringLiteral("e%1").arg(exponent);
        if (number(scientific) == value)
            result = scientific;
    }
    result.replace(QLatin1String("e-0"), QLatin1String("e-"));
    result.replace(QLatin1String("e+0"), QLatin1String("e"));
    result.replace(QLatin1String("e+"), QLatin1String("e"));
    if (result.endsWith(QLatin1String(".0")))
        result.chop(2);
    return result;
}

QString inFull(const QString& text)
{
    const std::optional<double> value = number(text);
    if (!value || !text.contains(QLatin1Char('e'), Qt::CaseInsensitive) || *value == 0 || std::abs(*value) < 1e-9 ||
        std::abs(*value) >= 1e12)
        return {};
    const int digits = std::clamp(2 - static_cast<int>(std::floor(std::log10(std::abs(*value)))), 0, 12);
    QString full = QString::number(*value, 'f', digits);
    if (full.contains(QLatin1Char('.'))) {
        while (full.endsWith(QLatin1Char('0')))
            full.chop(1);
        if (full.endsWith(QLatin1Char('.')))
            full.chop(1);
    }
    return full;
}

QString unitBehind(const QString& number, QString unit)
{
    if (number == QLatin1String("1") && !unit.startsWith(QLatin1Char('%')) && unit.endsWith(QLatin1Char('s')))
        unit.chop(1);
    return unit;
}

QString valueInWords(const SettingInfo& setting, const QString& text)
{
    if (setting.type == ArgumentType::Flag)
        return text == QLatin1String("true") ? ValueWords::tr("on") : ValueWords::tr("off");
    if (text == QLatin1String("none") && setting.type == ArgumentType::OptionalInteger)
        return ValueWords::tr("not set");
    if (text.isEmpty())
        return setting.isChoice() ? ValueWords::tr("by itself") : ValueWords::tr("empty");
    if (setting.isNumber()) {
        const QString words = meaning(setting, text);
        // "was off", "was never" say more than "was 0"; a number's other spelling does not.
        if (words.startsWith(QLatin1String("= ")) && !words.at(2).isDigit())
            return words.mid(2);
        return shortNumber(text);
    }
    return text;
}

QString meaning(const SettingInfo& setting, const QString& text)
{
    const std::optional<double> value = number(text);
    if (!value)
        return {};
    const QString& words = *value == 0 ? setting.zero : setting.negative;
    if (*value <= 0 && !words.isEmpty())
        return QStringLiteral("= ") + words;
    if (setting.form.scale == StepScale::Steps && *value > 0 && *value < 1)
        return ValueWords::tr("= %1 % of the run").arg(QString::number(*value * 100, 'g', 3));
    if (setting.form.scale == StepScale::Shares)
        return ValueWords::tr("= %1 %").arg(QString::number(*value * 100, 'g', 4));
    const QString full = inFull(text);
    return full.isEmpty() ? full : QStringLiteral("= ") + full;
}

QString stepped(const SettingInfo& setting, const QString& text, int direction)
{
    if (!setting.isNumber())
        return text;
    std::optional<double> value = number(text);
    if (!value) {
        if (setting.type == ArgumentType::OptionalInteger && text.trimmed() == QLatin1String("none"))
            return direction > 0 ? fromNumber(std::max(1.0, setting.check.min.value_or(1))) : text;
        return setting.defaultText;
    }
    double next = nextValue(setting, *value, direction);
    if (setting.check.min && next < *setting.check.min) {
        if (setting.type == ArgumentType::OptionalInteger)
            return QStringLiteral("none");
        next = *setting.check.min;
    }
    if (setting.check.minExcluded && setting.check.min && next <= *setting.check.min)
        return text;
    if (setting.check.max && next > *setting.check.max)
        next = *setting.check.max;
    if (setting.type != ArgumentType::Real)
        next = std::round(next);
    else // nothing that only looks like 0.30000000000000004
        next = QString::number(next, 'g', 10).toDouble();
    return fromNumber(next);
}

QString settingProblem(const SettingInfo& setting, const QString& text)
{
    if (const ArgumentInfo* info = findArgument(setting.key.toStdString()))
        return engineWords(argumentProblem(*info, text.toStdString()));
    const std::optional<double> value = number(text);
    if (!value)
        return ValueWords::tr("“%1” is no number.").arg(text);
    if (setting.type != ArgumentType::Real && *value != std::round(*value))
        return ValueWords::tr("%1 is no whole number.").arg(text);
    if (setting.check.min && *value < *setting.check.min)
        return ValueWords::tr("%1 is too small: at least %2.").arg(text, fromNumber(*setting.check.min));
    if (setting.check.max && *value > *setting.check.max)
        return ValueWords::tr("%1 is too big: at most %2.").arg(text, fromNumber(*setting.check.max));
    return {};
}

std::optional<SettingFix> settingFix(const SettingInfo& setting, const QString& text, const QString& now)
{
    if (settingProblem(setting, text).isEmpty())
        return std::nullopt;
    QString better = settingProblem(setting, now).isEmpty() ? now : setting.defaultText;
    const std::optional<double> value = setting.isNumber() ? number(text) : std::nullopt;
    if (value) {
        if (setting.check.max && *value > *setting.check.max) {
            if (*setting.form.insteadOf != '\0')
                better = QString::fromLatin1(setting.form.insteadOf);
            else if (*setting.check.max <= 1) // a share; higher bounds are what can be counted to
                better = fromNumber(*setting.check.max);
        } else if (setting.check.min && !setting.check.minExcluded && *value < *setting.check.min)
            better = fromNumber(*setting.check.min);
        else if (setting.type != ArgumentType::Real && *value != std::round(*value))
            better = fromNumber(std::round(*value));
    }
    if (better == text || !settingProblem(setting, better).isEmpty())
        return std::nullopt;
    return SettingFix{better, ValueWords::tr("Use %1").arg(valueInWords(setting, better))};
}

} // namespace fettle::ui
