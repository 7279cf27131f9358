// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/arena.h"

#include "core/base/error.h"
#include "core/tensors/checked_memory.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <algorithm>
#include <fmt/format.h>
#include <utility>

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

int64_t aligned(int64_t numel)
{
    return (numel + arenaAlignment - 1) / arenaAlignment * arenaAlignment;
}

at::Tensor arenaView(const at::Tensor& flat, const Arena::Entry& entry)
{
    return flat.defined() ? flat.narrow(0, entry.offset, entry.numel).view(entry.shape) : at::Tensor();
}

} // namespace

Arena::Slot& Arena::add(std::string name, std::vector<int64_t> shape, const ParameterTraits& traits)
{
    if (m_values.defined())
        throw Error(ErrorCode::Failed, fmt::format("Parameter {} was declared after the arena was allocated.", name));
    if (find(name))
        throw Error(ErrorCode::Failed, fmt::format("Parameter {} was declared twice.", name));
    int64_t numel = 1;
    for (int64_t extent : shape)
        if (__builtin_mul_overflow(numel, extent, &numel) || numel > mostElements - m_size)
            throw badInput(fmt::format("The model would have more than {} parameters.", mostElements), {}, "model");
    Slot& slot = m_slots.emplace_back();
    slot.entry = {std::move(name), std::move(shape), traits, true, false, 0, numel};
    m_order.push_back(&slot);
    m_index.emplace(slot.entry.name, &slot);
    return slot;
}

const Parameter& Arena::declare(std::string name, std::vector<int64_t> shape, const ParameterTraits& traits)
{
    Slot& slot = add(std::move(name), std::move(shape), traits);
    place(slot);
    return slot.parameter;
}

const Parameter& Arena::declareTied(std::string name, const Parameter& of, const ParameterTraits& traits)
{
    const auto declared =
        std::find_if(m_slots.begin(), m_slots.end(), [&](const Slot& slot) { return &slot.parameter == &of; });
    if (declared == m_slots.end())
        throw Error(ErrorCode::Failed, fmt::format("{} is tied to what was not declared.", name));
    Slot& first = *declared;
    Slot& slot = add(std::move(name), first.entry.shape, traits);
    slot.of = &first;
    return slot.parameter;
}

std::vector<std::pair<std::string, std::string>> Arena::ties() const
{
    std::vector<std::pair<std::string, std::string>> ties;
    for (const Slot& slot : m_slots)
        if (slot.of)
            ties.emplace_back(slot.entry.name, slot.of->entry.name);
    return ties;
}

void Arena::bringForward(size_t first)
{
    std::rotate(m_order.begin(), m_order.begin() + static_cast<std::ptrdiff_t>(first), m_order.end());
    layOut();
}

void Arena::untie(const std::set<std::string>& names)
{
    for (Slot& slot : m_slots)
        if (names.contains(slot.entry.name))
            slot.of = nullptr;
    layOut();
}

void Arena::freeze(const std::function<bool(const Entry&)>& isFrozen)
{
    for (Slot& slot : m_slots) {
        slot.entry.trains = !isFrozen(slot.entry);
        slot.lent.reset();
    }
    layOut();
}

void Arena::lend(const std::vector<std::pair<std::string, at::Tensor>>& values)
{
    for (const auto& [name, value] : values) {
        const auto found = m_index.find(name);
        if (found == m_index.end() || found->second->of || found->second->entry.trains ||
            value.sizes() != found->second->entry.shape)
            throw Error(ErrorCode::Failed, fmt::format("Parameter {} cannot be lent its values.", name));
        found->second->lent = value;
    }
    layOut();
}

void Arena::layOut()
{
    m_entries.clear();
    m_size = m_frozenSize = 0;
    m_lentBytes = 0;
    std::set<const Slot*> placed;
    for (Slot* slot : m_order)
        if (Slot* own = slot->of ? slot->of : slot; placed.insert(own).second)
            place(*own);
}

void Arena::place(Slot& slot)
{
    slot.entry.isLent = slot.lent.defined();
    if (slot.entry.isLent) {
        m_lentBytes += slot.lent.nbytes();
    } else {
        int64_t& size = slot.entry.trains ? m_size : m_frozenSize;
        slot.entry.offset = size;
        size += aligned(slot.entry.numel);
    }
    m_entries.push_back(slot.entry);
}

void Arena::allocate(const ArenaOptions& options)
{
    const auto zeros = [&](int64_t size, at::ScalarType type) {
        return at::zeros({size}, at::TensorOptions().dtype(type).device(options.device));
    };
    m_values = zeros(m_size, options.type);
    m_frozen = zeros(m_frozenSize, options.type);
    const bool isNarrow = at::isReducedFloatingType(options.type);
    m_master = m_values;
    if (options.gradients) {
        m_gradients = zeros(m_size, isNarrow ? at::kFloat : options.type);
        if (isNarrow)
            m_master = zeros(m_size, at::kFloat);
    }
    for (Slot& slot : m_slots) {
        const Slot& own = slot.of ? *slot.of : slot;
        const Entry& entry = own.entry;
        slot.parameter = {entry.isLent ? own.lent : arenaView(entry.trains ? m_values : m_frozen, entry),
                          entry.trains ? arenaView(m_gradients, entry) : at::Tensor()};
    }
    if (!options.device.is_cpu())
        takeOver();
}

void Arena::takeOver()
{
    for (Slot& slot : m_slots)
        if (std::exchange(slot.entry.isLent, false)) {
            slot.parameter.value = at::empty(slot.entry.shape, m_values.options()).copy_(slot.lent);
            slot.lent.reset();
        }
    for (Slot& slot : m_slots)
        if (slot.of)
            slot.parameter.value = slot.of->parameter.value;
    for (Entry& entry : m_entries)
        entry.isLent = false;
    m_lentBytes = 0;
}

const Arena::Slot* Arena::slotOf(const std::string& name) const
{
    const auto found = m_index.find(name);
    return found == m_index.end() ? nullptr : found->second;
}

const Arena::Entry* Arena::find(const std::string& name) const
{
    const Slot* slot = slotOf(name);
    return !slot ? nullptr : slot->of ? &slot->of->entry : &slot->entry;
}

const Parameter& Arena::parameter(const std::string& name) const
{
    const Slot* slot = slotOf(name);
    if (!slot)
        throw Error(ErrorCode::Failed, fmt::format("There is no parameter {}.", name));
    return slot->parameter;
}

int64_t Arena::parameterCount() const
{
    int64_t count = 0;
    for (const Entry& entry : m_entries)
        count += entry.numel;
    return count;
}

void Arena::takeMaster()
{
    if (!m_master.is_same(m_values))
        m_values.copy_(m_master);
}

void Arena::fillMaster()
{
    if (!m_master.is_same(m_values))
        m_master.copy_(m_values);
}

void Arena::zeroGradients()
{
    if (m_gradients.defined())
        m_gradients.zero_();
}

} // namespace fettle
