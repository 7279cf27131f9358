// SPDX-License-Identifier: GPL-3.0-or-later
// Reads config.json's values with their checks; every error names the key.
#pragma once

#include "core/base/json.h"
#include "core/base/model_facts.h"
#include "core/nn/kernels/kernels.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

class ConfigReader
{
public:
    /// Notes every count in `facts`.
    ConfigReader(const Json& config, ModelFacts& facts) : m_config(config), m_facts(facts) {}

    /// Neither absent nor null.
    bool has(const char* key) const;
    /// There, and null: which means something else than absent.
    bool isNull(const char* key) const;

    /// From 1 to `most`, which is far above what any model has; without `fallback` the key must be there.
    int64_t count(const char* key, std::optional<int64_t> fallback = {}, int64_t most = int64_t{1} << 24);
    /// A count of layers: each of them is a handful of parameters to be named.
    int64_t layers(const char* key, std::optional<int64_t> fallback);
    double real(const char* key, double fallback) const;
    double probability(const char* key, double fallback) const;
    bool flag(const char* key, bool fallback) const;
    /// -1 where null: there is no such token.
    int64_t tokenId(const char* key, int64_t fallback = -1) const;
    Activation activation(const char* key, const std::string& fallback) const;
    /// Throws unless the value is absent, null or `only`.
    void require(const char* key, const std::string& only) const;
    void requireFlag(const char* key, bool only) const;
    /// A list of numbers; empty where absent or null.
    std::vector<double> reals(const char* key) const;
    /// GPT-Neo's lists, [[["global", "local"], 12]]: each list of words so many times, end to end.
    std::vector<std::string> repeated(const char* key, std::vector<std::string> fallback) const;
    /// A list of words, or one text in which `separator` stands between them; empty where absent or null.
    std::vector<std::string> words(const char* key, char separator) const;
    std::string text(const char* key, const std::string& fallback) const;
    /// Reads an object within; an empty one where it is absent or null.
    ConfigReader part(const char* key) const;
    bool isEmpty() const;
    /// Whether layer `index` sees a window only: by layer_types, or `fallback` where there are none.
    bool slidingLayer(int64_t index, bool fallback) const;
    /// What a model does not know: key, value.
    [[noreturn]] static void refuse(const char* key, const std::string& value);
    /// One count divided by another, of which it must be a multiple.
    int64_t share(const char* whole, const char* parts) const;

private:
    int64_t countOf(const char* key) const;

    const Json& m_config;
    ModelFacts& m_facts;
};

} // namespace fettle
