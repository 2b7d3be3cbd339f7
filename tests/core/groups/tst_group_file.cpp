// SPDX-License-Identifier: GPL-3.0-or-later
#include "group_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace msrl::groups {
namespace {

using testing::HasSubstr;

RunGroup sample()
{
    RunGroup group = *makeGroup(threeStages(), { { 1, 2 }, { "paper" }, { "third.replay_ratio=0,2" } });
    group.project = "/data/three.msrl";
    group.projectHash = "abc";
    group.gate = "auto";
    group.until = "last";
    group.threads = 3;
    group.earlyStop = 0.1;
    group.members[1].givenUp = GivenUp { "third", "captions", 0.5, kFullKey, 0.9 };
    return group;
}

std::string refusal(const base::Json& json)
{
    const auto group = groupFromJson(json, "group.json");
    EXPECT_FALSE(group);
    return group ? std::string() : group.error().message();
}

TEST(GroupFile, whatIsWrittenIsReadBack)
{
    const auto read = groupFromJson(groupToJson(sample()), "group.json");
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(*read, sample());
}

TEST(GroupFile, damageIsNamedWithItsPlace)
{
    base::Json json = groupToJson(sample());
    json["version"] = 2;
    EXPECT_THAT(refusal(json), HasSubstr("newer version"));
    json = groupToJson(sample());
    json["members"][0]["configuration"] = "nobody";
    EXPECT_THAT(refusal(json), HasSubstr("unknown configuration 'nobody'"));
    json = groupToJson(sample());
    json["members"][0]["name"] = "../elsewhere";
    EXPECT_THAT(refusal(json), HasSubstr("no name of a folder"));
    json = groupToJson(sample());
    json["configurations"].push_back(json["configurations"][0]);
    EXPECT_THAT(refusal(json), HasSubstr("comes twice"));
    json = groupToJson(sample());
    json["members"][1]["given_up"]["best"] = "much";
    EXPECT_THAT(refusal(json), HasSubstr("given_up, field best"));
    json = groupToJson(sample());
    json["members"] = "none";
    EXPECT_THAT(refusal(json), HasSubstr("members"));
}

} // namespace
} // namespace msrl::groups
