// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/matmul/mkl_paths.h"

#include <atomic>
#include <cstdlib>
#include <string_view>

namespace fettle
{

namespace
{

std::atomic<bool> mklAsked{false};

bool isIntels()
{
#ifdef __x86_64__
    return __builtin_cpu_is("intel");
#else
    return false;
#endif
}

#ifdef FETTLE_OPEN_MKL
constexpr bool canOpenMkl = true;
#else
constexpr bool canOpenMkl = false;
#endif

} // namespace

bool buildOpensMkl()
{
    return canOpenMkl;
}

bool takesMklAsShipped()
{
    static const bool taken = [] {
        const char* wish = std::getenv("FETTLE_MATMUL");
        return canOpenMkl && !isIntels() && wish && std::string_view(wish) == mklAsShipped;
    }();
    return taken;
}

bool opensMklPaths()
{
    return canOpenMkl && !isIntels() && !takesMklAsShipped();
}

bool hasMklAsked()
{
    return mklAsked;
}

} // namespace fettle

#ifdef FETTLE_OPEN_MKL
// Takes the place of MKL's own in every program that is linked with this library.
extern "C" [[gnu::visibility("default")]] int mkl_serv_intel_cpu_true()
{
    if (!fettle::mklAsked.load(std::memory_order_relaxed))
        fettle::mklAsked = true;
    return fettle::takesMklAsShipped() ? 0 : 1;
}
#endif
