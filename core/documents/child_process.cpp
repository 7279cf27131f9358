// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/child_process.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fettle
{

namespace
{

class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int descriptor) : m_descriptor(descriptor) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }
    int get() const { return m_descriptor; }
    void set(int descriptor) { m_descriptor = descriptor; }
    void close()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
        m_descriptor = -1;
    }

private:
    int m_descriptor = -1;
};

Error childFailed(const char* what)
{
    return Error(ErrorCode::Failed,
                 fmt::format("No other program could be started: {}: {}.", what, std::strerror(errno)), {}, "data");
}

struct ChildPipe {
    Descriptor read, write;
    ChildPipe()
    {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            throw childFailed("pipe");
        read.set(ends[0]);
        write.set(ends[1]);
    }
};

void fillMemoryFile(int descriptor, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR)
            throw childFailed("a file in memory");
        bytes.remove_prefix(written > 0 ? static_cast<size_t>(written) : 0);
    }
    ::lseek(descriptor, 0, SEEK_SET);
}

/// `more`: how far beyond the limit the child is not told but ended.
void limitChild(int what, uint64_t most, uint64_t more = 0)
{
    const rlimit limit{most, most + more};
    ::setrlimit(static_cast<__rlimit_resource>(what), &limit);
}

/// Ends the child where it still runs, and takes its status.
class RunningChild
{
public:
    explicit RunningChild(pid_t pid) : m_pid(pid) {}
    RunningChild(const RunningChild&) = delete;
    RunningChild& operator=(const RunningChild&) = delete;
    ~RunningChild()
    {
        if (m_pid > 0) {
            ::kill(m_pid, SIGKILL);
            wait();
        }
    }
    void kill() const { ::kill(m_pid, SIGKILL); }
    int wait()
    {
        int status = 0;
        while (::waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
        }
        m_pid = -1;
        return status;
    }

private:
    pid_t m_pid;
};

constexpr size_t mostComplaints = 1 << 16;

/// Reads what is there; false at the end.
bool drain(const Descriptor& from, std::string& into, size_t most, Allowance* allowance)
{
    std::array<char, 1 << 16> piece{};
    const ssize_t got = ::read(from.get(), piece.data(), piece.size());
    if (got < 0)
        return errno == EINTR || errno == EAGAIN;
    if (allowance != nullptr)
        allowance->take(static_cast<uint64_t>(got));
    into.append(piece.data(), std::min(static_cast<size_t>(got), most - std::min(most, into.size())));
    return got > 0;
}

} // namespace

std::string findProgram(const std::string& name)
{
    const char* path = std::getenv("PATH"); // NOLINT(concurrency-mt-unsafe): nothing here sets it
    for (const std::string& folder : split(path != nullptr ? path : "/usr/bin:/bin", ':'))
        if (const std::string file = folder + "/" + name; folder.starts_with('/') && ::access(file.c_str(), X_OK) == 0)
            return file;
    return {};
}

ChildResult runChild(const std::vector<std::string>& command, std::string_view input, const ChildLimits& limits,
                     Allowance& allowance)
{
    const Descriptor file(::memfd_create("fettle-input", MFD_CLOEXEC));
    if (file.get() < 0)
        throw childFailed("a file in memory");
    fillMemoryFile(file.get(), input);
    ChildPipe output, complaints;
    std::vector<char*> words;
    for (const std::string& word : command)
        words.push_back(const_cast<char*>(word.c_str())); // NOLINT(cppcoreguidelines-pro-type-const-cast): execve's
    words.push_back(nullptr);
    std::array<char*, 2> environment{};
    std::string language = "LC_ALL=C.UTF-8";
    environment[0] = language.data();

    const pid_t pid = ::fork();
    if (pid < 0)
        throw childFailed("fork");
    if (pid == 0) { // only what may be called after fork in a program with threads
        ::dup2(file.get(), STDIN_FILENO);
        ::dup2(output.write.get(), STDOUT_FILENO);
        ::dup2(complaints.write.get(), STDERR_FILENO);
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        limitChild(RLIMIT_AS, limits.memoryBytes);
        limitChild(RLIMIT_CPU, static_cast<uint64_t>(limits.seconds), 1);
        limitChild(RLIMIT_FSIZE, 0);
        limitChild(RLIMIT_CORE, 0);
        ::execve(words[0], words.data(), environment.data());
        ::_exit(127);
    }
    RunningChild child(pid);
    output.write.close();
    complaints.write.close();
    ChildResult result;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2 * limits.seconds);
    bool isOpen = true, complains = true;
    while (isOpen || complains) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            result.wasSlow = true;
            child.kill();
            break;
        }
        std::array<pollfd, 2> ends{
            {{isOpen ? output.read.get() : -1, POLLIN, 0}, {complains ? complaints.read.get() : -1, POLLIN, 0}}};
        if (::poll(ends.data(), ends.size(), static_cast<int>(left.count())) < 0 && errno != EINTR)
            throw childFailed("poll");
        if (ends[0].revents != 0)
            isOpen = drain(output.read, result.output, SIZE_MAX, &allowance);
        if (ends[1].revents != 0)
            complains = drain(complaints.read, result.complaints, mostComplaints, nullptr);
    }
    const int status = child.wait();
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    result.wasSlow |= WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU);
    return result;
}

} // namespace fettle
