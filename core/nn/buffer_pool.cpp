// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/buffer_pool.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <bit>
#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <mutex>
#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace fettle
{

namespace
{

constexpr size_t hugePage = size_t{2} << 20;

// Sizes are rounded to eight steps per doubling: batches of slightly different length then share buffers.
size_t bufferClass(size_t bytes)
{
    bytes = std::max<size_t>(bytes, 4096);
    const size_t step = std::bit_floor(bytes) / 8;
    return (bytes + step - 1) / step * step;
}

void* allocateBuffer(size_t bytes)
{
    const size_t alignment = bytes >= 2 * hugePage ? hugePage : 64;
    const size_t size = (bytes + alignment - 1) / alignment * alignment;
    void* memory = std::aligned_alloc(alignment, size);
    if (!memory)
        throw Error(ErrorCode::OutOfResources, fmt::format("There is no memory for a buffer of {}.", humanBytes(bytes)),
                    "Use a smaller batch, shorter rows or a smaller model.");
#if defined(__linux__)
    if (alignment == hugePage)
        ::madvise(memory, size, MADV_HUGEPAGE); // fewer page-table walks; a refusal costs nothing
#endif
    return memory;
}

} // namespace

struct BufferPool::Shelf {
    std::mutex mutex;
    std::multimap<size_t, void*> waiting;
    size_t total = 0;
    size_t asked = 0;
    bool closed = false;

    ~Shelf() { clear(); }
    void clear()
    {
        for (auto& [size, memory] : waiting) {
            std::free(memory);
            total -= size;
        }
        waiting.clear();
    }
    void put(void* memory, size_t size)
    {
        const std::lock_guard lock(mutex);
        waiting.emplace(size, memory);
        if (closed)
            clear();
    }
};

BufferPool::BufferPool(at::Device device) : m_device(device), m_shelf(std::make_shared<Shelf>()) {}

BufferPool::~BufferPool()
{
    const std::lock_guard lock(m_shelf->mutex);
    m_shelf->closed = true;
    m_shelf->clear();
}

at::Tensor BufferPool::take(at::IntArrayRef shape, at::ScalarType type)
{
    const auto options = at::TensorOptions().dtype(type).device(m_device);
    if (!m_device.is_cpu())
        return at::empty(shape, options);
    size_t bytes = c10::elementSize(type);
    for (int64_t extent : shape)
        bytes *= static_cast<size_t>(extent);
    size_t size = bufferClass(bytes);
    void* memory = nullptr;
    {
        const std::lock_guard lock(m_shelf->mutex);
        // The smallest that fits, unless it would waste half of itself.
        const auto found = m_shelf->waiting.lower_bound(size);
        if (found != m_shelf->waiting.end() && found->first <= 2 * size) {
            size = found->first;
            memory = found->second;
            m_shelf->waiting.erase(found);
        }
    }
    if (!memory) {
        memory = allocateBuffer(size);
        const std::lock_guard lock(m_shelf->mutex);
        m_shelf->total += size;
        ++m_shelf->asked;
    }
    return at::from_blob(
        memory, shape, [shelf = m_shelf, size](void* back) { shelf->put(back, size); }, options);
}

void BufferPool::release()
{
    const std::lock_guard lock(m_shelf->mutex);
    m_shelf->clear();
}

size_t BufferPool::bytes() const
{
    const std::lock_guard lock(m_shelf->mutex);
    return m_shelf->total;
}

size_t BufferPool::allocations() const
{
    const std::lock_guard lock(m_shelf->mutex);
    return m_shelf->asked;
}

} // namespace fettle
