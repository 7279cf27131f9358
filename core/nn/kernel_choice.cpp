// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/kernels.h"

#include <cstdlib>
#include <string_view>

namespace fettle
{

namespace baseline
{
const Kernels& kernelTable();
}
#ifdef FETTLE_KERNELS_X86
namespace v3
{
const Kernels& kernelTable();
}
namespace v4
{
const Kernels& kernelTable();
}
#endif

namespace
{

const Kernels& chooseKernels()
{
#ifdef FETTLE_KERNELS_X86
    const char* wish = std::getenv("FETTLE_KERNELS");
    const std::string_view asked = wish ? wish : "";
    const bool v4Runs = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512vl");
    const bool v3Runs = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                        __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    if (v4Runs && (asked.empty() || asked == v4::kernelTable().name))
        return v4::kernelTable();
    if (v3Runs && asked != baseline::kernelTable().name)
        return v3::kernelTable();
#endif
    return baseline::kernelTable();
}

} // namespace

const Kernels& kernels()
{
    static const Kernels& chosen = chooseKernels();
    return chosen;
}

} // namespace fettle
