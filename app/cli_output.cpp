// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli_output.h"

#include "core/base/error.h"
#include "core/base/machine.h"
#include "core/base/text.h"
#include "core/check/doctor.h"
#include "core/models/inspect.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace fettle::cli
{

void printText(std::string_view text)
{
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
        throw Error(ErrorCode::Failed,
                    fmt::format("The result could not be written to standard output: {}", std::strerror(errno)));
}

void printLine(std::string_view line)
{
    printText(std::string(line) + '\n');
}

void printJson(const Json& value)
{
    printLine(jsonText(value, 2));
}

void printAside(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stderr);
}

void printFact(std::string_view name, const std::string& value)
{
    printLine(fmt::format("{:<24} {}", name, shown(value, 1000)));
}

Json matmulJson(const std::vector<MatmulRate>& rates)
{
    Json list = Json::array();
    for (const MatmulRate& rate : rates)
        list.push_back({{"name", rate.name},
                        {"description", rate.description},
                        {"gflops", rate.gflops},
                        {"share_of_best", rate.shareOfBest},
                        {"in_use", rate.isInUse}});
    return list;
}

void tellNotices(const std::vector<std::string>& notices)
{
    for (const std::string& notice : notices)
        printAside(fmt::format("Note: {}\n", notice));
}

void tellModel(const std::string& reference)
{
    tellNotices(inspectModel(reference).report.notices);
}

ProgressLine::ProgressLine(std::string what)
    : m_what(std::move(what)), m_terminal(isatty(STDERR_FILENO) != 0), m_began(now())
{
}

ProgressLine::~ProgressLine()
{
    if (m_open)
        std::fputs("\r\033[K", stderr);
}

bool ProgressLine::update(double fraction)
{
    fraction = std::clamp(fraction, 0.0, 1.0);
    const double elapsed = now() - m_began;
    if (m_terminal) {
        if (now() - m_drawn < 0.1 && fraction < 1)
            return true;
        m_drawn = now();
        const auto filled = static_cast<size_t>(fraction * 30);
        const std::string left =
            fraction > 0.01 ? fmt::format(", {} left", humanDuration(elapsed / fraction * (1 - fraction))) : "";
        printAside(fmt::format("\r\033[K{} [{}{}] {:3.0f} %{}", m_what, std::string(filled, '#'),
                               std::string(30 - filled, '.'), fraction * 100, left));
        m_open = true;
        return true;
    }
    const int tenths = static_cast<int>(fraction * 10);
    if (tenths > m_told && now() - m_drawn > 2 && elapsed > 2) {
        m_told = tenths;
        m_drawn = now();
        printAside(fmt::format("{}: {} % after {}\n", m_what, tenths * 10, humanDuration(elapsed)));
    }
    return true;
}

} // namespace fettle::cli
