// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/tensors/safetensors.h"
#include "core/tensors/safetensors_header.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

void writeSafetensors(FileWriter& writer, const NamedTensors& tensors, std::map<std::string, std::string> metadata)
{
    // The reference library's order: wide types first (so that all data is aligned), then by name.
    std::vector<const std::pair<std::string, at::Tensor>*> order;
    for (const auto& entry : tensors)
        order.push_back(&entry);
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
        const auto left = a->second.element_size(), right = b->second.element_size();
        return left != right ? left > right : a->first < b->first;
    });

    metadata.emplace("format", "pt");
    Json header;
    header["__metadata__"] = metadata;
    uint64_t offset = 0;
    for (const auto* entry : order) {
        const auto name = safetensorsName(entry->second.scalar_type());
        if (!name || header.contains(entry->first))
            throw Error(ErrorCode::Failed, fmt::format("Tensor {} cannot be written as safetensors.", entry->first));
        const uint64_t end = offset + entry->second.nbytes();
        header[entry->first] = {
            {"dtype", *name}, {"shape", entry->second.sizes().vec()}, {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string text = jsonText(header);
    text.resize((text.size() + 7) / 8 * 8, ' ');

    char length[8];
    for (int i = 0; i < 8; ++i)
        length[i] = static_cast<char>(static_cast<uint64_t>(text.size()) >> (8 * i));
    writer.write({length, sizeof length});
    writer.write(text);
    for (const auto* entry : order) { // one by one: what is gigabytes is never held in memory twice
        const at::Tensor flat = entry->second.detach().cpu().contiguous();
        writer.write({static_cast<const char*>(flat.const_data_ptr()), flat.nbytes()});
    }
}

void writeSafetensors(const std::filesystem::path& file, const NamedTensors& tensors,
                      std::map<std::string, std::string> metadata)
{
    FileWriter writer(file);
    writeSafetensors(writer, tensors, std::move(metadata));
    writer.close();
}

} // namespace fettle
