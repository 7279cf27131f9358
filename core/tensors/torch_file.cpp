// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/torch_file.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/tensors/pickle_reader.h"
#include "core/tensors/zip_archive.h"

#include <fmt/format.h>

namespace fettle
{

const TorchValue::List* TorchValue::list() const
{
    const auto* held = as<std::shared_ptr<List>>();
    return held ? held->get() : nullptr;
}

const TorchValue::Dict* TorchValue::dict() const
{
    const auto* held = as<std::shared_ptr<Dict>>();
    return held ? held->get() : nullptr;
}

double TorchValue::number(double fallback) const
{
    if (const int64_t* whole = as<int64_t>())
        return static_cast<double>(*whole);
    if (const double* real = as<double>())
        return *real;
    return tensor() && tensor()->numel() == 1 ? tensor()->item<double>() : fallback;
}

const TorchValue* TorchValue::find(const std::string& key) const
{
    if (const Dict* entries = dict())
        for (const auto& [name, value] : *entries)
            if (const std::string* text = name.as<std::string>(); text && *text == key)
                return &value;
    return nullptr;
}

const TorchValue* TorchValue::find(int64_t key) const
{
    if (const Dict* entries = dict())
        for (const auto& [name, value] : *entries)
            if (const int64_t* number = name.as<int64_t>(); number && *number == key)
                return &value;
    return nullptr;
}

TorchValue readTorchFile(const std::filesystem::path& file)
{
    const MappedFile mapped(file);
    const std::string source = file.string();
    const std::string_view bytes(reinterpret_cast<const char*>(mapped.data()), mapped.size());
    const auto members = storedMembers(bytes, source);
    for (const auto& [name, content] : members)
        if (name.ends_with("/data.pkl")) {
            const std::string folder = name.substr(0, name.size() - std::string_view("data.pkl").size());
            const auto order = members.find(folder + "byteorder");
            if (order != members.end() && order->second != "little")
                throw badInput(fmt::format("{} was written on a machine of another byte order", source),
                               "Save it anew on this machine.");
            return PickleReader(content, source,
                                [&](const std::string& key) -> std::string_view {
                                    const auto found = members.find(folder + "data/" + key);
                                    if (found == members.end())
                                        throw badInput(fmt::format("{}: a part of it is missing", source),
                                                       "It may be damaged; save it anew.");
                                    return found->second;
                                })
                .read();
        }
    throw badInput(fmt::format("{} is no file of torch.save", source), "It holds no data.pkl.");
}

} // namespace fettle
