// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/file_lock.h"
#include "tests/support/other_process.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace msrl::base {
namespace {

TEST(FileLock, isHeldByOneProcessAndFreeWhenThatDies)
{
    const tests::TemporaryFolder folder;
    const std::filesystem::path file = folder / "a.lock";
    std::optional<FileLock> theirs;
    tests::OtherProcess other([&] {
        auto lock = FileLock::tryLock(file);
        if (!lock || !*lock)
            return false;
        theirs.emplace(**std::move(lock));
        return true;
    });
    ASSERT_TRUE(other.worked());
    auto refused = FileLock::tryLock(file);
    ASSERT_TRUE(refused) << refused.error().message();
    EXPECT_FALSE(refused->has_value());
    EXPECT_EQ(FileLock::holder(file), other.pid());
    other.kill();
    {
        auto mine = FileLock::tryLock(file);
        ASSERT_TRUE(mine && mine->has_value());
        EXPECT_EQ(FileLock::holder(file), ::getpid());
        EXPECT_FALSE(FileLock::tryLock(file)->has_value()); // in the same process too
    }
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_EQ(FileLock::holder(file), 0);
    EXPECT_TRUE(FileLock::tryLock(file)->has_value());
}

TEST(FileLock, aFolderThatIsNotThereIsAnErrorWithItsPlace)
{
    const tests::TemporaryFolder folder;
    const auto lock = FileLock::tryLock(folder / "none/a.lock");
    ASSERT_FALSE(lock);
    EXPECT_NE(lock.error().message().find("none/a.lock"), std::string::npos);
}

} // namespace
} // namespace msrl::base
