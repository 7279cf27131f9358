// SPDX-License-Identifier: GPL-3.0-or-later
// Files of torch.save, read without running anything in them: tensors, numbers, texts, lists and dictionaries come out,
// and whatever else a file asks for is refused. (A pickle can name any function of Python; here a handful of names are
// known, each of which builds a tensor or an empty dictionary.) Files of the same values are written.
#pragma once

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace fettle
{

class TorchValue
{
public:
    struct None {
    };
    using List = std::vector<TorchValue>; ///< tuples too
    using Dict = std::vector<std::pair<TorchValue, TorchValue>>;
    using Content = std::variant<None, bool, int64_t, double, std::string, std::shared_ptr<List>, std::shared_ptr<Dict>,
                                 at::Tensor>;

    TorchValue() = default; ///< None
    TorchValue(Content content) : m_content(std::move(content)) {}
    TorchValue(List values) : m_content(std::make_shared<List>(std::move(values))) {}
    TorchValue(Dict entries) : m_content(std::make_shared<Dict>(std::move(entries))) {}

    /// Null where it is something else.
    template <typename T>
    const T* as() const
    {
        return std::get_if<T>(&m_content);
    }
    const List* list() const;
    const Dict* dict() const;
    const at::Tensor* tensor() const { return as<at::Tensor>(); }
    /// A number of any kind, a tensor of one element too; `fallback` otherwise.
    double number(double fallback) const;
    /// An entry of a dictionary; null where it is none or has none.
    const TorchValue* find(const std::string& key) const;
    const TorchValue* find(int64_t key) const;

    Content& content() { return m_content; }
    const Content& content() const { return m_content; }

private:
    Content m_content;
};

/// Both formats: zip archives, and that of before PyTorch 1.6. Tensors are views into the file's map, which lives as
/// long as they do: copy what is to be changed. Throws BadInput for a file that is damaged or asks for more than
/// values.
TorchValue readTorchFile(const std::filesystem::path& file);

/// As torch.save does, for torch.load(weights_only=True); at its place, as writeFile. Lists stay lists, whatever they
/// were read from. Throws OutOfResources when the disk is full.
void writeTorchFile(const std::filesystem::path& file, const TorchValue& value);

} // namespace fettle
