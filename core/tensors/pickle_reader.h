// SPDX-License-Identifier: GPL-3.0-or-later
// The few instructions of Python's pickles that torch.save needs for values. Inside the room only (see torch_file.h).
#pragma once

#include "core/tensors/torch_file.h"

#include <functional>
#include <string_view>
#include <unordered_map>

namespace fettle
{

class PickleReader
{
public:
    /// The bytes of a tensor's storage: by its key, with so many elements of so many bytes.
    using Storages = std::function<std::string_view(const std::string& key, uint64_t count, uint64_t elementSize)>;

    /// Tensors are views into the storages, which live as long as `owner`.
    PickleReader(std::string_view pickle, const std::string& source, Storages storages,
                 std::shared_ptr<const void> owner)
        : m_pickle(pickle), m_source(source), m_storages(std::move(storages)), m_owner(std::move(owner))
    {
    }
    /// Throws BadInput for an instruction or a name that is not among the known ones.
    TorchValue read();
    /// What stands behind the value that was read.
    std::string_view rest() const { return m_pickle; }

private:
    struct Item {
        enum class Kind { Value, Mark, Name, Storage, Tuple } kind = Kind::Value;
        TorchValue value = {};
        std::string name = {};        ///< "torch._utils._rebuild_tensor_v2"; of a storage its type
        std::string_view bytes = {};  ///< of a storage
        std::vector<Item> parts = {}; ///< of a tuple
        size_t depth = 0;             ///< of a tuple: how many stand in each other
    };

    [[noreturn]] void refuse(const std::string& what) const;
    [[noreturn]] void damaged() const;
    std::string_view take(uint64_t count);
    uint64_t number(int bytes);
    std::string line();
    Item pop();
    std::vector<Item> popToMark();
    void push(TorchValue value) { m_stack.push_back({Item::Kind::Value, std::move(value)}); }
    void pushTuple(std::vector<Item> parts);
    void pushName(const std::string& name);
    void remember(uint64_t place);
    void recall(uint64_t place);
    void append(std::vector<Item> items);
    void setItems(std::vector<Item> items);
    void loadStorage();
    void call();
    TorchValue valueOf(const Item& item) const;
    size_t depthOf(const Item& item);
    void nest(const void* container, const Item& item);
    at::Tensor rebuildTensor(const std::vector<Item>& arguments) const;
    at::Tensor viewOf(std::string_view bytes, int64_t offset, at::ScalarType type, const std::vector<int64_t>& sizes,
                      const std::vector<int64_t>& strides) const;
    bool isConstant(unsigned char instruction);
    bool isContainer(unsigned char instruction);
    void carryOut(unsigned char instruction);

    std::string_view m_pickle;
    const std::string& m_source;
    Storages m_storages;
    std::shared_ptr<const void> m_owner;
    std::vector<Item> m_stack;
    std::unordered_map<uint64_t, Item> m_memo;
    std::unordered_map<const void*, size_t> m_depths; ///< of lists and dictionaries
    /// Those that stand in another: they are complete, and kept, so that no later one gets the address of one of them.
    std::unordered_map<const void*, TorchValue> m_closed;
};

} // namespace fettle
