// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/output_file.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

using namespace msrl;
namespace fs = std::filesystem;

// What cannot be written is bad input, told before any work.
TEST(OutputFile, RefusesWhatCannotBeWritten)
{
    const tests::TemporaryFolder folder;
    const fs::path file = folder.write("taken", "");
    EXPECT_TRUE(cli::checkOutputFile({}));
    EXPECT_TRUE(cli::checkOutputFile(folder / "new.html"));
    for (const fs::path& wrong : { folder / "none/new.html", folder.path(), file / "new.html" }) {
        const base::Status refused = cli::checkOutputFile(wrong);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_EQ(refused.error().code, base::ErrorCode::BadInput);
    }
    EXPECT_TRUE(cli::checkOutputFolder({}));
    EXPECT_TRUE(cli::checkOutputFolder(folder.path()));
    EXPECT_TRUE(cli::checkOutputFolder(folder / "a/b/c"));
    for (const fs::path& wrong : { file, file / "a/b" }) {
        const base::Status refused = cli::checkOutputFolder(wrong);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_EQ(refused.error().code, base::ErrorCode::BadInput);
        EXPECT_NE(refused.error().message().find("taken is no folder"), std::string::npos);
    }
}

TEST(OutputFile, RefusesAFolderWithoutPermission)
{
    if (::geteuid() == 0)
        GTEST_SKIP() << "root may write everywhere";
    const tests::TemporaryFolder folder;
    fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
    for (const base::Status& refused :
        { cli::checkOutputFile(folder / "new.html"), cli::checkOutputFolder(folder / "a/b") }) {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, base::ErrorCode::BadInput);
    }
    fs::permissions(folder.path(), fs::perms::owner_all);
}
