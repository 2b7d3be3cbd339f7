// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/base/process.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace msrl::base {
namespace {

TEST(Process, knowsItselfAndNotAReusedNumber)
{
    ProcessIdentity self = currentProcess();
    EXPECT_TRUE(isAlive(self));
    EXPECT_FALSE(self.bootId.empty());
    self.startTicks += 1; // the same pid, another process
    EXPECT_FALSE(isAlive(self));
}

TEST(Process, aZombieIsNotAlive)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(0);
    siginfo_t info {};
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0); // dead, not yet reaped
    EXPECT_FALSE(identifyProcess(child).has_value());
    ::waitpid(child, nullptr, 0);
}

TEST(Clock, writesIsoTimesAndDurations)
{
    EXPECT_EQ(isoTime(1'000'000'000'123), "2001-09-09T01:46:40.123Z");
    EXPECT_EQ(durationText(7 * 3600 + 65), "7 h 01 min");
    EXPECT_EQ(durationText(59.6), "1 min 00 s");
}

} // namespace
} // namespace msrl::base
