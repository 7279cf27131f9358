// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/allowance.h"

#include "core/base/error.h"
#include "core/base/machine.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

/// What is unpacked lies in memory beside the rows and the tokens that are made of it (data/text_files.cpp).
constexpr double takenPerByte = 2.6;
/// Files below it are taken however they were packed; tables of equal rows shrink to a thousandth.
constexpr uint64_t alwaysTaken = 256'000'000;
/// Texts shrink to a third to a tenth, the most monotonous logs and tables to a hundredth.
constexpr uint64_t mostSwelling = 200;

} // namespace

Allowance::Allowance(std::string name, uint64_t packed)
    : m_name(std::move(name)), m_packed(packed),
      m_inMemory(static_cast<uint64_t>(static_cast<double>(availableMemoryBytes()) / takenPerByte)),
      m_most(std::min(m_inMemory, std::max(alwaysTaken, mostSwelling * packed)))
{
}

void Allowance::take(uint64_t bytes)
{
    if (bytes <= left()) {
        m_taken += bytes;
        return;
    }
    if (m_most == m_inMemory)
        throw Error(ErrorCode::OutOfResources,
                    fmt::format("{}: unpacked it is more than {}, the most that the free memory can hold.", m_name,
                                humanBytes(m_inMemory)),
                    "Take a part of it, or a machine with more memory.", "data");
    throw badInput(fmt::format("{}: unpacked it is more than {} times its {}, which no text is.", m_name,
                               m_most / std::max<uint64_t>(1, m_packed), humanBytes(m_packed)),
                   "If that is meant, unpack it yourself and choose what comes out.", "data");
}

} // namespace fettle
