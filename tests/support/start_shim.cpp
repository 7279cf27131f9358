// SPDX-License-Identifier: GPL-3.0-or-later
// A library to be preloaded: the program loads its libraries (LibTorch takes half a second), and is then started as
// often as its other side asks for, each time as a copy of the loaded one (tests/app/loaded_program.py).
//   FETTLE_START_SOCKET   a packet socket; a packet brings five descriptors: standard input, output and error, one for
//                         the answer (the process, then how it ended), and a file with the number of arguments, the
//                         folder to work in, the arguments, and the environment, each ended by a zero
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace
{

using Main = int (*)(int, char**, char**);
using Descriptors = std::array<int, 5>; // the three of every program, the answer, what to start

Main theMain = nullptr;

/// False where nobody asks any more.
bool receive(int socket, Descriptors& descriptors)
{
    char byte = 0;
    iovec data{&byte, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(Descriptors))> control{};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(socket, &message, MSG_CMSG_CLOEXEC) <= 0)
        return false;
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_len != CMSG_LEN(sizeof(Descriptors)))
        return false;
    std::memcpy(descriptors.data(), CMSG_DATA(header), sizeof(Descriptors));
    return true;
}

int startAs(const Descriptors& descriptors)
{
    struct stat file {
    };
    ::fstat(descriptors[4], &file);
    const auto size = static_cast<size_t>(file.st_size);
    char* at = static_cast<char*>(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, descriptors[4], 0));
    const char* end = at + size;
    const auto next = [&at] {
        char* text = at;
        at += std::strlen(at) + 1;
        return text;
    };
    const auto count = std::strtoul(next(), nullptr, 10);
    if (::chdir(next()) != 0)
        return 127;
    static std::vector<char*> arguments, variables;
    while (at < end)
        (arguments.size() < count ? arguments : variables).push_back(next());
    arguments.push_back(nullptr);
    variables.push_back(nullptr);
    environ = variables.data();
    for (int standard = 0; standard < 3; ++standard)
        ::dup2(descriptors[static_cast<size_t>(standard)], standard);
    for (const int descriptor : descriptors)
        ::close(descriptor);
    return theMain(static_cast<int>(count), arguments.data(), environ);
}

int serve(int argc, char** argv, char** envp)
{
    const char* setting = std::getenv("FETTLE_START_SOCKET");
    if (!setting)
        return theMain(argc, argv, envp);
    const int socket = std::atoi(setting);
    for (Descriptors descriptors{}; receive(socket, descriptors);) {
        if (::fork() == 0) {
            // This copy waits for the one that is the program, so that no other start has to.
            ::close(socket);
            const pid_t program = ::fork();
            if (program == 0)
                return startAs(descriptors);
            int32_t said = program;
            (void)!::write(descriptors[3], &said, sizeof said);
            int ended = 0;
            ::waitpid(program, &ended, 0);
            said = WIFSIGNALED(ended) ? -WTERMSIG(ended) : WEXITSTATUS(ended);
            (void)!::write(descriptors[3], &said, sizeof said);
            ::_exit(0);
        }
        for (const int descriptor : descriptors)
            ::close(descriptor);
        while (::waitpid(-1, nullptr, WNOHANG) > 0) {
        }
    }
    return 0;
}

} // namespace

// What every program of glibc is started by, after the constructors of its libraries.
extern "C" int __libc_start_main(Main program, int argc, char** argv, void (*init)(), void (*fini)(), void (*end)(),
                                 void* stack)
{
    theMain = program;
    using Start = int (*)(Main, int, char**, void (*)(), void (*)(), void (*)(), void*);
    const auto start = reinterpret_cast<Start>(::dlsym(RTLD_NEXT, "__libc_start_main"));
    return start(&serve, argc, argv, init, fini, end, stack);
}
