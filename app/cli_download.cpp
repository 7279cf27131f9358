// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli_download.h"

#include "app/cli_output.h"

#include "core/base/machine.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

namespace fettle::cli
{

DownloadLine::DownloadLine() : m_isTerminal(isatty(STDERR_FILENO) == 1) {}

void DownloadLine::update(const HubProgress& progress)
{
    const double time = now();
    if (m_began == 0) {
        m_began = m_told = time;
        m_first = progress.bytes;
    }
    if (time - m_told < (m_isTerminal ? 0.1 : 5.0))
        return;
    m_told = time;
    const double rate = static_cast<double>(progress.bytes - std::min(progress.bytes, m_first)) / (time - m_began);
    const uint64_t missing = progress.totalBytes - std::min(progress.totalBytes, progress.bytes);
    const std::string left =
        rate > 0 ? fmt::format(", {} left", humanDuration(static_cast<double>(missing) / rate)) : "";
    const std::string text =
        fmt::format("{} of {}, {}/s{}  {}", humanBytes(progress.bytes), humanBytes(progress.totalBytes),
                    humanBytes(static_cast<uint64_t>(rate)), left, shown(progress.file, 60));
    printAside(m_isTerminal ? "\r\033[K" + text : text + "\n");
    m_isOpen = m_isTerminal;
}

void DownloadLine::say(const std::string& text)
{
    close();
    printAside(text + "\n");
}

void DownloadLine::close()
{
    if (m_isOpen)
        printAside("\r\033[K");
    m_isOpen = false;
}

} // namespace fettle::cli
