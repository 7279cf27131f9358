// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/unpack.h"

#include "core/base/error.h"

#include <arrow/util/compression.h>
#include <fmt/format.h>
#include <lzma.h>
#include <memory>
#include <vector>

namespace fettle
{

namespace
{

constexpr size_t pieceBytes = 1 << 20;

Error damagedPacking(Packing packing, const Allowance& allowance)
{
    const std::string what = packing == Packing::Deflate ? "a part of the archive" : packingName(packing);
    return badInput(fmt::format("{}: it is damaged or cut short ({}).", allowance.name(), what),
                    "Copy or download it once more.", "data");
}

std::unique_ptr<arrow::util::Codec> codecFor(Packing packing)
{
    using arrow::Compression;
    arrow::util::GZipCodecOptions options;
    if (packing == Packing::Deflate)
        options.gzip_format = arrow::util::GZipFormat::DEFLATE;
    const bool isGzip = packing == Packing::Gzip || packing == Packing::Deflate;
    auto codec = isGzip ? arrow::util::Codec::Create(Compression::GZIP, options)
                        : arrow::util::Codec::Create(packing == Packing::Zstd ? Compression::ZSTD : Compression::BZ2);
    if (!codec.ok())
        throw Error(ErrorCode::Failed, codec.status().ToString());
    return std::move(*codec);
}

std::string unpackByArrow(Packing packing, std::string_view bytes, Allowance& allowance)
{
    const auto codec = codecFor(packing);
    auto made = codec->MakeDecompressor();
    if (!made.ok())
        throw Error(ErrorCode::Failed, made.status().ToString());
    const std::shared_ptr<arrow::util::Decompressor> decompressor = *made;
    std::vector<uint8_t> piece(pieceBytes);
    std::string out;
    while (true) {
        const auto step =
            decompressor->Decompress(static_cast<int64_t>(bytes.size()), reinterpret_cast<const uint8_t*>(bytes.data()),
                                     static_cast<int64_t>(piece.size()), piece.data());
        if (!step.ok())
            throw damagedPacking(packing, allowance);
        allowance.take(static_cast<uint64_t>(step->bytes_written));
        out.append(reinterpret_cast<const char*>(piece.data()), static_cast<size_t>(step->bytes_written));
        bytes.remove_prefix(static_cast<size_t>(step->bytes_read));
        if (decompressor->IsFinished()) {
            if (bytes.find_first_not_of('\0') == std::string_view::npos)
                return out;
            if (packing == Packing::Deflate || !decompressor->Reset().ok())
                throw damagedPacking(packing, allowance);
        } else if (step->bytes_read == 0 && step->bytes_written == 0) {
            throw damagedPacking(packing, allowance);
        }
    }
}

/// Frees what liblzma holds, however the block is left.
struct LzmaStream {
    lzma_stream stream = LZMA_STREAM_INIT;
    LzmaStream() = default;
    LzmaStream(const LzmaStream&) = delete;
    LzmaStream& operator=(const LzmaStream&) = delete;
    ~LzmaStream() { lzma_end(&stream); }
};

std::string unpackXz(std::string_view bytes, Allowance& allowance)
{
    constexpr uint64_t mostMemory = 256 << 20; // xz -9 asks for 65 MiB
    LzmaStream holder;
    lzma_stream& stream = holder.stream;
    if (lzma_stream_decoder(&stream, mostMemory, LZMA_CONCATENATED) != LZMA_OK)
        throw Error(ErrorCode::OutOfResources, "There is too little memory to unpack xz.", {}, "data");
    std::vector<uint8_t> piece(pieceBytes);
    std::string out;
    stream.next_in = reinterpret_cast<const uint8_t*>(bytes.data());
    stream.avail_in = bytes.size();
    while (true) {
        stream.next_out = piece.data();
        stream.avail_out = piece.size();
        const lzma_ret step = lzma_code(&stream, LZMA_FINISH);
        const size_t written = piece.size() - stream.avail_out;
        allowance.take(written);
        out.append(reinterpret_cast<const char*>(piece.data()), written);
        if (step == LZMA_STREAM_END)
            return out;
        if (step == LZMA_MEMLIMIT_ERROR)
            throw badInput(fmt::format("{}: it was packed so that unpacking takes more than {} of memory.",
                                       allowance.name(), humanBytes(mostMemory)),
                           "Unpack it yourself: unxz.", "data");
        if (step != LZMA_OK)
            throw damagedPacking(Packing::Xz, allowance);
    }
}

} // namespace

const char* packingName(Packing packing)
{
    switch (packing) {
    case Packing::Gzip:
        return "gzip";
    case Packing::Zstd:
        return "zstd";
    case Packing::Bzip2:
        return "bzip2";
    case Packing::Xz:
        return "xz";
    case Packing::Deflate:
        return "zip";
    }
    return "";
}

std::string unpack(Packing packing, std::string_view bytes, Allowance& allowance)
{
    return packing == Packing::Xz ? unpackXz(bytes, allowance) : unpackByArrow(packing, bytes, allowance);
}

uint32_t crc32(std::string_view bytes)
{
    return lzma_crc32(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(), 0);
}

} // namespace fettle
