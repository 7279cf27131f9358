// SPDX-License-Identifier: GPL-3.0-or-later
// Buffers for activations and scratch that return here when their tensor dies, so that a training step that has run
// once allocates nothing.
#pragma once

#include <ATen/core/Tensor.h>
#include <cstddef>
#include <memory>

namespace fettle
{

/// On the processor; on other devices torch's own caching allocator does the same, and the pool only passes on.
/// Tensors may outlive the pool and may be freed on any thread.
class BufferPool
{
public:
    explicit BufferPool(at::Device device = at::kCPU);
    ~BufferPool();
    BufferPool(const BufferPool&) = delete;
    BufferPool& operator=(const BufferPool&) = delete;

    /// An uninitialised contiguous tensor, aligned to 64 bytes.
    at::Tensor take(at::IntArrayRef shape, at::ScalarType type);
    /// Frees what no tensor uses now.
    void release();
    /// Bytes got from the system: in use and waiting.
    size_t bytes() const;
    /// How often the system was asked for memory: stands still in the steady state.
    size_t allocations() const;

private:
    struct Shelf;
    at::Device m_device;
    std::shared_ptr<Shelf> m_shelf;
};

} // namespace fettle
