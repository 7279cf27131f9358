// SPDX-License-Identifier: GPL-3.0-or-later
// Hugging Face's cache: what is written into it and found in it.
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/hub_cache.h"
#include "core/hub/cache.h"
#include "tests/core/hub/hub_fixture.h"

#include <gmock/gmock.h>

namespace fettle
{
namespace
{

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class HubCache : public test::HubFixture
{
protected:
    const std::string commit = std::string(39, '0') + "1";

    /// A file as CachePlace puts it there.
    void put(const HubName& name, const std::string& path, const std::string& content)
    {
        const CachePlace place(name, commit);
        const HubFile file{path, content.size(), sha256(content)};
        place.makeFolders(file);
        write(place.blob(file), content);
        place.link(file);
    }

    static std::string problemOf(const std::function<void()>& call)
    {
        try {
            call();
        } catch (const Error& error) {
            return error.subject() + ": " + error.message() + " | " + error.hint();
        }
        return {};
    }
};

TEST_F(HubCache, FilesLieAsHuggingfaceHubLaysThem)
{
    const HubName name = HubName::parse("org/name");
    put(name, "config.json", "{}");
    put(name, "deep/er/x.txt", "x");
    CachePlace(name, commit).writeRef("refs/pr/1");
    const fs::path folder = cache / "models--org--name";
    EXPECT_EQ(fs::read_symlink(folder / "snapshots" / commit / "config.json"), "../../blobs/" + sha256("{}"));
    EXPECT_EQ(fs::read_symlink(folder / "snapshots" / commit / "deep/er/x.txt"), "../../../../blobs/" + sha256("x"));
    EXPECT_EQ(readFile(folder / "refs" / "refs/pr/1"), commit) << "without a line end";
    EXPECT_THAT(readFile(cache / "CACHEDIR.TAG"), HasSubstr("8a477f597d28d172789f06886806bc55"));
    CachePlace(name, commit).writeRef(commit);
    EXPECT_FALSE(fs::exists(folder / "refs" / commit)) << "a commit needs no name";
    put(name, "config.json", "{ }");
    EXPECT_EQ(readFile(folder / "snapshots" / commit / "config.json"), "{ }") << "a link is replaced";
}

TEST_F(HubCache, RevisionsAreFoundByBranchAndCommit)
{
    const HubName name = HubName::parse("org/name");
    EXPECT_FALSE(hubSnapshot(name.folderName(), "main"));
    put(name, "config.json", "{}");
    EXPECT_TRUE(hubSnapshot(name.folderName(), commit));
    EXPECT_TRUE(hubSnapshot(name.folderName(), "main")) << "the only one";
    EXPECT_FALSE(hubSnapshot(name.folderName(), "v1"));
    CachePlace(name, commit).writeRef("v1");
    EXPECT_TRUE(hubSnapshot(name.folderName(), "v1"));
    EXPECT_FALSE(hubSnapshot(name.folderName(), "../../../../etc"));
    write(cache / "models--org--name" / "refs" / "evil", "..");
    EXPECT_FALSE(hubSnapshot(name.folderName(), "evil"));
}

TEST_F(HubCache, AModelIsWholeOrSaysWhatIsMissing)
{
    const HubName name = HubName::parse("org/name");
    EXPECT_THAT(problemOf([&] { cachedModel(name, true); }),
                AllOf(HasSubstr("model: hub:org/name is not in Hugging Face's cache yet"), HasSubstr(cache.string()),
                      HasSubstr("fettle-cli hub get org/name")));
    put(name, "config.json", "{}");
    EXPECT_THAT(problemOf([&] { cachedModel(name, true); }), HasSubstr("model.safetensors is missing"));
    EXPECT_EQ(cachedModel(name, false).filename(), commit) << "drawn from nothing it needs no weights";
    put(name, "model.safetensors.index.json", R"({"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}})");
    put(name, "one.safetensors", "1");
    EXPECT_THAT(problemOf([&] { cachedModel(name, true); }), HasSubstr("two.safetensors is missing"));
    put(name, "two.safetensors", "2");
    EXPECT_EQ(cachedModel(name, true), cachedModel(name, false));
    fs::remove(fs::canonical(cachedModel(name, true) / "two.safetensors"));
    EXPECT_THAT(problemOf([&] { cachedModel(name, true); }), HasSubstr("two.safetensors")) << "a link to nothing";
    EXPECT_THAT(problemOf([] { cachedModel(HubName::parse("datasets/o/n"), true); }), HasSubstr("is a data set"));
}

TEST_F(HubCache, ADataSetIsItsPartToLearnFrom)
{
    const HubName name = HubName::parse("datasets/o/n");
    put(name, "README.md", "no facts");
    EXPECT_THAT(problemOf([&] { cachedDataset(name); }), HasSubstr("data: the data set o/n has no"));
    put(name, "data/train-00000-of-00002.jsonl", "{}");
    put(name, "data/test-00000-of-00001.jsonl", "{}");
    EXPECT_THAT(problemOf([&] { cachedDataset(name); }), HasSubstr("train-00001-of-00002.jsonl is missing"));
    put(name, "data/train-00001-of-00002.jsonl", "{}");
    const fs::path folder = *hubSnapshot(name.folderName(), "main") / "data";
    EXPECT_THAT(cachedDataset(name),
                ElementsAre(folder / "train-00000-of-00002.jsonl", folder / "train-00001-of-00002.jsonl"));
    EXPECT_THAT(cachedDataset(name, true), ElementsAre(folder / "test-00000-of-00001.jsonl"));
    EXPECT_THAT(cachedDataset(HubName::parse("datasets/o/n/data/test-00000-of-00001.jsonl")),
                ElementsAre(folder / "test-00000-of-00001.jsonl"));
    EXPECT_THAT(problemOf([] { cachedDataset(HubName::parse("o/n")); }), HasSubstr("hub:datasets/org/name"));
}

TEST_F(HubCache, IsListedWithSharedFilesCountedOnce)
{
    EXPECT_TRUE(listHubCache().empty());
    put(HubName::parse("org/name"), "config.json", "{}");
    put(HubName::parse("org/name"), "model.safetensors", "1234");
    put(HubName::parse("datasets/o/n"), "a.csv", "abc");
    CachePlace(HubName::parse("org/name"), commit).writeRef("main");
    const fs::path other = cache / "models--org--name" / "snapshots" / std::string(40, 'f');
    fs::create_directories(other);
    fs::create_symlink("../../blobs/" + sha256("1234"), other / "model.safetensors");
    fs::create_directories(cache / "models--a--b--c");
    fs::create_directories(cache / "spaces--x--y" / "snapshots");
    fs::create_directories(cache / ".locks");
    const auto found = listHubCache();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].name.text(), "org/name");
    EXPECT_EQ(found[0].bytes, 6U);
    ASSERT_EQ(found[0].snapshots.size(), 2U);
    EXPECT_THAT(found[0].snapshots[0].revisions, ElementsAre("main"));
    EXPECT_EQ(found[0].snapshots[0].missing, "");
    EXPECT_EQ(found[0].snapshots[1].missing, "config.json");
    EXPECT_EQ(found[1].name.text(), "datasets/o/n");
}

} // namespace
} // namespace fettle
