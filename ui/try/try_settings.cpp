// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/try/try_settings.h"

#include <QSettings>
#include <cmath>

namespace fettle::ui
{

namespace
{

constexpr double usualTemperature = 0.8, usualTopP = 0.95, usualRepetitionPenalty = 1.1;
constexpr int64_t usualTopK = 40, usualLength = 128;

QString keyOf(const char* name)
{
    return QStringLiteral("try/") + QLatin1String(name);
}

/// Calls visit(transformers' name, member of GenerationSettings) for each number that the page offers.
template <typename Visit>
void forEachNumber(const Visit& visit)
{
    using S = GenerationSettings;
    visit("temperature", &S::temperature);
    visit("top_k", &S::topK);
    visit("top_p", &S::topP);
    visit("repetition_penalty", &S::repetitionPenalty);
    visit("max_new_tokens", &S::maxNewTokens);
    visit("num_beams", &S::numBeams);
    visit("min_p", &S::minP);
    visit("typical_p", &S::typicalP);
    visit("no_repeat_ngram_size", &S::noRepeatNgramSize);
}

template <typename T>
void put(const QString& key, const std::optional<T>& value)
{
    if (value)
        QSettings().setValue(key, QVariant::fromValue(*value));
    else
        QSettings().remove(key);
}

} // namespace

TrySettings::TrySettings()
{
    const QSettings remembered;
    forEachNumber([&](const char* name, auto member) {
        using Number = typename std::remove_reference_t<decltype(own.*member)>::value_type;
        bool isNumber = false;
        const double value = remembered.value(keyOf(name)).toDouble(&isNumber);
        if (isNumber && std::abs(value) < 1e9)
            own.*member = static_cast<Number>(std::round(value * 1e6) / 1e6);
    });
    if (remembered.contains(keyOf("greedy")))
        own.doSample = !remembered.value(keyOf("greedy")).toBool();
    if (remembered.contains(keyOf("stop_strings"))) {
        own.stopStrings.emplace();
        for (const QString& text : remembered.value(keyOf("stop_strings")).toStringList())
            if (!text.isEmpty())
                own.stopStrings->push_back(text.toStdString());
    }
    seed = remembered.value(keyOf("seed"), seed).toInt();
}

void TrySettings::remember() const
{
    forEachNumber([&](const char* name, auto member) {
        const auto& value = own.*member;
        put(keyOf(name), value ? std::optional(static_cast<double>(*value)) : std::nullopt);
    });
    put(keyOf("greedy"), own.doSample ? std::optional(!*own.doSample) : std::nullopt);
    std::optional<QStringList> stops;
    if (own.stopStrings) {
        stops.emplace();
        for (const std::string& text : *own.stopStrings)
            stops->append(QString::fromStdString(text));
    }
    put(keyOf("stop_strings"), stops);
    QSettings().setValue(keyOf("seed"), seed);
}

void TrySettings::forget()
{
    own = {};
    remember();
}

QStringList TrySettings::ownNames() const
{
    QStringList names;
    forEachNumber([&](const char* name, auto member) {
        if (own.*member)
            names << QLatin1String(name);
    });
    if (own.doSample)
        names << QStringLiteral("do_sample");
    if (own.stopStrings)
        names << QStringLiteral("stop_strings");
    return names;
}

GenerateOptions TrySettings::options(const GenerationConfig& file) const
{
    GenerationSettings asked = own;
    const GenerationSettings& theirs = file.settings;
    if (!saysHowToWrite(theirs)) {
        asked.temperature = own.temperature.value_or(usualTemperature);
        asked.topK = own.topK.value_or(usualTopK);
        asked.topP = own.topP.value_or(usualTopP);
        asked.repetitionPenalty = own.repetitionPenalty.value_or(usualRepetitionPenalty);
    }
    // Files say by temperature 0 that nothing is drawn: whoever draws all the same draws as usual.
    if (theirs.temperature == 0.0 && own.doSample == true && !own.temperature)
        asked.temperature = usualTemperature;
    if (!own.maxNewTokens && !theirs.maxNewTokens && !theirs.maxLength)
        asked.maxNewTokens = usualLength;
    GenerateOptions options = optionsFrom(asked, file);
    options.seed = seed;
    options.alternatives = likeliestPieces;
    return options;
}

bool saysHowToWrite(const GenerationSettings& file)
{
    return file.doSample || file.temperature || file.topK || file.topP || file.minP || file.typicalP ||
           file.epsilonCutoff || file.etaCutoff || file.repetitionPenalty || file.noRepeatNgramSize || file.numBeams;
}

QString optionsKey(const GenerateOptions& options)
{
    QStringList words;
    for (const double value :
         {double(options.maxNewTokens), double(options.maxLength), double(options.minNewTokens),
          double(options.minLength), options.temperature, double(options.topK), options.topP, options.minP,
          options.typicalP, options.epsilonCutoff, options.etaCutoff, options.repetitionPenalty,
          double(options.noRepeatNgramSize), double(options.numBeams), options.lengthPenalty,
          double(int(options.earlyStopping)), options.greedy ? -1.0 : double(options.seed)})
        words << QString::number(value, 'g', 17);
    for (const std::string& stop : options.stopStrings)
        words << QString::fromStdString(stop);
    return words.join(QChar(0));
}

} // namespace fettle::ui
