// SPDX-License-Identifier: GPL-3.0-or-later
// One question to a web server at a time, by libcurl: redirects, the token, silence, retries. Proxies are those of the
// environment (https_proxy, no_proxy …).
#pragma once

#include "core/hub/hub_settings.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace fettle
{

struct HttpAnswer {
    /// What kept an answer from coming whole.
    enum class Trouble { None, NoConnection, NotTrusted, Silent, BrokenOff };
    int status = 0;                             ///< 0: there was no answer
    std::map<std::string, std::string> headers; ///< names in lower case
    std::string body;                           ///< empty where a sink took it
    std::string host;                           ///< who answered, or should have
    Trouble trouble = Trouble::None;
    std::string words; ///< libcurl's, of the trouble

    bool isWhole() const { return trouble == Trouble::None && status >= 200 && status < 300; }
    /// Empty where there is none of that name.
    std::string header(const std::string& name) const;
    /// Seconds that the server asks to wait (Retry-After, or "t=" of the Hub's RateLimit header); 0: it does not say.
    double askedPause() const;
};

/// Takes the body of an answer with status 200 or 206, piece by piece.
using HttpSink = std::function<void(const HttpAnswer& head, std::string_view bytes)>;

class Http
{
public:
    /// Throws Error (Failed) where no connection may be made. `isCancelled` is asked several times a second.
    Http(HubSettings settings, std::function<bool()> isCancelled);
    ~Http();
    Http(const Http&) = delete;
    Http& operator=(const Http&) = delete;

    /// A GET of the bytes from `from` on. Redirects are followed, never from https to http; the token goes to the
    /// endpoint and to https://huggingface.co alone. All that goes wrong is in the answer, but for a cancel (Stopped),
    /// and what the sink throws.
    HttpAnswer get(const std::string& url, uint64_t from = 0, const HttpSink& sink = {});
    /// Sleeps; throws Stopped when it is cancelled.
    void pause(double seconds);

private:
    struct Transfer;
    void prepare(Transfer& transfer, const std::string& url, uint64_t from);
    HttpAnswer ask(const std::string& url, uint64_t from, const HttpSink& sink);
    bool mayHaveToken(const std::string& url) const;

    HubSettings m_settings;
    std::function<bool()> m_isCancelled;
    std::unique_ptr<void, void (*)(void*)> m_handle;
};

/// "https://host:443" of an address, in lower case; empty where it is none of a web server.
std::string originOf(const std::string& url);
/// An address as it is meant at another one.
std::string resolveUrl(const std::string& base, const std::string& relative);
/// A text as a part of an address; slashes too, unless they are kept.
std::string quoteUrl(std::string_view text, bool keepsSlashes = false);
/// "huggingface.co" or "127.0.0.1:8080", for messages.
std::string hostOf(const std::string& url);

} // namespace fettle
