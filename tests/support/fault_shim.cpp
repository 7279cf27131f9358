// SPDX-License-Identifier: GPL-3.0-or-later
// A library to be preloaded: file system calls under one folder are slow, or one of them fails; the disk is as free as
// a test says. Settings come from the environment:
//   FETTLE_FAULT_UNDER     the folder whose calls count
//   FETTLE_FAULT_AT        number of the call that fails, from 1 (none: no call fails)
//   FETTLE_FAULT_ERRNO     with this error (ENOSPC)
//   FETTLE_FAULT_SLEEP_MS  and so much later
//   FETTLE_FAULT_DELAY_MS  every call takes so much longer
//   FETTLE_FREE_BYTES      what statvfs says is free
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace
{

long setting(const char* name)
{
    const char* text = std::getenv(name);
    return text ? std::atol(text) : 0;
}

template <typename Function>
Function next(const char* name)
{
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

/// Whether the call on this path is to fail; waits where it is to be slow.
bool fails(const char* path)
{
    static std::atomic<long> calls{0};
    const char* under = std::getenv("FETTLE_FAULT_UNDER");
    if (!under || !path || std::strncmp(path, under, std::strlen(under)) != 0)
        return false;
    if (const long delay = setting("FETTLE_FAULT_DELAY_MS"))
        ::usleep(static_cast<useconds_t>(delay * 1000));
    if (++calls != setting("FETTLE_FAULT_AT"))
        return false;
    ::usleep(static_cast<useconds_t>(setting("FETTLE_FAULT_SLEEP_MS") * 1000));
    const long error = setting("FETTLE_FAULT_ERRNO");
    errno = error ? static_cast<int>(error) : ENOSPC;
    return true;
}

bool fails(int descriptor)
{
    char link[64], path[4096];
    std::snprintf(link, sizeof(link), "/proc/self/fd/%d", descriptor);
    const ssize_t length = ::readlink(link, path, sizeof(path) - 1);
    if (length < 0)
        return false;
    path[length] = 0;
    return fails(path);
}

} // namespace

extern "C" {

int mkdir(const char* path, mode_t mode)
{
    return fails(path) ? -1 : next<int (*)(const char*, mode_t)>("mkdir")(path, mode);
}
int rmdir(const char* path)
{
    return fails(path) ? -1 : next<int (*)(const char*)>("rmdir")(path);
}
int unlink(const char* path)
{
    return fails(path) ? -1 : next<int (*)(const char*)>("unlink")(path);
}
int rename(const char* from, const char* to)
{
    return fails(to) ? -1 : next<int (*)(const char*, const char*)>("rename")(from, to);
}
int open(const char* path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    return fails(path) ? -1 : next<int (*)(const char*, int, ...)>("open")(path, flags, mode);
}
int flock(int descriptor, int operation)
{
    return fails(descriptor) ? -1 : next<int (*)(int, int)>("flock")(descriptor, operation);
}
int fsync(int descriptor)
{
    return fails(descriptor) ? -1 : next<int (*)(int)>("fsync")(descriptor);
}
ssize_t write(int descriptor, const void* data, size_t size)
{
    return fails(descriptor) ? -1 : next<ssize_t (*)(int, const void*, size_t)>("write")(descriptor, data, size);
}
int statvfs(const char* path, struct statvfs* status)
{
    const int result = next<int (*)(const char*, struct statvfs*)>("statvfs")(path, status);
    if (result == 0 && std::getenv("FETTLE_FREE_BYTES"))
        status->f_bavail = status->f_bfree = static_cast<fsblkcnt_t>(setting("FETTLE_FREE_BYTES")) / status->f_frsize;
    return result;
}

} // extern "C"
