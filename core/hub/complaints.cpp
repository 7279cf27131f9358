// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/complaints.h"

#include "core/base/hub_cache.h"

#include <fmt/format.h>

namespace fettle
{

namespace
{

using Trouble = HttpAnswer::Trouble;

/// The repository or the file, for messages.
std::string askedFor(const HubQuestion& asked)
{
    if (asked.name.id.empty())
        return "the search";
    return asked.file.empty() ? asked.name.inWords() : fmt::format("{} of {}", shown(asked.file), asked.name.id);
}

std::string pageOf(const HubQuestion& asked, const HubSettings& settings)
{
    return fmt::format("{}/{}{}", settings.endpoint, asked.name.kind == HubName::Kind::Dataset ? "datasets/" : "",
                       asked.name.id);
}

std::string waysToATokenIn(const HubSettings& settings)
{
    return fmt::format("Make a token at {}/settings/tokens and give it: HF_TOKEN=hf_… before the command, or in {} (hf "
                       "auth login writes it).",
                       settings.endpoint, (hubHome() / "token").string());
}

Error connectionError(const HttpAnswer& answer, const HubQuestion& asked)
{
    switch (answer.trouble) {
    case Trouble::NotTrusted:
        return Error(ErrorCode::Failed,
                     fmt::format("{} is not to be trusted: {}. Nothing was fetched.", answer.host, answer.words),
                     "Where a proxy of your network opens connections, name its certificate: SSL_CERT_FILE=FILE.");
    case Trouble::Silent:
        return Error(
            ErrorCode::Failed,
            fmt::format("{} went silent while it was asked for {}: {}.", answer.host, askedFor(asked), answer.words),
            "Try again; what was fetched is kept. HF_HUB_DOWNLOAD_TIMEOUT=60 waits for 60 seconds.");
    case Trouble::BrokenOff:
        return Error(
            ErrorCode::Failed,
            fmt::format("{} broke off while it was asked for {}: {}.", answer.host, askedFor(asked), answer.words),
            "Try again: what was fetched is kept, and it goes on from there.");
    default:
        return Error(ErrorCode::Failed, fmt::format("{} could not be reached: {}.", answer.host, answer.words),
                     "Check the network, the proxy (https_proxy) and HF_ENDPOINT, where they are set.");
    }
}

/// 401 and 403: who may not, and what would help.
Error accessError(const HttpAnswer& answer, const HubQuestion& asked, const HubSettings& settings)
{
    const std::string code = answer.header("x-error-code"), words = answer.header("x-error-message");
    const bool hasToken = !settings.token.empty();
    if (code == "GatedRepo")
        return badInput(
            fmt::format("{} is gated: its owners want their terms accepted first.", asked.name.inWords()),
            fmt::format("Accept them at {}. {}", pageOf(asked, settings),
                        hasToken ? fmt::format("The token ({}) must be of the same account.", settings.tokenSource)
                                 : waysToATokenIn(settings)));
    if (hasToken && (words.find("nvalid") != std::string::npos || asked.name.id.empty()))
        return badInput(fmt::format("{} does not take the token from {}: {}.", answer.host, settings.tokenSource,
                                    words.empty() ? fmt::format("status {}", answer.status) : shown(words, 200)),
                        fmt::format("Make a new one at {}/settings/tokens.", settings.endpoint));
    if (!asked.name.id.empty() && (answer.status == 401 || code == "RepoNotFound"))
        return badInput(
            fmt::format("There is no {} on {}, or it is private.", asked.name.inWords().substr(4), answer.host),
            hasToken ? fmt::format("Check the name: fettle-cli hub search. The token ({}) must be of an "
                                   "account that may see it.",
                                   settings.tokenSource)
                     : "Check the name: fettle-cli hub search. " + waysToATokenIn(settings));
    return badInput(fmt::format("{} refuses {} ({}){}.", answer.host, askedFor(asked), answer.status,
                                words.empty() ? "" : ": " + shown(words, 200)),
                    hasToken ? fmt::format("The token ({}) lacks the permission to read it.", settings.tokenSource)
                             : waysToATokenIn(settings));
}

Error notFoundError(const HttpAnswer& answer, const HubQuestion& asked)
{
    const std::string code = answer.header("x-error-code");
    if (code == "RevisionNotFound")
        return badInput(fmt::format("{} has no revision {}.", asked.name.inWords(), shown(asked.name.wantedRevision())),
                        "A revision is a branch, a tag or a commit; without one, main is taken.");
    if (!asked.file.empty())
        return badInput(fmt::format("{} has no file {}.", asked.name.inWords(), shown(asked.file)),
                        fmt::format("fettle-cli hub info {} lists its files.", asked.name.text()));
    return badInput(fmt::format("There is no {} on {}.", asked.name.inWords().substr(4), answer.host),
                    fmt::format("Check the name: fettle-cli hub search {}.", asked.name.shortName()));
}

} // namespace

Error hubError(const HttpAnswer& answer, const HubQuestion& asked, const HubSettings& settings)
{
    if (answer.trouble != Trouble::None)
        return connectionError(answer, asked);
    if (answer.status == 401 || answer.status == 403)
        return accessError(answer, asked, settings);
    if (answer.status == 404 && !asked.name.id.empty())
        return notFoundError(answer, asked);
    if (answer.status == 429)
        return Error(ErrorCode::Failed, troubleInWords(answer) + ": it was asked too often.",
                     fmt::format("Try again {}. With a token it answers more often (HF_TOKEN).",
                                 answer.askedPause() > 0 ? fmt::format("in {}", humanDuration(answer.askedPause()))
                                                         : std::string("in a few minutes")));
    if (answer.status >= 500)
        return Error(ErrorCode::Failed, fmt::format("{}, asked for {}.", troubleInWords(answer), askedFor(asked)),
                     "It is not your fault, and what was fetched is kept: try again later.");
    return Error(ErrorCode::Failed,
                 fmt::format("{} answers {} to {}{}.", answer.host, answer.status, askedFor(asked),
                             answer.header("x-error-message").empty()
                                 ? ""
                                 : ": " + shown(answer.header("x-error-message"), 200)),
                 "Check the proxy and HF_ENDPOINT, where they are set.");
}

bool isPassing(const HttpAnswer& answer, bool isPatient)
{
    switch (answer.trouble) {
    case Trouble::None:
        return answer.status == 408 || answer.status == 429 || (answer.status >= 500 && answer.status != 501);
    case Trouble::NoConnection:
        return isPatient;
    case Trouble::NotTrusted:
        return false;
    default:
        return true;
    }
}

std::string troubleInWords(const HttpAnswer& answer)
{
    switch (answer.trouble) {
    case Trouble::None:
        return answer.status == 429 ? fmt::format("{} asks for a pause (429)", answer.host)
                                    : fmt::format("{} has trouble of its own ({})", answer.host, answer.status);
    case Trouble::Silent:
        return fmt::format("{} went silent", answer.host);
    case Trouble::BrokenOff:
        return fmt::format("{} broke off", answer.host);
    default:
        return fmt::format("{} could not be reached", answer.host);
    }
}

} // namespace fettle
