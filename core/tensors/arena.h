// SPDX-License-Identifier: GPL-3.0-or-later
// Every parameter of a model in a few flat tensors: what trains has its values in one, its gradients in another, and
// every parameter is a view into them; what is frozen lies apart and has no gradient, or stays where it lies already.
#pragma once

#include "core/tensors/role.h"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace fettle
{

/// A parameter: a view into the arena's values (or what was lent) and one into its gradients. Copies share the memory.
struct Parameter {
    at::Tensor value;
    at::Tensor grad; ///< undefined where the parameter does not train
};

/// What is known of a parameter besides its name and shape.
struct ParameterTraits {
    Role role = Role::Other;
    int64_t layer = -1; ///< of the model's layers; -1: of none of them
    bool decays = true; ///< weight decay applies: not for biases and norms
    enum class Start { Zeros, Ones, Drawn } start = Start::Drawn;
};

struct ArenaOptions {
    at::Device device = at::kCPU;
    bool gradients = false;           ///< of what trains; without them the model only computes
    at::ScalarType type = at::kFloat; ///< of the values that the model computes with
};

class Arena
{
public:
    struct Entry {
        std::string name; ///< Hugging Face's
        std::vector<int64_t> shape;
        ParameterTraits traits;
        bool trains = true;
        bool isLent = false; ///< its values lie elsewhere
        int64_t offset = 0;  ///< in elements from the start of its part (what trains, what is frozen), a multiple of 16
        int64_t numel = 0;
    };

    Arena() = default;
    Arena(Arena&&) = default; // the parameters handed out stay where they are
    Arena& operator=(Arena&&) = default;

    /// First every parameter is declared, then allocate() once. What is returned is filled by allocate() and lives as
    /// long as the arena. Throws BadInput (subject "model") for more parameters than any machine holds.
    const Parameter& declare(std::string name, std::vector<int64_t> shape, const ParameterTraits& traits = {});
    /// `name` is another name of a parameter that was declared, as a head that is tied to its embedding; `traits` count
    /// once it is untied.
    const Parameter& declareTied(std::string name, const Parameter& of, const ParameterTraits& traits = {});
    /// The tied names that are no parameters of their own, each with the name of the one it stands for.
    std::vector<std::pair<std::string, std::string>> ties() const;

    // Between the last declare() and allocate():
    /// What was declared from the `first`th name on stands before all else.
    void bringForward(size_t first);
    /// These tied names become parameters of their own.
    void untie(const std::set<std::string>& names);
    /// What `isFrozen` says of an entry is frozen: it gets no gradient, and optimizers leave it alone.
    void freeze(const std::function<bool(const Entry&)>& isFrozen);
    /// These frozen parameters take no room here: their values are these tensors, of their shape, in a floating type
    /// that may be narrower than the arena's. They are only read (a mapped file is). On another device than the
    /// processor they become the arena's own all the same.
    void lend(const std::vector<std::pair<std::string, at::Tensor>>& values);
    void allocate(const ArenaOptions& options);
    /// After allocate(): what was lent becomes the arena's own, in its type, and may be written.
    void takeOver();

    /// In the order of their declaration, which is that of torch's named_parameters(): what has several names stands
    /// where the first of them does.
    const std::vector<Entry>& entries() const { return m_entries; }
    size_t names() const { return m_order.size(); } ///< that were declared
    /// By any of its names.
    const Entry* find(const std::string& name) const;
    const Parameter& parameter(const std::string& name) const;
    int64_t parameterCount() const; ///< without the gaps between entries
    int64_t size() const { return m_size; }
    int64_t frozenSize() const { return m_frozenSize; } ///< without what is lent
    uint64_t lentBytes() const { return m_lentBytes; }

    // Flat, [size()]; the gaps are zero and stay zero.
    bool hasGradients() const { return m_gradients.defined(); }
    const at::Tensor& values() const { return m_values; }       ///< of what trains
    const at::Tensor& gradients() const { return m_gradients; } ///< of the same, float32
    const at::Tensor& frozenValues() const { return m_frozen; } ///< [frozenSize()]
    /// What an optimizer moves: values() where they are float32 or wider, else a float32 copy of them (Micikevicius et
    /// al., arXiv:1710.03740), which takeMaster() makes the values of.
    const at::Tensor& master() const { return m_master; }
    void takeMaster();
    /// After values() were written: the master is made of them.
    void fillMaster();
    void zeroGradients();

private:
    struct Slot {
        Entry entry;
        Parameter parameter;
        Slot* of = nullptr; ///< tied to
        at::Tensor lent;
    };
    Slot& add(std::string name, std::vector<int64_t> shape, const ParameterTraits& traits);
    void layOut();
    void place(Slot& slot);
    const Slot* slotOf(const std::string& name) const;

    std::deque<Slot> m_slots; ///< every name; a deque's elements stay where they are
    std::vector<Slot*> m_order;
    std::unordered_map<std::string, Slot*> m_index;
    std::vector<Entry> m_entries; ///< of the slots that are no tied names
    int64_t m_size = 0, m_frozenSize = 0;
    uint64_t m_lentBytes = 0;
    at::Tensor m_values, m_master, m_gradients, m_frozen;
};

} // namespace fettle
