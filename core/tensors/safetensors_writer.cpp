// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/tensors/safetensors.h"
#include "core/tensors/safetensors_header.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace fettle
{

namespace
{

// A file beside the target that takes the target's name only when it is whole and on the disk. Streams: a checkpoint
// of gigabytes is never held in memory twice.
class SafetensorsSink
{
public:
    explicit SafetensorsSink(const std::filesystem::path& target)
        : m_target(target), m_part(fmt::format("{}.{}.part", target.string(), getpid()))
    {
        m_descriptor = ::open(m_part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (m_descriptor < 0)
            throwFileError(m_target, "cannot be written", errno);
    }
    ~SafetensorsSink()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
        if (!m_done)
            ::unlink(m_part.c_str());
    }
    SafetensorsSink(const SafetensorsSink&) = delete;
    SafetensorsSink& operator=(const SafetensorsSink&) = delete;

    void write(const void* data, size_t bytes)
    {
        const char* at = static_cast<const char*>(data);
        while (bytes > 0) {
            const ssize_t written = ::write(m_descriptor, at, std::min<size_t>(bytes, size_t{1} << 30));
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0)
                throwFileError(m_target, "cannot be written", errno);
            at += written;
            bytes -= static_cast<size_t>(written);
        }
    }

    void finish()
    {
        const int descriptor = std::exchange(m_descriptor, -1);
        const bool synced = ::fsync(descriptor) == 0;
        const int syncError = errno;
        if (::close(descriptor) != 0 || !synced)
            throwFileError(m_target, "cannot be written", synced ? errno : syncError);
        if (::rename(m_part.c_str(), m_target.c_str()) != 0)
            throwFileError(m_target, "cannot be written", errno);
        m_done = true;
        const std::filesystem::path folder = m_target.has_parent_path() ? m_target.parent_path() : ".";
        if (const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); handle >= 0) {
            ::fsync(handle); // the new name, too; some file systems refuse, and have it anyway
            ::close(handle);
        }
    }

private:
    std::filesystem::path m_target, m_part;
    int m_descriptor = -1;
    bool m_done = false;
};

} // namespace

void writeSafetensors(const std::filesystem::path& file, const std::vector<std::pair<std::string, at::Tensor>>& tensors,
                      std::map<std::string, std::string> metadata)
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

    SafetensorsSink sink(file);
    unsigned char length[8];
    for (int i = 0; i < 8; ++i)
        length[i] = static_cast<unsigned char>(static_cast<uint64_t>(text.size()) >> (8 * i));
    sink.write(length, sizeof length);
    sink.write(text.data(), text.size());
    for (const auto* entry : order) {
        const at::Tensor flat = entry->second.detach().cpu().contiguous();
        sink.write(flat.const_data_ptr(), flat.nbytes());
    }
    sink.finish();
}

} // namespace fettle
