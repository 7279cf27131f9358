// SPDX-License-Identifier: GPL-3.0-or-later
// How much a file may swell while it is unpacked.
#pragma once

#include <cstdint>
#include <string>

namespace fettle
{

/// Counts what is made of one file and ends it where that is more than this machine's memory holds, or more than a text
/// can be: a few bytes can be unpacked without end.
class Allowance
{
public:
    /// `name`: what messages call the file; `packed`: its bytes.
    Allowance(std::string name, uint64_t packed);

    const std::string& name() const { return m_name; }
    /// Counts `bytes` more, before memory is taken for them. Throws OutOfResources where they do not fit into the
    /// memory, BadInput (subject "data") where the file swells out of all measure.
    void take(uint64_t bytes);
    /// What may still be taken.
    uint64_t left() const { return m_most - m_taken; }

private:
    std::string m_name;
    uint64_t m_packed, m_inMemory, m_most, m_taken = 0;
};

} // namespace fettle
