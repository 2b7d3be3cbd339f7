// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curriculum/overrides.h"
#include "core/curriculum/plan.h"
#include "sample_project.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace msrl::curriculum {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& text)
{
    const auto parsed = parseOverrides(sampleProject(), text);
    EXPECT_FALSE(parsed) << text;
    return parsed ? std::string() : parsed.error().message();
}

TEST(Overrides, valuesHaveTheTypeOfTheirField)
{
    const auto ratios = parseOverrides(sampleProject(), "rl_caption.replay_ratio=0,2,2.5");
    ASSERT_TRUE(ratios) << ratios.error().message();
    ASSERT_EQ(ratios->size(), 3u);
    EXPECT_TRUE(ratios->at(1).value.is_number_float());
    EXPECT_EQ(overrideText(ratios->at(0)), "rl_caption.replay_ratio=0");
    EXPECT_EQ(overrideText(ratios->at(2)), "rl_caption.replay_ratio=2.5");
    EXPECT_TRUE(parseOverride(sampleProject(), "rl_caption.steps=7")->value.is_number_integer());
    EXPECT_EQ(parseOverride(sampleProject(), "cmkd.match_task=true")->value, base::Json(true));
    EXPECT_EQ(parseOverride(sampleProject(), "cmkd.label_mode=gold")->value, base::Json("gold"));
}

TEST(Overrides, theProjectsOwnValueGivesTheSamePlan)
{
    Project same = sampleProject();
    const base::Json own = fieldValue(*same.node("rl_caption"), "replay_ratio");
    const auto override = parseOverride(same, "rl_caption.replay_ratio=" + valueText(own));
    ASSERT_TRUE(override);
    ASSERT_TRUE(applyOverrides(same, { *override }));
    const auto before = makePlan(sampleProject(), {});
    const auto after = makePlan(same, {});
    ASSERT_TRUE(before && after);
    EXPECT_EQ(planToJson(*before), planToJson(*after));
}

TEST(Overrides, whatDoesNotFitIsRefusedWithItsName)
{
    EXPECT_THAT(refusal("nobody.steps=3"), HasSubstr("no node 'nobody'"));
    EXPECT_THAT(refusal("nobody.steps=3"), HasSubstr("rl_caption")); // what there is
    EXPECT_THAT(refusal("rl_caption.stepps=3"),
        testing::AllOf(HasSubstr("no parameter 'stepps'"), HasSubstr("replay_ratio")));
    EXPECT_THAT(refusal("rl_caption.steps=3.5"), HasSubstr("not a whole number"));
    EXPECT_THAT(refusal("rl_caption.replay_ratio=none"), HasSubstr("not a number"));
    EXPECT_THAT(refusal("rl_caption.replay_ratio=-1"), HasSubstr("out of range"));
    EXPECT_THAT(refusal("cmkd.label_mode=guess"), HasSubstr("not one of"));
    EXPECT_THAT(refusal("cmkd.match_task=yes"), HasSubstr("neither true nor false"));
    EXPECT_THAT(refusal("rl_caption.replay_ratio=2,5,2.0"), HasSubstr("comes twice"));
    EXPECT_THAT(refusal("rl_caption.replay_ratio=2,"), HasSubstr("not a number"));
    EXPECT_THAT(refusal("rl_caption"), HasSubstr("NODE.FIELD=VALUE"));
    EXPECT_THAT(refusal("rl_caption=3"), HasSubstr("NODE.FIELD=VALUE"));
    EXPECT_FALSE(parseOverride(sampleProject(), "rl_caption.steps=3,4"));
}

TEST(Overrides, aParameterThatDoesNotApplyIsRefused)
{
    Project project = sampleProject();
    const auto temperature = parseOverride(project, "caps.temperature=0.5");
    const auto source = parseOverride(project, "caps.source=policy");
    ASSERT_TRUE(temperature && source);
    const base::Status refused = applyOverrides(project, { *temperature });
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("source is policy"));
    EXPECT_TRUE(applyOverrides(project, { *temperature, *source }));
}

} // namespace
} // namespace msrl::curriculum
