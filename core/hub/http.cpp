// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/http.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/version.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <curl/curl.h>
#include <exception>
#include <fmt/format.h>
#include <thread>

namespace fettle
{

namespace
{

constexpr size_t largestAnswer = 64 << 20; ///< bytes of an answer that is kept in memory
constexpr int mostRedirects = 10;

Error stoppedByUser()
{
    return Error(ErrorCode::Stopped, "Stopped.", "What was fetched is kept: the same command goes on from there.");
}

/// Of one's own choice, as OpenSSL, curl and Python's requests name it; else where systems keep theirs. Packages run on
/// other systems than the one they were built on.
std::string certificates()
{
    for (const char* name : {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"})
        if (const char* file = std::getenv(name); file && *file)
            return file;
    for (const char* file : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                             "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"})
        if (std::error_code ignored; fs::exists(file, ignored))
            return file;
    return {};
}

using Trouble = HttpAnswer::Trouble;

Trouble troubleOf(CURLcode code, bool connected)
{
    switch (code) {
    case CURLE_OK:
        return Trouble::None;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return Trouble::NotTrusted;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return Trouble::NoConnection;
    case CURLE_OPERATION_TIMEDOUT:
        return connected ? Trouble::Silent : Trouble::NoConnection;
    default:
        return connected ? Trouble::BrokenOff : Trouble::NoConnection;
    }
}

struct UrlParts {
    CURLU* handle = curl_url();
    ~UrlParts() { curl_url_cleanup(handle); }
    UrlParts() = default;
    UrlParts(const UrlParts&) = delete;
    UrlParts& operator=(const UrlParts&) = delete;

    bool set(const std::string& url) { return curl_url_set(handle, CURLUPART_URL, url.c_str(), 0) == CURLUE_OK; }
    std::string get(CURLUPart part, unsigned flags = 0) const
    {
        char* text = nullptr;
        if (curl_url_get(handle, part, &text, flags) != CURLUE_OK)
            return {};
        std::string value = text;
        curl_free(text);
        return value;
    }
};

} // namespace

std::string HttpAnswer::header(const std::string& name) const
{
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

double HttpAnswer::askedPause() const
{
    std::string seconds = header("retry-after");
    if (const std::string limit = header("ratelimit"); seconds.empty() && limit.find(";t=") != std::string::npos)
        seconds = split(limit.substr(limit.find(";t=") + 3), ';').front();
    const auto number = parseInteger(trim(seconds));
    return number && *number > 0 ? static_cast<double>(*number) : 0.0;
}

/// What the callbacks of libcurl share.
struct Http::Transfer {
    HttpAnswer answer;
    const HttpSink& sink;
    const std::function<bool()>& isCancelled;
    std::exception_ptr thrown;
    curl_slist* headers = nullptr;
    char words[CURL_ERROR_SIZE] = "";

    Transfer(const HttpSink& takes, const std::function<bool()>& cancelled) : sink(takes), isCancelled(cancelled) {}
    ~Transfer() { curl_slist_free_all(headers); }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    static size_t takeHeader(char* data, size_t, size_t size, void* self)
    {
        HttpAnswer& answer = static_cast<Transfer*>(self)->answer;
        const std::string line = trim(std::string_view(data, size));
        if (line.starts_with("HTTP/")) { // another answer begins: after "100 Continue"
            answer.headers.clear();
            const size_t blank = line.find(' ');
            const auto status = blank == std::string::npos ? std::nullopt : parseInteger(line.substr(blank + 1, 3));
            answer.status = static_cast<int>(status.value_or(0));
        } else if (const size_t colon = line.find(':'); colon != std::string::npos) {
            answer.headers[lowered(line.substr(0, colon))] = trim(line.substr(colon + 1));
        }
        return size;
    }

    static size_t takeBody(char* data, size_t, size_t size, void* self)
    {
        auto& transfer = *static_cast<Transfer*>(self);
        HttpAnswer& answer = transfer.answer;
        try {
            if (transfer.sink && (answer.status == 200 || answer.status == 206))
                transfer.sink(answer, {data, size});
            else if (answer.body.size() + size <= largestAnswer)
                answer.body.append(data, size);
            else
                throw Error(ErrorCode::Failed,
                            fmt::format("{} answers with more than {}, where a short text was asked for.", answer.host,
                                        humanBytes(largestAnswer)));
        } catch (...) { // not through libcurl, which is C
            transfer.thrown = std::current_exception();
            return 0;
        }
        return size;
    }

    static int tick(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
    {
        const auto& isCancelled = static_cast<Transfer*>(self)->isCancelled;
        return isCancelled && isCancelled() ? 1 : 0;
    }
};

Http::Http(HubSettings settings, std::function<bool()> isCancelled)
    : m_settings(std::move(settings)), m_isCancelled(std::move(isCancelled)), m_handle(nullptr, curl_easy_cleanup)
{
    requireOnline(m_settings);
    static const CURLcode begun = curl_global_init(CURL_GLOBAL_DEFAULT);
    m_handle.reset(begun == CURLE_OK ? curl_easy_init() : nullptr);
    if (!m_handle)
        throw Error(ErrorCode::Failed, "libcurl could not be started.");
}

Http::~Http() = default;

bool Http::mayHaveToken(const std::string& url) const
{
    const std::string origin = originOf(url);
    return !m_settings.token.empty() &&
           (origin == originOf(m_settings.endpoint) || origin == "https://huggingface.co:443");
}

void Http::prepare(Transfer& transfer, const std::string& url, uint64_t from)
{
    CURL* const curl = m_handle.get();
    curl_easy_reset(curl); // connections stay
    const auto header = [&](const std::string& line) {
        transfer.headers = curl_slist_append(transfer.headers, line.c_str());
    };
    header("Accept-Encoding: identity"); // sizes and ranges are those of the file
    if (mayHaveToken(url))
        header("Authorization: Bearer " + m_settings.token);
    if (from > 0)
        header(fmt::format("Range: bytes={}-", from));
    const std::string agent = "fettle/" + std::string(programVersion()), bundle = certificates();
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, transfer.headers);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, agent.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(m_settings.timeout));
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(m_settings.timeout));
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer.words);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &Transfer::takeHeader);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Transfer::takeBody);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Transfer::tick);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    if (!bundle.empty())
        curl_easy_setopt(curl, CURLOPT_CAINFO, bundle.c_str());
}

HttpAnswer Http::ask(const std::string& url, uint64_t from, const HttpSink& sink)
{
    Transfer transfer(sink, m_isCancelled);
    transfer.answer.host = hostOf(url);
    prepare(transfer, url, from);
    const CURLcode code = curl_easy_perform(m_handle.get());
    if (transfer.thrown)
        std::rethrow_exception(transfer.thrown);
    if (code == CURLE_ABORTED_BY_CALLBACK)
        throw stoppedByUser();
    double connected = 0; // seconds until it stood
    curl_easy_getinfo(m_handle.get(), CURLINFO_CONNECT_TIME, &connected);
    transfer.answer.trouble = troubleOf(code, connected > 0);
    if (code != CURLE_OK)
        transfer.answer.words = *transfer.words ? transfer.words : curl_easy_strerror(code);
    return std::move(transfer.answer);
}

HttpAnswer Http::get(const std::string& url, uint64_t from, const HttpSink& sink)
{
    std::string place = url;
    for (int hop = 0; hop <= mostRedirects; ++hop) {
        HttpAnswer answer = ask(place, from, sink);
        const std::string location = answer.header("location");
        if (answer.trouble != HttpAnswer::Trouble::None || answer.status < 300 || answer.status > 399 ||
            location.empty())
            return answer;
        const std::string next = resolveUrl(place, location);
        if (originOf(next).empty() || (place.starts_with("https:") && !next.starts_with("https:"))) {
            answer.trouble = HttpAnswer::Trouble::NotTrusted;
            answer.words = fmt::format("it sends on to {}, which is not encrypted", shown(next, 200));
            return answer;
        }
        place = next;
    }
    HttpAnswer lost;
    lost.host = hostOf(url);
    lost.trouble = HttpAnswer::Trouble::NoConnection;
    lost.words = fmt::format("it sends on and on, more than {} times", mostRedirects);
    return lost;
}

void Http::pause(double seconds)
{
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    while (Clock::now() < end) {
        if (m_isCancelled && m_isCancelled())
            throw stoppedByUser();
        std::this_thread::sleep_for(
            std::min<std::chrono::duration<double>>(std::chrono::milliseconds(50), end - Clock::now()));
    }
}

std::string originOf(const std::string& url)
{
    UrlParts parts;
    if (!parts.set(url))
        return {};
    const std::string scheme = lowered(parts.get(CURLUPART_SCHEME));
    if (scheme != "http" && scheme != "https")
        return {};
    return fmt::format("{}://{}:{}", scheme, lowered(parts.get(CURLUPART_HOST)),
                       parts.get(CURLUPART_PORT, CURLU_DEFAULT_PORT));
}

std::string resolveUrl(const std::string& base, const std::string& relative)
{
    UrlParts parts;
    return parts.set(base) && parts.set(relative) ? parts.get(CURLUPART_URL) : std::string();
}

std::string quoteUrl(std::string_view text, bool keepsSlashes)
{
    std::string out;
    for (const char c : text) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                             c == '_' || c == '.' || c == '~' || (c == '/' && keepsSlashes);
        out += isPlain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string hostOf(const std::string& url)
{
    UrlParts parts;
    if (!parts.set(url))
        return url;
    const std::string port = parts.get(CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
    return parts.get(CURLUPART_HOST) + (port.empty() ? "" : ":" + port);
}

} // namespace fettle
