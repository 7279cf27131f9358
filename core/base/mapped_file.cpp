// SPDX-License-Identifier: GPL-3.0-or-later
// Maps of files that outlive what others do to the files.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fettle
{

struct MapWatch {
    std::atomic<uintptr_t> begin{0};
    std::atomic<size_t> size{0}; ///< 0: the place is free
    std::atomic<bool> isLost{false};
};

namespace
{

// As many as there are, for a signal handler may wait for nobody. A map beyond them is not watched.
std::array<MapWatch, 1024> watches;
struct sigaction handlerBefore = {};
uintptr_t pageBytes = 4096;

/// A page of a map that its file no longer has: zeros take its place and that of all behind it, as Wayland's
/// compositors do with their clients' buffers (wl_shm_buffer_begin_access).
void fillLostPages(int signal, siginfo_t* fault, void*)
{
    const int before = errno;
    const auto address = reinterpret_cast<uintptr_t>(fault->si_addr);
    for (MapWatch& watch : watches) {
        const uintptr_t begin = watch.begin.load();
        const size_t size = watch.size.load();
        if (begin == 0 || address < begin || address - begin >= size)
            continue;
        const uintptr_t inPage = address % pageBytes;
        auto* page = static_cast<std::byte*>(fault->si_addr) - inPage;
        if (::mmap(page, begin + size - (address - inPage), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                   0) == MAP_FAILED)
            break;
        watch.isLost = true;
        errno = before;
        return;
    }
    ::sigaction(signal, &handlerBefore, nullptr); // the fault comes again, to whom it belongs
}

bool watchForLostPages()
{
    pageBytes = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action = {};
    action.sa_sigaction = fillLostPages;
    action.sa_flags = SA_SIGINFO;
    ::sigemptyset(&action.sa_mask);
    return ::sigaction(SIGBUS, &action, &handlerBefore) == 0;
}

MapWatch* watchMap(const void* data, size_t size)
{
    [[maybe_unused]] static const bool isWatching = watchForLostPages();
    for (MapWatch& watch : watches) {
        size_t isFree = 0;
        if (!watch.size.compare_exchange_strong(isFree, size))
            continue;
        watch.isLost = false;
        watch.begin = reinterpret_cast<uintptr_t>(data);
        return &watch;
    }
    return nullptr;
}

bool isSame(const timespec& a, const timespec& b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

} // namespace

MappedFile::MappedFile(const fs::path& file) : m_path(file)
{
    m_descriptor = openForReading(file, O_NONBLOCK);
    try {
        requireRegularFile(m_descriptor, file);
        struct stat status = {};
        ::fstat(m_descriptor, &status);
        m_size = static_cast<size_t>(status.st_size);
        m_written = status.st_mtim;
        if (m_size == 0) // an empty map is no map
            return;
        void* address = ::mmap(nullptr, m_size, PROT_READ, MAP_PRIVATE, m_descriptor, 0);
        if (address == MAP_FAILED)
            throw badInput(fmt::format("{}: could not be mapped: {}", file.string(), std::strerror(errno)));
        m_data = static_cast<const std::byte*>(address);
        m_watch = watchMap(m_data, m_size);
    } catch (...) {
        ::close(m_descriptor);
        throw;
    }
}

MappedFile::~MappedFile()
{
    if (m_watch) {
        m_watch->begin = 0;
        m_watch->size = 0;
    }
    if (m_data)
        ::munmap(const_cast<std::byte*>(m_data), m_size);
    ::close(m_descriptor);
}

void MappedFile::requireUnchanged() const
{
    const bool isLost = m_watch && m_watch->isLost;
    struct stat status = {};
    const bool isKnown = ::fstat(m_descriptor, &status) == 0;
    if (!isLost && isKnown && static_cast<size_t>(status.st_size) == m_size && isSame(status.st_mtim, m_written))
        return;
    const bool isShort = isKnown && static_cast<size_t>(status.st_size) < m_size;
    throw badInput(fmt::format("{} {} while it was in use.", m_path.string(),
                               isShort  ? "was cut short"
                               : isLost ? "could no longer be read"
                                        : "was written to"),
                   "Put the file back as it was and go on from the last checkpoint. A file is safely replaced by "
                   "another one of its name (mv), not by writing into it.");
}

} // namespace fettle
