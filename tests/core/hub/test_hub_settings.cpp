// SPDX-License-Identifier: GPL-3.0-or-later
// Whom the Hub's client may ask, and as whom.
#include "core/base/error.h"
#include "core/base/hub_cache.h"
#include "core/hub/hub_settings.h"
#include "tests/core/hub/hub_fixture.h"

#include <gmock/gmock.h>

namespace fettle
{
namespace
{

using ::testing::HasSubstr;

class HubSettingsTest : public test::HubFixture
{
};

TEST_F(HubSettingsTest, TheCacheLiesWhereHuggingfaceHubHasIt)
{
    EXPECT_EQ(hubCacheFolder(), cache);
    set("XDG_CACHE_HOME", "/x");
    EXPECT_EQ(hubCacheFolder(), "/x/huggingface/hub");
    set("HF_HOME", "~/hf");
    EXPECT_EQ(hubCacheFolder(), root / "hf" / "hub");
    set("HF_HOME", "${HOME}/$NOBODY_SET_THIS/hf");
    EXPECT_EQ(hubCacheFolder(), root / "$NOBODY_SET_THIS" / "hf" / "hub");
    set("HUGGINGFACE_HUB_CACHE", "/old");
    EXPECT_EQ(hubCacheFolder(), "/old");
    set("HF_HUB_CACHE", "$HOME/hub");
    EXPECT_EQ(hubCacheFolder(), root / "hub");
}

TEST_F(HubSettingsTest, TheTokenIsTheFirstThatIsGiven)
{
    EXPECT_EQ(hubSettings().token, "");
    write(root / ".cache" / "huggingface" / "token", "hf_file\n");
    EXPECT_EQ(hubSettings().token, "hf_file");
    EXPECT_THAT(hubSettings().tokenSource, HasSubstr("huggingface/token"));
    set("HUGGING_FACE_HUB_TOKEN", "hf_old");
    EXPECT_EQ(hubSettings().token, "hf_old");
    set("HF_TOKEN", " hf_new\r\n");
    EXPECT_EQ(hubSettings().token, "hf_new");
    EXPECT_EQ(hubSettings().tokenSource, "HF_TOKEN");
    set("HF_TOKEN", "hf_a\nHost: evil");
    EXPECT_THROW(hubSettings(), Error) << "a header of its own";
}

TEST_F(HubSettingsTest, AMirrorIsAsked)
{
    EXPECT_EQ(hubSettings().endpoint, "https://huggingface.co");
    set("HF_ENDPOINT", "https://mirror.school/");
    EXPECT_EQ(hubSettings().endpoint, "https://mirror.school");
    set("HF_ENDPOINT", "mirror.school");
    EXPECT_THROW(hubSettings(), Error);
}

TEST_F(HubSettingsTest, ConnectionsAreRefusedByWhoeverSaysSo)
{
    EXPECT_EQ(hubSettings().offline, "");
    for (const char* name : {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}) {
        set(name, "0");
        EXPECT_EQ(hubSettings().offline, "");
        set(name, "yes");
        EXPECT_THAT(hubSettings().offline, HasSubstr(name));
        ::unsetenv(name);
    }
    const fs::path own = root / ".config" / "fettle" / "hub.json", system = root / "system" / "fettle" / "hub.json";
    write(own, R"({"offline": false})");
    EXPECT_EQ(hubSettings().offline, "");
    write(system, R"({"offline": true})");
    EXPECT_THAT(hubSettings().offline, HasSubstr(system.string())) << "nobody lifts it for himself";
    write(system, R"({"offline": )");
    EXPECT_THAT(hubSettings().offline, HasSubstr("cannot be read")) << "in doubt no connection";
    write(system, "{}");
    write(own, R"({"offline": true})");
    EXPECT_THAT(hubSettings().offline, HasSubstr(own.string()));
    EXPECT_THROW(requireOnline(hubSettings()), Error);
}

} // namespace
} // namespace fettle
