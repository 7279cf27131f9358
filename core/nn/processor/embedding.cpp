// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of embeddings, rotary positions.
#include "core/nn/forms.h"
#include "core/nn/parallel.h"
#include "core/nn/widen.h"

#include <cstring>

namespace fettle::processor
{

namespace
{

/// Rows of a table in float32, however narrow it is stored. For one thread.
class TableRows
{
public:
    explicit TableRows(const at::Tensor& table)
        : m_table(table), m_width(table.size(1)), m_wide(table.scalar_type() == at::kFloat ? 0 : table.size(1))
    {
    }
    const float* operator[](int64_t row)
    {
        if (m_wide.empty())
            return m_table.const_data_ptr<float>() + row * m_width;
        widen(m_table, row * m_width, m_wide.data(), m_width);
        return m_wide.data();
    }

private:
    const at::Tensor& m_table;
    int64_t m_width;
    std::vector<float> m_wide;
};

} // namespace

void embed(const std::vector<Lookup>& lookups, const at::Tensor& out)
{
    const int64_t width = out.size(1);
    float* y = out.mutable_data_ptr<float>();
    forRows(out.size(0), width, [&](int64_t begin, int64_t end) {
        bool first = true;
        for (const Lookup& lookup : lookups) {
            TableRows table(lookup.table.value);
            const int64_t* ids = lookup.ids.const_data_ptr<int64_t>();
            for (int64_t i = begin; i < end; ++i) {
                if (first)
                    std::memcpy(y + i * width, table[ids[i]], static_cast<size_t>(width) * sizeof(float));
                else
                    kernels().axpy(1.0F, table[ids[i]], y + i * width, width);
            }
            first = false;
        }
    });
}

void addNoise(const at::Tensor& x, const DropoutDraw& draw, double reach)
{
    const int64_t width = x.size(1);
    float* rows = x.mutable_data_ptr<float>();
    forRows(x.size(0), width, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
            kernels().noiseRow(rows + i * width, draw, static_cast<uint64_t>(i), static_cast<float>(reach), width);
    });
}

// Several rows may meet in one row of the table: threads share out the columns, so each sum has one order.
void embedBackward(const Lookup& lookup, const at::Tensor& gradient)
{
    const int64_t rows = gradient.size(0), width = gradient.size(1);
    const float* dy = gradient.const_data_ptr<float>();
    float* table = lookup.table.grad.mutable_data_ptr<float>();
    const int64_t* ids = lookup.ids.const_data_ptr<int64_t>();
    at::parallel_for(0, (width + 15) / 16, std::max<int64_t>(1, 1024 / std::max<int64_t>(rows, 1)),
                     [&](int64_t first, int64_t last) {
                         const int64_t begin = first * 16, end = std::min(width, last * 16);
                         for (int64_t i = 0; i < rows; ++i)
                             if (ids[i] != lookup.padding)
                                 kernels().axpy(1.0F, dy + i * width + begin, table + ids[i] * width + begin,
                                                end - begin);
                     });
}

void rotate(const at::Tensor& qkv, const at::Tensor& positions, const AttentionShape& shape, const RotaryTable& table,
            bool back)
{
    // Queries and keys lie side by side: all of them, or a group's.
    const int64_t parts = shape.byGroup ? shape.kvHeads : 1, half = table.cosine.size(1);
    const int64_t heads = (shape.heads + shape.kvHeads) / parts, stride = shape.width() / parts;
    float* rows = qkv.mutable_data_ptr<float>();
    const int64_t* position = positions.const_data_ptr<int64_t>();
    const float* cosine = table.cosine.const_data_ptr<float>();
    const float* sine = table.sine.const_data_ptr<float>();
    forRows(qkv.size(0), shape.width(), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
            for (int64_t part = 0; part < parts; ++part)
                kernels().rotate(rows + i * shape.width() + part * stride, heads, shape.headDim, half,
                                 cosine + position[i] * half, sine + position[i] * half, back);
    });
}

} // namespace fettle::processor
