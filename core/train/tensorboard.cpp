// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/tensorboard.h"

#include "core/base/files.h"

#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace fettle
{

namespace
{

/// Numbers of the fields of tensorflow.Event, SessionLog, Summary and Summary.Value.
namespace field
{
constexpr int wallTime = 1, step = 2, fileVersion = 3, summary = 5, sessionLog = 7;
constexpr int status = 1, value = 1, tag = 1, simpleValue = 2;
} // namespace field
constexpr uint64_t sessionStart = 1;                                 ///< of SessionLog.SessionStatus
enum class Wire { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 }; ///< how protobuf writes a value

void appendVarint(std::string& out, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        out += static_cast<char>(number | 0x80);
    out += static_cast<char>(number);
}

void appendKey(std::string& out, int number, Wire wire)
{
    appendVarint(out, static_cast<uint64_t>(number) << 3 | static_cast<uint64_t>(wire));
}

/// Little-endian, as the processors are that Fettle runs on.
template <typename T>
void appendFixed(std::string& out, T number)
{
    static_assert(std::endian::native == std::endian::little);
    const auto bytes = std::bit_cast<std::array<char, sizeof(T)>>(number);
    out.append(bytes.data(), bytes.size());
}

void appendBytes(std::string& out, int number, std::string_view bytes)
{
    appendKey(out, number, Wire::Bytes);
    appendVarint(out, bytes.size());
    out += bytes;
}

void appendNumber(std::string& out, int number, uint64_t value)
{
    appendKey(out, number, Wire::Varint);
    appendVarint(out, value);
}

std::string eventNow()
{
    std::string event;
    appendKey(event, field::wallTime, Wire::Fixed64);
    appendFixed(event, std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count());
    return event;
}

std::string hostName()
{
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

/// A name that no earlier part of the run has, even of the same second.
fs::path freeName(const fs::path& folder)
{
    for (int part = 0;; ++part)
        if (fs::path path = folder / fmt::format("events.out.tfevents.{:010}.{}.{}.{}",
                                                 std::chrono::duration_cast<std::chrono::seconds>(
                                                     std::chrono::system_clock::now().time_since_epoch())
                                                     .count(),
                                                 hostName(), ::getpid(), part);
            !fs::exists(path))
            return path;
}

std::array<uint32_t, 256> makeCrcTable()
{
    std::array<uint32_t, 256> table{};
    for (uint32_t i = 0; i < table.size(); ++i) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78U : 0);
        table[i] = crc;
    }
    return table;
}

} // namespace

uint32_t maskedCrc32c(std::string_view bytes)
{
    static const std::array<uint32_t, 256> table = makeCrcTable();
    uint32_t crc = 0xFFFFFFFFU;
    for (const char byte : bytes)
        crc = crc >> 8 ^ table[(crc ^ static_cast<unsigned char>(byte)) & 0xFF];
    crc = ~crc;
    return std::rotr(crc, 15) + 0xA282EAD8U;
}

TensorBoardFile::TensorBoardFile(const std::filesystem::path& runFolder, int64_t fromStep, bool isResume)
    : m_path(freeName(runFolder)), m_file(m_path, std::ios::binary)
{
    std::string event = eventNow();
    appendBytes(event, field::fileVersion, "brain.Event:2");
    write(event);
    if (!isResume)
        return;
    event = eventNow();
    appendNumber(event, field::step, static_cast<uint64_t>(fromStep) + 1);
    std::string started;
    appendNumber(started, field::status, sessionStart);
    appendBytes(event, field::sessionLog, started);
    write(event);
}

void TensorBoardFile::add(const Json& entry)
{
    std::string values;
    for (const auto& [name, number] : entry.items()) {
        if (name == "step" || !number.is_number())
            continue;
        std::string one;
        appendBytes(one, field::tag, name.starts_with("eval_") ? "eval/" + name.substr(5) : "train/" + name);
        appendKey(one, field::simpleValue, Wire::Fixed32);
        appendFixed(one, number.get<float>());
        appendBytes(values, field::value, one);
    }
    std::string event = eventNow();
    appendNumber(event, field::step, static_cast<uint64_t>(jsonValue<int64_t>(entry, "step", 0)));
    appendBytes(event, field::summary, values);
    write(event);
}

void TensorBoardFile::write(std::string_view event)
{
    std::string length;
    appendFixed(length, static_cast<uint64_t>(event.size()));
    std::string record = length;
    appendFixed(record, maskedCrc32c(length));
    record += event;
    appendFixed(record, maskedCrc32c(event));
    errno = 0;
    m_file.write(record.data(), static_cast<std::streamsize>(record.size()));
    if (!m_file.flush()) // so that TensorBoard shows it at once
        throwFileError(m_path, "could not be written", errno);
}

} // namespace fettle
