// SPDX-License-Identifier: GPL-3.0-or-later
// SHA-256 by OpenSSL.
#include "core/base/hash.h"

#include "core/base/error.h"
#include "core/base/files.h"

#include <algorithm>
#include <memory>
#include <openssl/evp.h>

namespace fettle
{

namespace
{

std::string sha256OfBytes(const void* data, size_t size)
{
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), data, size) != 1 || EVP_DigestFinal_ex(context.get(), digest, &length) != 1)
        throw Error(ErrorCode::Failed, "OpenSSL could not compute a SHA-256");
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < length; ++i) {
        text += digits[digest[i] >> 4];
        text += digits[digest[i] & 15];
    }
    return text;
}

} // namespace

std::string sha256(std::string_view bytes)
{
    return sha256OfBytes(bytes.data(), bytes.size());
}

std::string sha256OfFile(const std::filesystem::path& file)
{
    const MappedFile map(file);
    return sha256OfBytes(map.data(), map.size());
}

} // namespace fettle
