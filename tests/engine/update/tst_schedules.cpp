// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/update/schedules.h"

#include <gtest/gtest.h>

using namespace msrl::update;

TEST(Schedules, hitTheirCornersExactly)
{
    for (ScheduleKind kind : { ScheduleKind::Constant, ScheduleKind::Linear, ScheduleKind::Cosine })
        for (std::int64_t warmup : { 0, 1, 5 }) {
            SCOPED_TRACE(std::string(scheduleName(kind)) + " warm-up " + std::to_string(warmup));
            const ScheduleOptions options { kind, 40, warmup, 0.1 };
            ASSERT_TRUE(validate(options).ok());
            EXPECT_EQ(scheduleFactor(options, 0), warmup > 0 ? 1.0 / static_cast<double>(warmup) : 1.0);
            EXPECT_EQ(scheduleFactor(options, std::max<std::int64_t>(0, warmup - 1)), 1.0);
            EXPECT_EQ(scheduleFactor(options, 39), kind == ScheduleKind::Constant ? 1.0 : 0.1);
            EXPECT_EQ(scheduleFactor(options, 1000), scheduleFactor(options, 39));
            for (std::int64_t step = std::max<std::int64_t>(1, warmup); step < 40; ++step)
                EXPECT_LE(scheduleFactor(options, step), scheduleFactor(options, step - 1));
        }
}

TEST(Schedules, passHalfWayAtTheMiddle)
{
    EXPECT_NEAR(scheduleFactor({ ScheduleKind::Linear, 11, 0, 0.0 }, 5), 0.5, 1e-12);
    EXPECT_NEAR(scheduleFactor({ ScheduleKind::Cosine, 11, 0, 0.2 }, 5), 0.6, 1e-12);
}

TEST(Schedules, coverOneStep)
{
    EXPECT_EQ(scheduleFactor({ ScheduleKind::Cosine, 1, 0, 0.0 }, 0), 1.0);
    EXPECT_EQ(scheduleFactor({ ScheduleKind::Cosine, 1, 1, 0.0 }, 0), 1.0);
}

TEST(Schedules, refuseImpossibleOptions)
{
    EXPECT_FALSE(validate(ScheduleOptions { ScheduleKind::Linear, 10, 11, 0.0 }).ok());
    EXPECT_FALSE(validate(ScheduleOptions { ScheduleKind::Linear, 0, 0, 0.0 }).ok());
    EXPECT_FALSE(validate(ScheduleOptions { ScheduleKind::Linear, 10, 0, 1.5 }).ok());
    EXPECT_EQ(scheduleFromName("cosine"), ScheduleKind::Cosine);
    EXPECT_FALSE(scheduleFromName("cosin").has_value());
}
