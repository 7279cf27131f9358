// SPDX-License-Identifier: GPL-3.0-or-later
// One flat float32 tensor for all parameters and one for all gradients; every parameter is a view into both.
#pragma once

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace fettle
{

/// A parameter: a view into the arena's values and one into its gradients. Copies share the memory.
struct Parameter {
    at::Tensor value;
    at::Tensor grad; ///< undefined for a model that does not train
};

class Arena
{
public:
    struct Entry {
        std::string name; ///< Hugging Face's
        std::vector<int64_t> shape;
        int64_t offset = 0; ///< in elements, a multiple of 16
        int64_t numel = 0;
        bool decays = true; ///< weight decay applies: not for biases and norms
    };

    /// First every parameter is declared, then allocate() once, then parameters are taken by name. Throws BadInput
    /// (subject "model") for more parameters than any machine holds.
    void declare(std::string name, std::vector<int64_t> shape, bool decays);
    /// `name` is another name of the parameter `of`, as a head that is tied to its embedding; unless kept apart, when
    /// it is a parameter of its own.
    void declareTied(const std::string& name, const std::string& of);
    /// Before anything is declared: these tied names are parameters of their own.
    void keepApart(std::set<std::string> names) { m_apart = std::move(names); }
    /// The tied names that are no parameters of their own, each with the parameter it stands for.
    const std::vector<std::pair<std::string, std::string>>& ties() const { return m_ties; }
    void allocate(at::Device device, bool withGradients);
    bool hasGradients() const { return m_gradients.defined(); }

    const std::vector<Entry>& entries() const { return m_entries; }
    /// By any of its names.
    const Entry* find(const std::string& name) const;
    Parameter parameter(const std::string& name) const;
    int64_t size() const { return m_size; } ///< elements of the flat tensors, the gaps included
    int64_t parameterCount() const;         ///< without the gaps between entries

    /// Flat, [size of the arena]; the gaps are zero and stay zero.
    const at::Tensor& values() const { return m_values; }
    const at::Tensor& gradients() const { return m_gradients; }
    void zeroGradients();

private:
    std::vector<Entry> m_entries;
    std::unordered_map<std::string, size_t> m_index; ///< name to place in m_entries
    std::set<std::string> m_apart;
    std::vector<std::pair<std::string, std::string>> m_ties;
    int64_t m_size = 0;
    at::Tensor m_values, m_gradients;
};

} // namespace fettle
