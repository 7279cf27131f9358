// SPDX-License-Identifier: GPL-3.0-or-later
// Source: Python's pickletools.py (protocols 2 to 5); of its instructions only those that build plain values.
#include "core/tensors/pickle_reader.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensors/safetensors_header.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <algorithm>
#include <bit>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <optional>

namespace fettle
{

namespace
{

constexpr size_t kDeepest = 100;
constexpr size_t kMostItems = size_t(1) << 22; // a file of thousands of tensors needs some ten for each

std::optional<at::ScalarType> typeOf(const std::string& storage)
{
    return storage == "torch.FloatStorage"      ? std::optional(at::kFloat)
           : storage == "torch.DoubleStorage"   ? std::optional(at::kDouble)
           : storage == "torch.HalfStorage"     ? std::optional(at::kHalf)
           : storage == "torch.BFloat16Storage" ? std::optional(at::kBFloat16)
           : storage == "torch.LongStorage"     ? std::optional(at::kLong)
           : storage == "torch.IntStorage"      ? std::optional(at::kInt)
           : storage == "torch.ByteStorage"     ? std::optional(at::kByte)
           : storage == "torch.BoolStorage"     ? std::optional(at::kBool)
                                                : std::nullopt;
}

constexpr const char* kRebuildTensor = "torch._utils._rebuild_tensor_v2";
constexpr const char* kRebuildNewer = "torch._utils._rebuild_tensor_v3";     ///< fp8, uint16, uint32, uint64
constexpr const char* kRebuildParameter = "torch._utils._rebuild_parameter"; ///< around a tensor
constexpr const char* kOrderedDict = "collections.OrderedDict";

} // namespace

void PickleReader::refuse(const std::string& what) const
{
    throw badInput(fmt::format("{} asks for {}, which is more than values", m_source, toValidUtf8(what)),
                   "Only tensors, numbers, texts, lists and dictionaries are read: nothing in such a file is run.");
}

void PickleReader::damaged() const
{
    throw badInput(fmt::format("{} is damaged", m_source), "Save it anew, or go on from another checkpoint.");
}

std::string_view PickleReader::take(uint64_t count)
{
    if (count > m_pickle.size())
        damaged();
    const std::string_view taken = m_pickle.substr(0, count);
    m_pickle.remove_prefix(count);
    return taken;
}

uint64_t PickleReader::number(int bytes)
{
    const std::string_view part = take(uint64_t(bytes));
    uint64_t value = 0;
    for (int i = 0; i < bytes; ++i)
        value |= uint64_t(static_cast<unsigned char>(part[size_t(i)])) << (8 * i);
    return value;
}

std::string PickleReader::line()
{
    const size_t end = m_pickle.find('\n');
    if (end == std::string_view::npos)
        damaged();
    const std::string text(take(end));
    take(1);
    return text;
}

PickleReader::Item PickleReader::pop()
{
    if (m_stack.empty())
        damaged();
    Item item = std::move(m_stack.back());
    m_stack.pop_back();
    return item;
}

std::vector<PickleReader::Item> PickleReader::popToMark()
{
    size_t mark = m_stack.size();
    while (mark > 0 && m_stack[mark - 1].kind != Item::Kind::Mark)
        --mark;
    if (mark == 0)
        damaged();
    std::vector<Item> items(std::make_move_iterator(m_stack.begin() + ptrdiff_t(mark)),
                            std::make_move_iterator(m_stack.end()));
    m_stack.resize(mark - 1);
    return items;
}

/// A tuple of plain values is one; those that a storage or a name stands in are arguments of a call.
void PickleReader::pushTuple(std::vector<Item> parts)
{
    Item item;
    item.kind = Item::Kind::Tuple;
    for (const Item& part : parts)
        item.depth = std::max(item.depth, depthOf(part) + 1);
    if (item.depth > kDeepest)
        damaged();
    item.parts = std::move(parts);
    m_stack.push_back(std::move(item));
}

void PickleReader::pushName(const std::string& name)
{
    if (name == kRebuildNewer) {
        // The type is the first name of torch's own that follows.
        constexpr std::string_view mark = "ctorch\n";
        const size_t at = m_pickle.find(mark);
        const std::string_view rest = at == m_pickle.npos ? "" : m_pickle.substr(at + mark.size());
        const std::string type(rest.substr(0, rest.find('\n')));
        if (type.starts_with("float8"))
            throw fp8Error("A tensor of " + m_source);
        throw badInput(fmt::format("A tensor of {} is stored in a type that is not supported ({})", m_source,
                                   type.empty() ? "unknown" : shown(type)),
                       "Save it anew in another type.", "model");
    }
    if (name.starts_with("torch.Float8"))
        throw fp8Error("A tensor of " + m_source);
    if (name != kRebuildTensor && name != kRebuildParameter && name != kOrderedDict && !typeOf(name))
        refuse(name);
    Item item;
    item.kind = Item::Kind::Name;
    item.name = name;
    m_stack.push_back(std::move(item));
}

void PickleReader::remember(uint64_t place)
{
    if (m_stack.empty() || m_memo.size() >= kMostItems)
        damaged();
    m_memo[place] = m_stack.back(); // lists and dictionaries are shared, not copied
}

void PickleReader::recall(uint64_t place)
{
    const auto found = m_memo.find(place);
    if (found == m_memo.end() || m_stack.size() >= kMostItems)
        damaged();
    m_stack.push_back(found->second);
}

TorchValue PickleReader::valueOf(const Item& item) const
{
    if (item.kind == Item::Kind::Value)
        return item.value;
    if (item.kind != Item::Kind::Tuple)
        damaged();
    auto list = std::make_shared<TorchValue::List>();
    for (const Item& part : item.parts)
        list->push_back(valueOf(part));
    return TorchValue(std::move(list));
}

/// How many containers stand in each other in it; a list or dictionary that is asked for is complete from then on.
size_t PickleReader::depthOf(const Item& item)
{
    const auto* list = item.value.as<std::shared_ptr<TorchValue::List>>();
    const auto* dict = item.value.as<std::shared_ptr<TorchValue::Dict>>();
    const void* container = list ? static_cast<const void*>(list->get()) : dict ? dict->get() : nullptr;
    if (!container)
        return item.depth;
    m_closed.emplace(container, item.value);
    return m_depths[container];
}

/// Bounds how deep values stand in each other: a container that stands in another may no longer grow.
void PickleReader::nest(const void* container, const Item& item)
{
    const size_t depth = 1 + depthOf(item);
    size_t& own = m_depths[container];
    own = std::max(own, depth);
    if (own > kDeepest || m_closed.contains(container))
        damaged();
}

void PickleReader::append(std::vector<Item> items)
{
    if (m_stack.empty() || !m_stack.back().value.list())
        damaged();
    auto& list = *std::get<std::shared_ptr<TorchValue::List>>(m_stack.back().value.content());
    for (const Item& item : items) {
        nest(&list, item);
        list.push_back(valueOf(item));
    }
}

void PickleReader::setItems(std::vector<Item> items)
{
    if (m_stack.empty() || !m_stack.back().value.dict() || items.size() % 2 != 0)
        damaged();
    auto& entries = *std::get<std::shared_ptr<TorchValue::Dict>>(m_stack.back().value.content());
    for (size_t i = 0; i < items.size(); i += 2) {
        nest(&entries, items[i]);
        nest(&entries, items[i + 1]);
        entries.emplace_back(valueOf(items[i]), valueOf(items[i + 1]));
    }
}

/// ("storage", type, key, device, number of elements); before PyTorch 1.6 with None behind it
void PickleReader::loadStorage()
{
    const Item id = pop();
    if (id.kind != Item::Kind::Tuple || id.parts.size() < 5 || id.parts[1].kind != Item::Kind::Name)
        damaged();
    const std::string* kind = id.parts[0].value.as<std::string>();
    const std::string* key = id.parts[2].value.as<std::string>();
    const int64_t* count = id.parts[4].value.as<int64_t>();
    const auto type = typeOf(id.parts[1].name);
    if (!kind || *kind != "storage" || !key || !count || *count < 0 || !type)
        damaged();
    if (id.parts.size() > 6 || (id.parts.size() == 6 && !id.parts[5].value.as<TorchValue::None>()))
        refuse("a part of a storage");
    Item storage;
    storage.kind = Item::Kind::Storage;
    storage.name = id.parts[1].name;
    storage.bytes = m_storages(*key, uint64_t(*count), c10::elementSize(*type));
    m_stack.push_back(std::move(storage));
}

at::Tensor PickleReader::rebuildTensor(const std::vector<Item>& arguments) const
{
    const auto numbers = [&](const Item& item) {
        std::vector<int64_t> out;
        for (const Item& part : item.parts) {
            const int64_t* value = part.value.as<int64_t>();
            if (!value || *value < 0)
                damaged();
            out.push_back(*value);
        }
        return out;
    };
    if (arguments.size() < 4 || arguments[0].kind != Item::Kind::Storage || !arguments[1].value.as<int64_t>())
        damaged();
    const auto type = typeOf(arguments[0].name);
    const int64_t offset = *arguments[1].value.as<int64_t>();
    const std::vector<int64_t> sizes = numbers(arguments[2]), strides = numbers(arguments[3]);
    if (!type || sizes.size() != strides.size() || offset < 0)
        damaged();
    // The last element has to lie within the storage, and no product may overflow on the way there.
    const auto elements = static_cast<int64_t>(arguments[0].bytes.size() / c10::elementSize(*type));
    int64_t last = offset, count = 1;
    for (size_t i = 0; i < sizes.size(); ++i) {
        if (sizes[i] == 0)
            return at::empty(sizes, at::TensorOptions(*type));
        if (sizes[i] > elements || (sizes[i] > 1 && strides[i] > elements))
            damaged();
        last += (sizes[i] - 1) * (sizes[i] > 1 ? strides[i] : 0);
        count *= sizes[i];
        if (last >= elements || count > elements)
            damaged();
    }
    if (last >= elements)
        damaged();
    return viewOf(arguments[0].bytes, offset, *type, sizes, strides);
}

at::Tensor PickleReader::viewOf(std::string_view bytes, int64_t offset, at::ScalarType type,
                                const std::vector<int64_t>& sizes, const std::vector<int64_t>& strides) const
{
    const at::TensorOptions options(type);
    const size_t size = c10::elementSize(type);
    if (reinterpret_cast<uintptr_t>(bytes.data()) % size == 0)
        return at::from_blob(
            const_cast<char*>(bytes.data()) + size_t(offset) * size, sizes, strides, [owner = m_owner](void*) {},
            options);
    // The old format lays storages anywhere: such data lies askew and is copied.
    const at::Tensor storage = at::empty({int64_t(bytes.size() / size)}, options);
    std::memcpy(storage.data_ptr(), bytes.data(), storage.nbytes());
    return storage.as_strided(sizes, strides, offset);
}

void PickleReader::call()
{
    const Item arguments = pop(), callee = pop();
    if (callee.kind != Item::Kind::Name || arguments.kind != Item::Kind::Tuple)
        damaged();
    if (callee.name == kRebuildTensor)
        return push(TorchValue(rebuildTensor(arguments.parts)));
    if (callee.name == kRebuildParameter && !arguments.parts.empty() && arguments.parts[0].value.tensor())
        return push(arguments.parts[0].value);
    if (callee.name != kOrderedDict || !arguments.parts.empty())
        refuse("a call of " + callee.name);
    push(TorchValue(std::make_shared<TorchValue::Dict>()));
}

bool PickleReader::isConstant(unsigned char instruction)
{
    switch (instruction) {
    case 'N':
        return push({}), true;
    case 0x88:
    case 0x89:
        return push(TorchValue(instruction == 0x88)), true;
    case 'K':
        return push(TorchValue(int64_t(number(1)))), true;
    case 'M':
        return push(TorchValue(int64_t(number(2)))), true;
    case 'J':
        return push(TorchValue(int64_t(int32_t(uint32_t(number(4)))))), true;
    case 0x8A: { // LONG1: little-endian two's complement
        const int bytes = int(number(1));
        if (bytes > 8)
            refuse("a number of more than 64 bits");
        uint64_t value = number(bytes);
        if (bytes > 0 && bytes < 8 && (value >> (8 * bytes - 1)) & 1)
            value |= ~uint64_t(0) << (8 * bytes);
        return push(TorchValue(int64_t(value))), true;
    }
    case 'G': { // big-endian
        uint64_t bits = 0;
        for (const char byte : take(8))
            bits = (bits << 8) | static_cast<unsigned char>(byte);
        return push(TorchValue(std::bit_cast<double>(bits))), true;
    }
    case 'X':
        return push(TorchValue(std::string(take(number(4))))), true;
    case 'T': // BINSTRING, of Python 2
        return push(TorchValue(std::string(take(number(4))))), true;
    case 'U':
    case 0x8C:
        return push(TorchValue(std::string(take(number(1))))), true;
    default:
        return false;
    }
}

bool PickleReader::isContainer(unsigned char instruction)
{
    const auto lastOnes = [&](size_t count) {
        std::vector<Item> items(count);
        for (size_t i = count; i-- > 0;)
            items[i] = pop();
        return items;
    };
    switch (instruction) {
    case '}':
        return push(TorchValue(std::make_shared<TorchValue::Dict>())), true;
    case ']':
        return push(TorchValue(std::make_shared<TorchValue::List>())), true;
    case ')':
        return pushTuple({}), true;
    case 't':
        return pushTuple(popToMark()), true;
    case 0x85:
    case 0x86:
    case 0x87:
        return pushTuple(lastOnes(size_t(instruction - 0x84))), true;
    case 'a':
        return append(lastOnes(1)), true;
    case 'e':
        return append(popToMark()), true;
    case 's':
        return setItems(lastOnes(2)), true;
    case 'u':
        return setItems(popToMark()), true;
    default:
        return false;
    }
}

void PickleReader::carryOut(unsigned char instruction)
{
    switch (instruction) {
    case 0x80: // PROTO
        take(1);
        return;
    case 0x95: // FRAME
        take(8);
        return;
    case '(':
        m_stack.push_back({Item::Kind::Mark});
        return;
    case 'c': {
        const std::string module = line();
        return pushName(module + "." + line());
    }
    case 0x93: { // STACK_GLOBAL
        const Item name = pop(), module = pop();
        const std::string *first = module.value.as<std::string>(), *second = name.value.as<std::string>();
        if (!first || !second)
            damaged();
        return pushName(*first + "." + *second);
    }
    case 'q':
        return remember(number(1));
    case 'r':
        return remember(number(4));
    case 0x94: // MEMOIZE
        return remember(m_memo.size());
    case 'h':
        return recall(number(1));
    case 'j':
        return recall(number(4));
    case 'Q':
        return loadStorage();
    case 'R':
        return call();
    case 'b': // BUILD: attributes of a dictionary (torch's _metadata), which say nothing of its values
        pop();
        if (m_stack.empty() || !m_stack.back().value.dict())
            refuse("an object with attributes");
        return;
    default:
        refuse(fmt::format("the instruction 0x{:02X}", instruction));
    }
}

TorchValue PickleReader::read()
{
    for (size_t steps = 0; steps < 64 * kMostItems; ++steps) {
        const auto instruction = static_cast<unsigned char>(take(1)[0]);
        if (instruction == '.')
            return valueOf(pop());
        if (m_stack.size() >= kMostItems)
            damaged();
        if (!isConstant(instruction) && !isContainer(instruction))
            carryOut(instruction);
    }
    damaged();
}

} // namespace fettle
