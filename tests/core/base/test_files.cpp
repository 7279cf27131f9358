// SPDX-License-Identifier: GPL-3.0-or-later
// Files: atomic writes that leave nothing half-written, locks, hashes, JSON errors with their place.
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/folder_lock.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "core/base/machine.h"

#include <csignal>
#include <cstring>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

using namespace fettle;
using ::testing::AllOf;
using ::testing::HasSubstr;

namespace
{

class FilesTest : public ::testing::Test
{
protected:
    void SetUp() override
    {
        std::string name = (fs::temp_directory_path() / "fettle-files-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        m_folder = name;
    }
    void TearDown() override { fs::remove_all(m_folder); }
    size_t entries() const
    {
        return static_cast<size_t>(std::distance(fs::directory_iterator(m_folder), fs::directory_iterator()));
    }
    fs::path m_folder;
};

std::string messageOf(const std::function<void()>& action)
{
    try {
        action();
    } catch (const Error& error) {
        return error.message();
    }
    return "nothing was thrown";
}

} // namespace

TEST_F(FilesTest, WritesAndReplacesAFile)
{
    const fs::path file = m_folder / "a.txt";
    writeFileAtomically(file, "one");
    writeFileAtomically(file, "two");
    EXPECT_EQ(readFile(file), "two");
    EXPECT_EQ(entries(), 1u);
}

TEST_F(FilesTest, NamesWhatCannotBeRead)
{
    EXPECT_THAT(messageOf([&] { readFile(m_folder / "none"); }), HasSubstr("there is no such file"));
    EXPECT_THAT(messageOf([&] { readFile(m_folder); }), HasSubstr("this is a folder"));
}

TEST_F(FilesTest, ReplacesAFolderWhole)
{
    const fs::path target = m_folder / "checkpoint-1";
    writeFolderAtomically(target, [](const fs::path& folder) { writeFileAtomically(folder / "a", "1"); });
    writeFolderAtomically(target, [](const fs::path& folder) { writeFileAtomically(folder / "b", "2"); });
    EXPECT_FALSE(fs::exists(target / "a"));
    EXPECT_EQ(readFile(target / "b"), "2");
    EXPECT_EQ(entries(), 1u);
}

TEST_F(FilesTest, LeavesTheOldFolderWhenFillingFails)
{
    const fs::path target = m_folder / "checkpoint-1";
    writeFolderAtomically(target, [](const fs::path& folder) { writeFileAtomically(folder / "a", "1"); });
    EXPECT_THROW(writeFolderAtomically(target,
                                       [](const fs::path& folder) {
                                           writeFileAtomically(folder / "b", "2");
                                           throw std::runtime_error("no");
                                       }),
                 std::runtime_error);
    EXPECT_EQ(readFile(target / "a"), "1");
    EXPECT_EQ(entries(), 1u);
}

TEST_F(FilesTest, AFullDiskIsOutOfResourcesAndLeavesNothing)
{
    // A limit on file size stands in for a full disk: the same place fails, in the same way.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before = {};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit small = before;
    small.rlim_cur = 1000;
    setrlimit(RLIMIT_FSIZE, &small);
    ErrorCode code = ErrorCode::Failed;
    std::string message;
    try {
        writeFileAtomically(m_folder / "big", std::string(100000, 'x'));
    } catch (const Error& error) {
        code = error.code();
        message = error.message();
    }
    setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(code, ErrorCode::OutOfResources);
    EXPECT_THAT(message, HasSubstr("larger than this session"));
    EXPECT_EQ(entries(), 0u);
}

TEST_F(FilesTest, RefusesAtOnceWhatIsNoPlainFile)
{
    ASSERT_EQ(::mkfifo((m_folder / "pipe").c_str(), 0600), 0);
    fs::create_symlink("/dev/urandom", m_folder / "random");
    fs::create_symlink("pipe", m_folder / "link");
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, (m_folder / "socket").c_str(), sizeof(address.sun_path) - 1);
    ASSERT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    const std::pair<const char*, const char*> expected[] = {{"pipe", "this is a pipe"},
                                                            {"link", "this is a pipe"},
                                                            {"random", "this is a device"},
                                                            {"socket", "this is a socket"}};
    for (const auto& [name, words] : expected) {
        const fs::path file = m_folder / name;
        EXPECT_THAT(messageOf([&] { readRegularFile(file); }), AllOf(HasSubstr(name), HasSubstr(words)));
        EXPECT_THAT(messageOf([&] { readJson(file); }), HasSubstr(words));
        EXPECT_THAT(messageOf([&] { MappedFile{file}; }), HasSubstr(words));
    }
    ::close(socket);
}

TEST_F(FilesTest, APipeIsReadWhereSomebodyWritesAndElseNotWaitedFor)
{
    const fs::path pipe = m_folder / "pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_THAT(messageOf([&] { readFile(pipe); }), AllOf(HasSubstr("pipe"), HasSubstr("nobody writes into it")));
    const std::string text(200000, 'x'); // more than a pipe holds at once
    std::thread writer([&] { std::ofstream(pipe) << text; });
    EXPECT_EQ(readFile(pipe), text);
    writer.join();
}

TEST_F(FilesTest, FollowsALinkToAFileAndKeepsItsBound)
{
    writeFileAtomically(m_folder / "blob", "12345");
    fs::create_symlink("blob", m_folder / "config.json");
    EXPECT_EQ(readRegularFile(m_folder / "config.json"), "12345");
    EXPECT_EQ(readRegularFile(m_folder / "blob", 5), "12345");
    EXPECT_THAT(messageOf([&] { readRegularFile(m_folder / "blob", 4); }), HasSubstr("larger than 4 B"));
    EXPECT_THAT(messageOf([&] { readFile("/dev/zero", 1 << 20); }), HasSubstr("larger than"));
}

TEST_F(FilesTest, LocksNothingThroughALink)
{
    fs::create_symlink(m_folder / "elsewhere", m_folder / ".fettle-lock");
    EXPECT_THAT(messageOf([&] { FolderLock lock(m_folder); }), HasSubstr(".fettle-lock: this is no lock file"));
    EXPECT_FALSE(FolderLock::isHeld(m_folder));
    EXPECT_FALSE(fs::exists(m_folder / "elsewhere"));
    fs::remove(m_folder / ".fettle-lock");
    ASSERT_EQ(::mkfifo((m_folder / ".fettle-lock").c_str(), 0600), 0);
    EXPECT_THAT(messageOf([&] { FolderLock lock(m_folder); }), HasSubstr(".fettle-lock: this is no lock file"));
    EXPECT_FALSE(FolderLock::isHeld(m_folder));
}

TEST_F(FilesTest, MapsAFile)
{
    writeFileAtomically(m_folder / "m", "hello");
    const MappedFile map(m_folder / "m");
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(map.data()), map.size()), "hello");
    writeFileAtomically(m_folder / "empty", "");
    EXPECT_EQ(MappedFile(m_folder / "empty").size(), 0u);
}

TEST_F(FilesTest, AMapThatLosesItsFileSaysSo)
{
    const std::string page(static_cast<size_t>(::sysconf(_SC_PAGESIZE)), 'x');
    writeFileAtomically(m_folder / "m", page + page + page);
    const MappedFile map(m_folder / "m");
    const auto at = [&](size_t i) { return static_cast<char>(static_cast<volatile const std::byte*>(map.data())[i]); };
    writeFileAtomically(m_folder / "m", "another one"); // the one that is mapped is still there
    map.requireUnchanged();
    EXPECT_EQ(at(2 * page.size()), 'x');

    const MappedFile other(m_folder / "m");
    EXPECT_EQ(std::to_integer<char>(other.data()[0]), 'a');
    writeFile(m_folder / "m", "another two");
    EXPECT_THAT(messageOf([&] { other.requireUnchanged(); }), HasSubstr("m was written to while it was in use"));

    writeFile(m_folder / "n", page + page + page);
    const MappedFile cut(m_folder / "n");
    fs::resize_file(m_folder / "n", 10);
    const auto byteOf = [&](size_t i) { return static_cast<volatile const std::byte*>(cut.data())[i]; };
    EXPECT_EQ(byteOf(page.size()), std::byte{0}); // SIGBUS, to who reads it unprepared
    EXPECT_EQ(byteOf(3 * page.size() - 1), std::byte{0});
    EXPECT_EQ(byteOf(0), std::byte{'x'});
    writeFile(m_folder / "n", page + page + page);
    EXPECT_THAT(messageOf([&] { cut.requireUnchanged(); }), HasSubstr("n could no longer be read while it was in use"));
    map.requireUnchanged();
}

TEST_F(FilesTest, LocksAFolderOnce)
{
    EXPECT_FALSE(FolderLock::isHeld(m_folder));
    {
        const FolderLock lock(m_folder);
        EXPECT_TRUE(FolderLock::isHeld(m_folder));
        EXPECT_THAT(messageOf([&] { FolderLock second(m_folder); }), HasSubstr("is being written by another"));
    }
    EXPECT_FALSE(FolderLock::isHeld(m_folder));
    const FolderLock again(m_folder);
}

TEST(Hash, IsSha256)
{
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(JsonErrors, NameLineAndColumn)
{
    EXPECT_THAT(messageOf([] { parseJson("{\n  \"a\": tru\n}", "run.json"); }), HasSubstr("run.json, line 2, column"));
    EXPECT_THAT(messageOf([] { parseJson("{\"ä\": x}", "run.json"); }), HasSubstr("run.json, line 1, column 7"));
    EXPECT_THAT(messageOf([] { parseJson("{\"a\": 1", "run.json"); }), HasSubstr("line 1, column"));
    EXPECT_THAT(messageOf([] { parseJson("\"\xFF\"", "x"); }), HasSubstr("x, line 1, column 2: not UTF-8"));
}

TEST(JsonErrors, NameKeyAndType)
{
    const Json object = parseJson("\xEF\xBB\xBF{\"n\": 1.5, \"whole\": 3.0, \"none\": null}", "x");
    EXPECT_THAT(messageOf([&] { jsonValue<int64_t>(object, "n", 0); }), HasSubstr("\"n\" must be a whole number"));
    EXPECT_EQ(jsonValue<int64_t>(object, "whole", 0), 3);
    EXPECT_EQ(jsonValue<double>(object, "none", 7), 7);
    EXPECT_EQ(jsonValue<std::string>(object, "absent", "x"), "x");
}

TEST(MachineFacts, AreThere)
{
    EXPECT_GE(machine().cores, 1);
    EXPECT_GT(machine().memoryBytes, 1u << 20);
    EXPECT_GT(availableMemoryBytes(), 0u);
    EXPECT_GT(residentBytes(), 1u << 20);
    // What is held already is not taken a second time, and no more of it than what is asked about.
    std::vector<char> held(300'000'000, 'x');
    EXPECT_GE(memoryInReach(UINT64_MAX), availableMemoryBytes() + held.size() - 100'000'000);
    EXPECT_LT(memoryInReach(1000), availableMemoryBytes() + 100'000'000);
    EXPECT_GE(peakResidentBytes(), residentBytes() / 2);
}
