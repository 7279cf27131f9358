// SPDX-License-Identifier: GPL-3.0-or-later
// Reads config.json's values with their checks; every error names the key.
#pragma once

#include "core/base/json.h"
#include "core/nn/kernels/kernels.h"

#include <cstdint>
#include <optional>
#include <string>

namespace fettle
{

class ConfigReader
{
public:
    explicit ConfigReader(const Json& config) : m_config(config) {}

    /// At least 1; without `fallback` the key must be there.
    int64_t count(const char* key, std::optional<int64_t> fallback = {}) const;
    double real(const char* key, double fallback) const;
    double probability(const char* key, double fallback) const;
    bool flag(const char* key, bool fallback) const;
    /// -1 where absent or null.
    int64_t tokenId(const char* key) const;
    Activation activation(const char* key, const std::string& fallback) const;
    /// Throws unless the value is absent, null or `only`.
    void require(const char* key, const std::string& only) const;
    void requireFlag(const char* key, bool only) const;
    /// rope_theta, or rope_parameters' (newer files); scaling of any kind is refused.
    double ropeTheta() const;
    /// `width` must be a multiple of `heads`.
    static int64_t headWidth(int64_t width, int64_t heads);

private:
    const Json& m_config;
};

} // namespace fettle
