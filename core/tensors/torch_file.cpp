// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/torch_file.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/zip_archive.h"
#include "core/tensors/pickle_reader.h"

#include <cstring>
#include <fmt/format.h>
#include <map>

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

namespace
{

using Storages = PickleReader::Storages;

[[noreturn]] void throwOtherByteOrder(const std::string& source)
{
    throw badInput(fmt::format("{} was written on a machine of another byte order", source),
                   "Save it anew on this machine.");
}

[[noreturn]] void throwIncomplete(const std::string& source)
{
    throw badInput(fmt::format("{}: a part of it is missing", source), "It may be damaged; save it anew.");
}

/// The parts of an archive of torch.save, which packs nothing.
std::map<std::string, std::string_view, std::less<>> storedMembers(std::string_view archive, const std::string& source)
{
    const Error broken = badInput(fmt::format("{} is no whole file of torch.save", source),
                                  "It may be cut short, or older than PyTorch 1.6; save it anew.");
    std::map<std::string, std::string_view, std::less<>> found;
    for (const auto& [name, member] : zipMembers(archive, broken)) {
        if (member.method != 0 || member.packed.size() != member.size)
            throw badInput(fmt::format("{}: {} in it is packed", source, name),
                           "torch.save stores its parts unpacked; save the checkpoint anew.");
        found[name] = member.packed;
    }
    return found;
}

TorchValue readArchive(const std::shared_ptr<MappedFile>& mapped, std::string_view bytes, const std::string& source)
{
    const auto members = storedMembers(bytes, source);
    for (const auto& [name, content] : members)
        if (name.ends_with("/data.pkl")) {
            const std::string folder = name.substr(0, name.size() - std::string_view("data.pkl").size());
            const auto order = members.find(folder + "byteorder");
            if (order != members.end() && order->second != "little")
                throwOtherByteOrder(source);
            const Storages storages = [&](const std::string& key, uint64_t, uint64_t) {
                const auto found = members.find(folder + "data/" + key);
                if (found == members.end())
                    throwIncomplete(source);
                return found->second;
            };
            return PickleReader(content, source, storages, mapped).read();
        }
    throw badInput(fmt::format("{} is no file of torch.save", source), "It holds no data.pkl.");
}

/// The pickle of torch.save's magic number, with which a file of before PyTorch 1.6 begins.
constexpr std::string_view legacyMagic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15);
constexpr int legacyVersion = 1001;

/// Pickles one after the other (magic number, version, facts of the machine, the value, the keys of its storages), then
/// the storages in the order of the keys, each behind the number of its elements (torch/serialization.py).
TorchValue readLegacy(const std::shared_ptr<MappedFile>& mapped, std::string_view bytes, const std::string& source)
{
    const std::string_view whole = bytes;
    const auto next = [&](const Storages& storages) {
        PickleReader reader(bytes, source, storages, mapped);
        TorchValue value = reader.read();
        bytes = reader.rest();
        return value;
    };
    const Storages none = [&](const std::string&, uint64_t, uint64_t) -> std::string_view { throwIncomplete(source); };
    bytes.remove_prefix(legacyMagic.size());
    if (next(none).number(0) != legacyVersion)
        throw badInput(fmt::format("{} is of an unknown version of torch.save", source), "Save it anew.");
    const TorchValue machine = next(none);
    if (const TorchValue* little = machine.find("little_endian"); little && little->as<bool>() && !*little->as<bool>())
        throwOtherByteOrder(source);

    // The storages lie behind the value that asks for them. So it is read twice: first for where it ends and how large
    // they are, with the beginning of the file in the place of each.
    struct Extent {
        uint64_t count = 0, size = 0;
    };
    std::map<std::string, Extent> extents;
    const std::string_view pickle = bytes;
    next([&](const std::string& key, uint64_t count, uint64_t elementSize) {
        if (count > whole.size() / elementSize)
            throwIncomplete(source);
        extents[key] = {count, count * elementSize};
        return whole.substr(0, count * elementSize);
    });
    const TorchValue keys = next(none);
    std::map<std::string, std::string_view> storages;
    for (const TorchValue& each : keys.list() ? *keys.list() : TorchValue::List()) {
        const std::string* key = each.as<std::string>();
        const auto extent = key ? extents.find(*key) : extents.end();
        uint64_t count = 0;
        if (extent == extents.end() || bytes.size() < sizeof count)
            throwIncomplete(source);
        std::memcpy(&count, bytes.data(), sizeof count);
        bytes.remove_prefix(sizeof count);
        if (count != extent->second.count || bytes.size() < extent->second.size)
            throwIncomplete(source);
        storages[*key] = bytes.substr(0, extent->second.size);
        bytes.remove_prefix(extent->second.size);
    }
    const Storages stored = [&](const std::string& key, uint64_t count, uint64_t) {
        const auto found = storages.find(key);
        if (found == storages.end() || extents[key].count != count)
            throwIncomplete(source);
        return found->second;
    };
    return PickleReader(pickle, source, stored, mapped).read();
}

} // namespace

TorchValue readTorchFile(const std::filesystem::path& file)
{
    const auto mapped = std::make_shared<MappedFile>(file);
    const std::string_view bytes(reinterpret_cast<const char*>(mapped->data()), mapped->size());
    return bytes.starts_with(legacyMagic) ? readLegacy(mapped, bytes, file.string())
                                          : readArchive(mapped, bytes, file.string());
}

} // namespace fettle
