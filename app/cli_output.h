// SPDX-License-Identifier: GPL-3.0-or-later
// How the commands speak: results to standard output, progress to standard error.
#pragma once

#include "core/base/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace fettle
{
struct MatmulRate;
}

namespace fettle::cli
{

/// To standard output at once. Throws Error (Failed) where it cannot be written.
void printText(std::string_view text);
/// One line, likewise.
void printLine(std::string_view line);
/// Indented by 2, like the files; ill-formed UTF-8 becomes U+FFFD.
void printJson(const Json& value);
/// To standard error, where nothing that fails is an error: nobody may be there to read it.
void printAside(const std::string& text);
/// "loss                 3.21"
void printFact(std::string_view name, const std::string& value);

/// [{"name": …, "gflops": …, "share_of_best": …, "in_use": …}, …]
Json matmulJson(const std::vector<MatmulRate>& rates);

/// To standard error, one "Note: …" a line.
void tellNotices(const std::vector<std::string>& notices);
/// What is to be said of a model's files: parts that are not used, differ or are drawn anew.
void tellModel(const std::string& reference);

/// Progress of one piece of work: a bar with the time left on a terminal, else a plain line every ten percent
/// (and two seconds).
class ProgressLine
{
public:
    explicit ProgressLine(std::string what);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    /// `fraction` 0..1. Always true, so that it serves as a progress callback.
    bool update(double fraction);

private:
    std::string m_what;
    bool m_terminal = false;
    double m_began = 0, m_drawn = 0;
    int m_told = -1; ///< tenths
    bool m_open = false;
};

} // namespace fettle::cli
