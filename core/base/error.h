// SPDX-License-Identifier: GPL-3.0-or-later
// The one exception type of the project.
#pragma once

#include "core/base/text.h"

#include <stdexcept>
#include <string>

namespace fettle
{

/// What an error means for the caller; the numbers are the exit codes of fettle-cli.
enum class ErrorCode { Failed = 1, BadInput = 2, Stopped = 3, OutOfResources = 4 };

/// Thrown anywhere in core, caught at the session's edge and at main.
/// The message names the thing and the value, the hint says the way out. Both are made printable here (`shown`), so
/// that a foreign name in them cannot write to a terminal; foreign values are shortened where they are put in.
class Error : public std::runtime_error
{
public:
    /// `subject` says what caused it, so that a window can show the message beside it: "model", "data", "output_dir",
    /// or the name of an argument ("learning_rate"). Empty where nothing in particular did.
    Error(ErrorCode code, const std::string& message, const std::string& hint = {}, std::string subject = {})
        : std::runtime_error(shown(message, longest)), m_code(code), m_hint(shown(hint, longest)),
          m_subject(std::move(subject))
    {
    }

    ErrorCode code() const { return m_code; }
    std::string message() const { return what(); }
    const std::string& hint() const { return m_hint; }
    const std::string& subject() const { return m_subject; }
    /// The same error with its subject named, for callers that know more than the thrower did.
    Error about(std::string subject) const { return Error(m_code, what(), m_hint, std::move(subject)); }

private:
    static constexpr size_t longest = 1000; ///< characters

    ErrorCode m_code;
    std::string m_hint;
    std::string m_subject;
};

inline Error badInput(const std::string& message, const std::string& hint = {}, std::string subject = {})
{
    return Error(ErrorCode::BadInput, message, hint, std::move(subject));
}

} // namespace fettle
