// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/rotary.h"

#include "core/base/error.h"
#include "core/models/config_reader.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/pow.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numbers>

namespace fettle
{

namespace
{

using Kind = RotarySettings::Kind;

Kind kindOf(const ConfigReader& rope, const RotaryKeys& keys)
{
    static const std::map<std::string, Kind> known{{"default", Kind::Default}, {"linear", Kind::Linear},
                                                   {"dynamic", Kind::Dynamic}, {"yarn", Kind::Yarn},
                                                   {"llama3", Kind::Llama3},   {"longrope", Kind::LongRope}};
    std::string name = rope.text("rope_type", "");
    if (name.empty())
        name = rope.text("type", "default");
    if (keys.isAlwaysLong && (name == "su" || name == "yarn"))
        name = "longrope";
    const auto found = known.find(name);
    if (found == known.end())
        ConfigReader::refuse("rope_type", fmt::format("\"{}\"", name));
    return found->second;
}

double positive(const ConfigReader& config, const char* key, double fallback)
{
    const double value = config.real(key, fallback);
    if (!(value > 0) || !std::isfinite(value))
        throw badInput(fmt::format("config.json: {} = {} of the rotary positions must be above 0.", key, value), {},
                       "model");
    return value;
}

/// A setting that a kind of scaling cannot do without.
double required(const ConfigReader& rope, const char* key)
{
    if (!rope.has(key))
        throw badInput(fmt::format("config.json: the rotary positions (rope_parameters) lack \"{}\".", key), {},
                       "model");
    return positive(rope, key, 1);
}

std::vector<double> requiredFactors(const ConfigReader& rope, const char* key, int64_t count)
{
    std::vector<double> factors = rope.reals(key);
    if (static_cast<int64_t>(factors.size()) != count)
        throw badInput(
            fmt::format("config.json: {} has {} numbers; {} pairs of each head turn.", key, factors.size(), count), {},
            "model");
    return factors;
}

/// Attention's temperature as yarn sets it (Peng et al., arXiv:2309.00071).
double yarnScale(double factor, double scale)
{
    return factor <= 1 ? 1 : 0.1 * scale * std::log(factor) + 1;
}

void readScaling(RotarySettings& settings, const ConfigReader& rope)
{
    const double stretch = static_cast<double>(settings.context) / static_cast<double>(settings.original);
    const auto factorOrStretch = [&] { return rope.has("factor") ? positive(rope, "factor", 1) : stretch; };
    switch (settings.kind) {
    case Kind::Default:
        return;
    case Kind::Linear:
    case Kind::Dynamic:
        settings.factor = required(rope, "factor");
        return;
    case Kind::Llama3:
        settings.factor = required(rope, "factor");
        settings.lowFrequency = required(rope, "low_freq_factor");
        settings.highFrequency = required(rope, "high_freq_factor");
        return;
    case Kind::Yarn: {
        settings.factor = factorOrStretch();
        const double scale = rope.real("mscale", 0), scaleAll = rope.real("mscale_all_dim", 0);
        const double usual = scale != 0 && scaleAll != 0
                                 ? yarnScale(settings.factor, scale) / yarnScale(settings.factor, scaleAll)
                                 : yarnScale(settings.factor, 1);
        settings.attentionFactor = rope.real("attention_factor", usual);
        settings.betaFast = rope.real("beta_fast", 32);
        settings.betaSlow = rope.real("beta_slow", 1);
        settings.truncates = rope.flag("truncate", true);
        return;
    }
    case Kind::LongRope:
        settings.factor = factorOrStretch();
        settings.attentionFactor =
            rope.real("attention_factor", settings.factor <= 1
                                              ? 1
                                              : std::sqrt(1 + std::log(settings.factor) /
                                                                  std::log(static_cast<double>(settings.original))));
        settings.shortFactors = requiredFactors(rope, "short_factor", settings.dims / 2);
        settings.longFactors = requiredFactors(rope, "long_factor", settings.dims / 2);
        return;
    }
}

// What follows is in float32, step by step as transformers computes it, whatever type the model runs in.
at::TensorOptions single()
{
    return at::TensorOptions().dtype(at::kFloat);
}

at::Tensor exponents(int64_t dims)
{
    return at::arange(0, dims, 2, single()) / dims;
}

at::Tensor usualFrequencies(const RotarySettings& settings)
{
    return at::pow(at::Scalar(settings.theta), exponents(settings.dims)).reciprocal();
}

/// Another base for texts longer than the context, so that the slowest pair turns as far as before.
at::Tensor dynamicFrequencies(const RotarySettings& settings, int64_t length)
{
    const auto dims = static_cast<double>(settings.dims);
    const at::Tensor longest = at::tensor(settings.factor, single()) * length / settings.context;
    const at::Tensor base = at::pow(longest - (settings.factor - 1), dims / (dims - 2)) * settings.theta;
    return at::pow(base, exponents(settings.dims)).reciprocal();
}

/// Fast pairs turn as before, slow ones as if positions were divided by the factor, those between in proportion.
at::Tensor yarnFrequencies(const RotarySettings& settings)
{
    const auto dims = static_cast<double>(settings.dims);
    const auto pairOf = [&](double turns) {
        return dims * std::log(static_cast<double>(settings.original) / (turns * 2 * std::numbers::pi)) /
               (2 * std::log(settings.theta));
    };
    double low = pairOf(settings.betaFast), high = pairOf(settings.betaSlow);
    if (settings.truncates) {
        low = std::floor(low);
        high = std::ceil(high);
    }
    low = std::max(low, 0.0);
    high = std::min(high, dims - 1);
    if (low == high)
        high += 0.001;
    const at::Tensor ramp = ((at::arange(settings.dims / 2, single()) - low) / (high - low)).clamp(0, 1);
    const at::Tensor kept = 1 - ramp, slow = at::pow(at::Scalar(settings.theta), exponents(settings.dims));
    return (slow * settings.factor).reciprocal() * (1 - kept) + slow.reciprocal() * kept;
}

/// The same by wavelengths (Llama 3.1).
at::Tensor llama3Frequencies(const RotarySettings& settings)
{
    const at::Tensor usual = usualFrequencies(settings), wavelength = usual.reciprocal() * (2 * std::numbers::pi);
    const auto original = static_cast<double>(settings.original);
    const double longWave = original / settings.lowFrequency, shortWave = original / settings.highFrequency;
    const at::Tensor scaled = at::where(wavelength.gt(longWave), usual / settings.factor, usual);
    const at::Tensor smooth =
        (wavelength.reciprocal() * original - settings.lowFrequency) / (settings.highFrequency - settings.lowFrequency);
    const at::Tensor between = (1 - smooth) * scaled / settings.factor + smooth * scaled;
    return at::where(wavelength.ge(shortWave).logical_and(wavelength.le(longWave)), between, scaled);
}

/// A factor for each pair, one set of them for short texts and one for long ones (Ding et al., arXiv:2402.13753).
at::Tensor longRopeFrequencies(const RotarySettings& settings, bool isLong)
{
    const at::Tensor factors = at::tensor(isLong ? settings.longFactors : settings.shortFactors, single());
    return (factors * at::pow(at::Scalar(settings.theta), exponents(settings.dims))).reciprocal();
}

} // namespace

RotarySettings RotarySettings::read(const ConfigReader& config, const RotaryKeys& keys, int64_t headDim,
                                    int64_t context)
{
    const ConfigReader older = config.part("rope_scaling"), newer = config.part("rope_parameters");
    const ConfigReader own = keys.layerType && newer.has(keys.layerType) ? newer.part(keys.layerType) : newer;
    const ConfigReader& rope = keys.isScaled && !older.isEmpty() ? older : own;
    RotarySettings settings;
    settings.kind = kindOf(rope, keys);
    settings.theta =
        positive(rope, "rope_theta", positive(own, "rope_theta", positive(config, keys.thetaKey, keys.theta)));
    const double part =
        keys.isPartial ? positive(rope, "partial_rotary_factor", positive(config, keys.partKey, keys.part)) : 1;
    settings.dims = static_cast<int64_t>(static_cast<double>(headDim) * part);
    if (settings.dims < 2 || settings.dims > headDim || settings.dims % 2 != 0)
        throw badInput(fmt::format("config.json: of heads of width {}, {} values are to be rotated in pairs.", headDim,
                                   settings.dims),
                       {}, "model");
    settings.context = context;
    const int64_t fallback = keys.original > 0 ? keys.original : context;
    const ConfigReader& says = config.has("original_max_position_embeddings") ? config : rope;
    settings.original =
        static_cast<int64_t>(positive(says, "original_max_position_embeddings", static_cast<double>(fallback)));
    readScaling(settings, rope);
    return settings;
}

at::Tensor RotarySettings::frequencies(int64_t length) const
{
    switch (kind) {
    case Kind::Default:
        break;
    case Kind::Linear:
        return usualFrequencies(*this) / factor;
    case Kind::Dynamic:
        return length > context ? dynamicFrequencies(*this, length) : usualFrequencies(*this);
    case Kind::Yarn:
        return yarnFrequencies(*this);
    case Kind::Llama3:
        return llama3Frequencies(*this);
    case Kind::LongRope:
        return longRopeFrequencies(*this, length > original);
    }
    return usualFrequencies(*this);
}

int64_t RotarySettings::lengthThatCounts(int64_t length) const
{
    return kind == Kind::Dynamic ? std::max(length, context) : kind == Kind::LongRope ? (length > original ? 1 : 0) : 0;
}

const RotaryTable& Rotary::upTo(Tape& tape, int64_t position)
{
    const int64_t length = m_settings.lengthThatCounts(position + 1);
    if (length != m_length || m_table.cosine.size(0) <= position) {
        int64_t positions = 256;
        while (positions <= position)
            positions *= 2;
        m_table =
            rotaryTable(positions, m_settings.frequencies(position + 1), m_settings.attentionFactor, tape.options());
        m_length = length;
    }
    return m_table;
}

} // namespace fettle
