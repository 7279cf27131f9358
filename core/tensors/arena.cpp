// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/arena.h"

#include "core/base/error.h"
#include "core/tensors/checked_memory.h"

#include <ATen/ops/zeros.h>
#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

// 64 bytes: every parameter starts on a cache line and on a vector register's border.
constexpr int64_t arenaAlignment = 16;
// Far above every model there is, far below where sums of it would overflow.
constexpr int64_t mostElements = int64_t{1} << 48;

// Whoever links the engine has an arena in it: from before main no tensor can end the program.
[[maybe_unused]] const bool memoryIsChecked = useCheckedMemory();

at::Tensor arenaView(const at::Tensor& flat, const Arena::Entry& entry)
{
    return flat.narrow(0, entry.offset, entry.numel).view(entry.shape);
}

} // namespace

void Arena::declare(std::string name, std::vector<int64_t> shape, bool decays)
{
    if (m_values.defined())
        throw Error(ErrorCode::Failed, fmt::format("Parameter {} was declared after the arena was allocated.", name));
    if (find(name))
        throw Error(ErrorCode::Failed, fmt::format("Parameter {} was declared twice.", name));
    int64_t numel = 1;
    for (int64_t extent : shape)
        if (__builtin_mul_overflow(numel, extent, &numel) || numel > mostElements - m_size)
            throw badInput(fmt::format("The model would have more than {} parameters.", mostElements), {}, "model");
    m_index.emplace(name, m_entries.size());
    m_entries.push_back({std::move(name), std::move(shape), m_size, numel, decays});
    m_size += (numel + arenaAlignment - 1) / arenaAlignment * arenaAlignment;
}

void Arena::declareTied(const std::string& name, const std::string& of)
{
    const Entry* entry = find(of);
    if (!entry)
        throw Error(ErrorCode::Failed, fmt::format("{} is tied to {}, which was not declared.", name, of));
    if (m_apart.count(name)) {
        declare(name, std::vector<int64_t>(entry->shape), entry->decays);
        return;
    }
    m_index.emplace(name, m_index.at(of));
    m_ties.emplace_back(name, of);
}

void Arena::allocate(at::Device device, bool withGradients)
{
    const auto options = at::TensorOptions().dtype(at::kFloat).device(device);
    m_values = at::zeros({m_size}, options);
    if (withGradients)
        m_gradients = at::zeros({m_size}, options);
}

const Arena::Entry* Arena::find(const std::string& name) const
{
    const auto found = m_index.find(name);
    return found == m_index.end() ? nullptr : &m_entries[found->second];
}

Parameter Arena::parameter(const std::string& name) const
{
    const Entry* entry = find(name);
    if (!entry)
        throw Error(ErrorCode::Failed, fmt::format("There is no parameter {}.", name));
    return {arenaView(m_values, *entry), m_gradients.defined() ? arenaView(m_gradients, *entry) : at::Tensor()};
}

int64_t Arena::parameterCount() const
{
    int64_t count = 0;
    for (const Entry& entry : m_entries)
        count += entry.numel;
    return count;
}

void Arena::zeroGradients()
{
    if (m_gradients.defined())
        m_gradients.zero_();
}

} // namespace fettle
