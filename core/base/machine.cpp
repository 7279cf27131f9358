// SPDX-License-Identifier: GPL-3.0-or-later
// What this machine is, read from /proc, /sys and the scheduler.
#include "core/base/machine.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <optional>
#include <sched.h>
#include <sstream>
#include <unistd.h>

namespace fettle
{

namespace
{

std::string slurpProc(const char* file)
{
    std::ifstream in(file);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

/// The number behind "NAME:" in kB, as bytes.
uint64_t procBytes(const char* file, const std::string& name)
{
    for (const std::string& line : split(slurpProc(file), '\n')) {
        if (line.compare(0, name.size() + 1, name + ":") != 0)
            continue;
        std::string number = trim(line.substr(name.size() + 1));
        number = number.substr(0, number.find(' '));
        return static_cast<uint64_t>(parseInteger(number).value_or(0)) * 1024;
    }
    return 0;
}

std::optional<uint64_t> cgroupNumber(const char* file)
{
    const auto value = parseInteger(trim(slurpProc(file))); // "max" is no number
    if (!value || *value < 0 || *value > (int64_t{1} << 50))
        return std::nullopt;
    return static_cast<uint64_t>(*value);
}

std::optional<uint64_t> memoryLimit()
{
    if (const auto limit = cgroupNumber("/sys/fs/cgroup/memory.max"))
        return limit;
    return cgroupNumber("/sys/fs/cgroup/memory/memory.limit_in_bytes");
}

int usableCores()
{
    int cores = std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
        cores = CPU_COUNT(&set);
    // A container's share of processor time: "QUOTA PERIOD" or "max PERIOD".
    const std::vector<std::string> quota = split(trim(slurpProc("/sys/fs/cgroup/cpu.max")), ' ');
    if (quota.size() == 2) {
        const auto share = parseDouble(quota[0]), period = parseDouble(quota[1]);
        if (share && period && *share > 0 && *period > 0)
            cores = std::min(cores, std::max(1, static_cast<int>(std::lround(*share / *period))));
    }
    return cores;
}

Machine readMachine()
{
    Machine result;
    result.cores = usableCores();
    result.memoryBytes = procBytes("/proc/meminfo", "MemTotal");
    if (const auto limit = memoryLimit(); limit && *limit > 0)
        result.memoryBytes = std::min(result.memoryBytes, *limit);
    for (const std::string& line : split(slurpProc("/proc/cpuinfo"), '\n')) {
        const size_t colon = line.find(':');
        if (colon == std::string::npos)
            continue;
        const std::string key = trim(line.substr(0, colon));
        if (key == "model name" && result.processor.empty())
            result.processor = trim(line.substr(colon + 1));
        if (key == "flags" && result.features.empty()) {
            const std::vector<std::string> flags = split(line.substr(colon + 1), ' ');
            for (const char* feature : {"avx2", "avx512f", "avx512_bf16", "amx_bf16"})
                if (std::find(flags.begin(), flags.end(), feature) != flags.end())
                    result.features.emplace_back(feature);
        }
    }
    if (result.processor.empty())
        result.processor = "unknown processor";
    return result;
}

} // namespace

const Machine& machine()
{
    static const Machine instance = readMachine();
    return instance;
}

int threadsFor(int64_t wanted)
{
    if (wanted < 0 || wanted > mostThreads)
        throw badInput(fmt::format("{} threads are not possible", wanted),
                       fmt::format("Give a number from 1 to {}, or 0 for all cores.", mostThreads), "threads");
    const int cores = machine().cores;
    return wanted == 0 ? cores : static_cast<int>(std::min<int64_t>(wanted, std::max(16, 4 * cores)));
}

uint64_t availableMemoryBytes()
{
    uint64_t available = procBytes("/proc/meminfo", "MemAvailable");
    const auto limit = memoryLimit(), used = cgroupNumber("/sys/fs/cgroup/memory.current");
    if (limit && used && *limit > 0) {
        uint64_t reclaimable = 0; // file pages that the container may drop
        for (const std::string& line : split(slurpProc("/sys/fs/cgroup/memory.stat"), '\n'))
            if (line.compare(0, 14, "inactive_file ") == 0)
                reclaimable = static_cast<uint64_t>(parseInteger(line.substr(14)).value_or(0));
        const uint64_t taken = *used > reclaimable ? *used - reclaimable : 0;
        available = std::min(available, *limit > taken ? *limit - taken : 0);
    }
    return available;
}

uint64_t memoryInReach(uint64_t own)
{
    // Pages of files, its code among them, could be had: they are no part of what is held.
    return availableMemoryBytes() + std::min(own, procBytes("/proc/self/status", "RssAnon"));
}

uint64_t residentBytes()
{
    return procBytes("/proc/self/status", "VmRSS");
}

uint64_t peakResidentBytes()
{
    return procBytes("/proc/self/status", "VmHWM");
}

double now()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

} // namespace fettle
