// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/checked_memory.h"

#include "core/base/error.h"
#include "core/base/machine.h"
#include "core/base/text.h"

#include <c10/core/CPUAllocator.h>
#include <cstdlib>
#include <fmt/format.h>

namespace fettle
{

namespace
{

constexpr size_t alignment = 64;             // as LibTorch's own
constexpr size_t bigPiece = size_t{1} << 28; // asking what is free takes some microseconds

[[noreturn]] void refuse(size_t bytes)
{
    throw Error(ErrorCode::OutOfResources,
                fmt::format("There is not enough memory: {} more are needed, {} are free.", humanBytes(bytes),
                            humanBytes(availableMemoryBytes())),
                "Use a smaller model, shorter texts, or fewer rows at once (per_device_train_batch_size).",
                "per_device_train_batch_size");
}

class CheckedAllocator final : public c10::Allocator
{
public:
    c10::DataPtr allocate(size_t bytes) override
    {
        if (bytes == 0)
            return {nullptr, nullptr, &std::free, c10::Device(c10::DeviceType::CPU)};
        if (bytes > SIZE_MAX / 2 || (bytes >= bigPiece && bytes > availableMemoryBytes()))
            refuse(bytes);
        void* data = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
        if (!data)
            refuse(bytes);
        return {data, data, &std::free, c10::Device(c10::DeviceType::CPU)};
    }
    c10::DeleterFnPtr raw_deleter() const override { return &std::free; }
    void copy_data(void* target, const void* source, size_t bytes) const override
    {
        default_copy_data(target, source, bytes);
    }
};

} // namespace

bool useCheckedMemory()
{
    static CheckedAllocator allocator;
    c10::SetCPUAllocator(&allocator, 1);
    return true;
}

} // namespace fettle
