// SPDX-License-Identifier: GPL-3.0-or-later
// A download told on stderr: a line with rate and time left on a terminal, else one every few seconds.
#pragma once

#include "core/hub/hub.h"

#include <string>

namespace fettle::cli
{

class DownloadLine
{
public:
    DownloadLine();
    ~DownloadLine() { close(); }
    DownloadLine(const DownloadLine&) = delete;
    DownloadLine& operator=(const DownloadLine&) = delete;

    void update(const HubProgress& progress);
    /// A line of its own.
    void say(const std::string& text);
    void close();

private:
    bool m_isTerminal;
    bool m_isOpen = false;
    double m_began = 0, m_told = 0; ///< seconds since 1970
    uint64_t m_first = 0;           ///< bytes that lay there when it began
};

} // namespace fettle::cli
