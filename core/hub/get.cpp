// SPDX-License-Identifier: GPL-3.0-or-later
// From the Hub into the cache: resumed, checked, and never half a file under its final name.
#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/hub/cache.h"
#include "core/hub/complaints.h"
#include "core/hub/http.h"
#include "core/hub/hub.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fettle
{

namespace
{

/// The lock that huggingface_hub takes too (flock). Where the file system has none, none is taken: each blob is checked
/// before it gets its name.
class BlobLock
{
public:
    explicit BlobLock(fs::path file) : m_file(std::move(file)) {}
    ~BlobLock() { release(); }
    BlobLock(const BlobLock&) = delete;
    BlobLock& operator=(const BlobLock&) = delete;

    /// False where another process holds it.
    bool take()
    {
        release();
        m_descriptor = ::open(m_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0664);
        if (m_descriptor < 0)
            throwFileError(m_file, "could not be created", errno);
        if (::flock(m_descriptor, LOCK_EX | LOCK_NB) != 0)
            return errno != EWOULDBLOCK && errno != EINTR;
        struct stat own = {};
        return ::fstat(m_descriptor, &own) != 0 ||
               own.st_nlink > 0; // else its holder removed it, and another one counts
    }

private:
    void release()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
        m_descriptor = -1;
    }

    fs::path m_file;
    int m_descriptor = -1;
};

/// The file under its passing name: what is there is gone on with.
class PartialFile
{
public:
    PartialFile(fs::path path, uint64_t wholeSize) : m_path(std::move(path)), m_wholeSize(wholeSize)
    {
        m_descriptor = ::open(m_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (m_descriptor < 0)
            throwFileError(m_path, "could not be created", errno);
        const off_t end = ::lseek(m_descriptor, 0, SEEK_END);
        m_size = end > 0 ? static_cast<uint64_t>(end) : 0;
        if (m_size > m_wholeSize)
            restart();
    }
    ~PartialFile() { ::close(m_descriptor); }
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    uint64_t size() const { return m_size; }
    bool isWhole() const { return m_size == m_wholeSize; }

    void restart()
    {
        if (::ftruncate(m_descriptor, 0) != 0 || ::lseek(m_descriptor, 0, SEEK_SET) != 0)
            throwFileError(m_path, "could not be written", errno);
        m_size = 0;
    }

    void append(std::string_view bytes)
    {
        writeAll(m_descriptor, bytes, m_path);
        m_size += bytes.size();
    }

    void moveTo(const fs::path& place)
    {
        if (::fsync(m_descriptor) != 0 && errno != EINVAL)
            throwFileError(m_path, "could not be written", errno);
        if (::rename(m_path.c_str(), place.c_str()) != 0)
            throwFileError(place, "could not be created", errno);
    }

private:
    fs::path m_path;
    uint64_t m_wholeSize = 0, m_size = 0;
    int m_descriptor = -1;
};

/// Where a 206 begins: "bytes 100-199/200" is 100.
std::optional<uint64_t> beginOfRange(const std::string& contentRange)
{
    const size_t begin = contentRange.find_first_of("0123456789"), end = contentRange.find('-', begin);
    if (begin == std::string::npos || end == std::string::npos)
        return std::nullopt;
    const auto number = parseInteger(contentRange.substr(begin, end - begin));
    return number && *number >= 0 ? std::optional(static_cast<uint64_t>(*number)) : std::nullopt;
}

/// Before the first byte of an answer: the file stands where it goes on.
void standAt(PartialFile& partial, const HttpAnswer& head)
{
    if (partial.size() == 0)
        return;
    if (head.status == 200 || beginOfRange(head.header("content-range")) != partial.size())
        partial.restart();
}

std::string checksumOf(const fs::path& file, const std::string& etag)
{
    return etag.size() == 64 ? sha256OfFile(file) : gitHashOfFile(file);
}

Error damageError(const HubName& name, const HubFile& file, const std::string& checksum)
{
    return Error(
        ErrorCode::Failed,
        fmt::format("{} of {} came damaged, twice: its checksum is {}, and {} was announced. It was thrown away.",
                    shown(file.path), name.id, checksum, file.etag),
        "Try again later, or without the proxy that is in between.");
}

/// A whole answer, and yet not the file's bytes: a login page, or a range that is not there.
bool isAnotherThing(const HttpAnswer& answer)
{
    return answer.isWhole() || answer.status == 416;
}

Error anotherThingError(const HttpAnswer& answer, const HubFile& file)
{
    return Error(ErrorCode::Failed,
                 fmt::format("{} sends something else than the {} bytes of {} that it announced.", answer.host,
                             grouped(static_cast<int64_t>(file.size)), shown(file.path)),
                 "A proxy or a login page of the network may have answered: check them.");
}

/// One answer, as far as it comes, into the file.
HttpAnswer receive(Http& http, const std::string& url, const HubFile& file, PartialFile& partial,
                   const std::function<void()>& tell)
{
    bool begun = false;
    return http.get(url, partial.size(), [&](const HttpAnswer& head, std::string_view bytes) {
        if (!std::exchange(begun, true))
            standAt(partial, head);
        if (partial.size() + bytes.size() > file.size) {
            partial.restart();
            throw Error(ErrorCode::Failed,
                        fmt::format("{} sends more of {} than the {} bytes that it announced. It was thrown away.",
                                    head.host, shown(file.path), grouped(static_cast<int64_t>(file.size))),
                        "Try again later, or without the proxy that is in between.");
        }
        partial.append(bytes);
        tell();
    });
}

void requireRoom(const HubDownload& plan, uint64_t resumed)
{
    constexpr uint64_t spare = 50'000'000; // a full disk is nobody's friend
    const uint64_t wanted = plan.fetchedBytes - std::min(plan.fetchedBytes, resumed);
    const uint64_t free = freeDiskBytes(plan.folder);
    if (wanted > 0 && free < wanted + spare)
        throw Error(ErrorCode::OutOfResources,
                    fmt::format("{} are to be fetched, and {} are free in {}. Nothing was fetched.", humanBytes(wanted),
                                humanBytes(free), plan.folder.parent_path().parent_path().parent_path().string()),
                    "Make room, or name another folder for the cache: HF_HUB_CACHE=FOLDER.");
}

} // namespace

void Hub::fillIncomplete(const HubName& name, const CachePlace& place, const HubFile& file, HubProgress& progress)
{
    const std::string url = fileUrl(name, place.snapshot().filename().string(), file.path);
    const uint64_t before = progress.bytes;
    PartialFile partial(place.incomplete(file), file.size);
    const auto tell = [&] {
        progress.bytes = before + partial.size();
        if (m_hooks.onProgress)
            m_hooks.onProgress(progress);
    };
    tell();
    uint64_t most = partial.size();
    for (int failures = 0, damages = 0;;) {
        HttpAnswer last;
        if (!partial.isWhole())
            last = receive(*m_http, url, file, partial, tell);
        if (partial.isWhole()) {
            const std::string checksum = checksumOf(place.incomplete(file), file.etag);
            if (checksum == file.etag)
                return partial.moveTo(place.blob(file));
            partial.restart();
            tell();
            if (++damages == 2)
                throw damageError(name, file, checksum);
            continue;
        }
        if (isAnotherThing(last))
            partial.restart();
        else if (!isPassing(last, true))
            throw hubError(last, {name, file.path}, m_settings);
        failures = partial.size() > most ? 1 : failures + 1;
        most = std::max(most, partial.size());
        if (failures >= m_settings.tries)
            throw isAnotherThing(last) ? anotherThingError(last, file) : hubError(last, {name, file.path}, m_settings);
        waitAfter(last, failures);
    }
}

void Hub::fetch(const HubName& name, const CachePlace& place, const HubFile& file, HubProgress& progress)
{
    if (place.has(file))
        return;
    progress.file = file.path;
    place.makeFolders(file);
    BlobLock lock(place.lock(file));
    for (int waits = 0; !lock.take(); ++waits) {
        if (waits == 0 && m_hooks.onNotice)
            m_hooks.onNotice(fmt::format("another program fetches {}: waiting for it", shown(file.path)));
        m_http->pause(0.1);
    }
    if (!fs::exists(place.blob(file)))
        fillIncomplete(name, place, file, progress);
    if (!place.has(file))
        place.link(file);
}

HubDownload Hub::get(const HubName& name, const std::function<void(const HubDownload& plan)>& begin)
{
    HubDownload plan;
    plan.commit = facts(name).commit;
    const std::vector<HubFile> wanted = needed(name, plan.commit, files(name, plan.commit));
    const CachePlace place(name, plan.commit);
    plan.folder = place.snapshot();
    uint64_t resumed = 0;
    for (const HubFile& file : wanted) {
        std::error_code missing;
        requirePathInside(file.path);
        plan.files.push_back(file.path);
        plan.bytes += file.size;
        if (place.has(file) || fs::exists(place.blob(file)))
            continue;
        plan.fetchedBytes += file.size;
        if (const auto size = fs::file_size(place.incomplete(file), missing); !missing)
            resumed += std::min<uint64_t>(size, file.size);
    }
    requireRoom(plan, resumed);
    if (begin)
        begin(plan);
    HubProgress progress{{}, 0, plan.fetchedBytes};
    for (const HubFile& file : wanted)
        fetch(name, place, file, progress);
    place.writeRef(name.wantedRevision());
    return plan;
}

} // namespace fettle
