// SPDX-License-Identifier: GPL-3.0-or-later
// Hashes by OpenSSL.
#include "core/base/hash.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <openssl/evp.h>
#include <unistd.h>
#include <vector>

namespace fettle
{

namespace
{

struct OpenDescriptor {
    int descriptor;
    ~OpenDescriptor() { ::close(descriptor); }
};

class Digest
{
public:
    explicit Digest(const EVP_MD* kind)
    {
        require(m_context && EVP_DigestInit_ex(m_context.get(), kind, nullptr) == 1);
    }
    void add(const void* data, size_t size) { require(EVP_DigestUpdate(m_context.get(), data, size) == 1); }
    std::string inWords()
    {
        unsigned char digest[EVP_MAX_MD_SIZE];
        unsigned int length = 0;
        require(EVP_DigestFinal_ex(m_context.get(), digest, &length) == 1);
        static constexpr char digits[] = "0123456789abcdef";
        std::string text;
        for (unsigned int i = 0; i < length; ++i) {
            text += digits[digest[i] >> 4];
            text += digits[digest[i] & 15];
        }
        return text;
    }

private:
    static void require(bool done)
    {
        if (!done)
            throw Error(ErrorCode::Failed, "OpenSSL could not compute a hash");
    }
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> m_context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

// Read, not mapped: what a model has mapped already would count twice in what the process holds.
std::string hashOf(const std::filesystem::path& file, Digest& hash, const OpenDescriptor& open)
{
    std::vector<char> piece(size_t{1} << 20);
    for (;;) {
        const ssize_t count = ::read(open.descriptor, piece.data(), piece.size());
        if (count == 0)
            return hash.inWords();
        if (count > 0)
            hash.add(piece.data(), static_cast<size_t>(count));
        else if (errno != EINTR)
            throw badInput(fmt::format("{}: could not be read: {}", file.string(), std::strerror(errno)));
    }
}

} // namespace

std::string sha256(std::string_view bytes)
{
    Digest hash(EVP_sha256());
    hash.add(bytes.data(), bytes.size());
    return hash.inWords();
}

std::string sha256OfFile(const std::filesystem::path& file)
{
    Digest hash(EVP_sha256());
    const OpenDescriptor open{openForReading(file, O_NONBLOCK)};
    requireRegularFile(open.descriptor, file);
    return hashOf(file, hash, open);
}

std::string gitHashOfFile(const std::filesystem::path& file)
{
    Digest hash(EVP_sha1());
    const OpenDescriptor open{openForReading(file, O_NONBLOCK)};
    requireRegularFile(open.descriptor, file);
    const std::string header = fmt::format("blob {}", fs::file_size(file));
    hash.add(header.c_str(), header.size() + 1);
    return hashOf(file, hash, open);
}

} // namespace fettle
