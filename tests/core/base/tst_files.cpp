// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/free_name.h"
#include "core/base/hash.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>

namespace msrl::base {
namespace fs = std::filesystem;

namespace {

class FilesTest : public testing::Test
{
protected:
    const tests::TemporaryFolder m_folder;
    const fs::path m_dir = m_folder.path();
};

TEST_F(FilesTest, atomicWriteReplacesAndLeavesNothingAside)
{
    const fs::path path = m_dir / "a.json";
    ASSERT_TRUE(writeFileAtomically(path, "one"));
    ASSERT_TRUE(writeFileAtomically(path, "two"));
    EXPECT_EQ(*readFile(path), "two");
    EXPECT_EQ(std::distance(fs::directory_iterator(m_dir), {}), 1);
}

TEST_F(FilesTest, atomicWriteIntoMissingFolderFailsWithThePlace)
{
    const Status status = writeFileAtomically(m_dir / "none" / "a", "x");
    ASSERT_FALSE(status);
    EXPECT_NE(status.error().message().find("none/a"), std::string::npos);
}

TEST_F(FilesTest, readFileRefusesMissingFoldersAndTooLarge)
{
    EXPECT_EQ(readFile(m_dir / "none").error().code, ErrorCode::BadInput);
    EXPECT_FALSE(readFile(m_dir));
    std::ofstream(m_dir / "big") << "12345";
    EXPECT_FALSE(readFile(m_dir / "big", 4));
    EXPECT_TRUE(readFile(m_dir / "big", 5));
}

TEST_F(FilesTest, folderTransactionIsWholeOrAbsent)
{
    const fs::path target = m_dir / "artefact";
    {
        auto abandoned = FolderTransaction::begin(target);
        ASSERT_TRUE(abandoned);
        std::ofstream(abandoned->staging() / "f") << "x";
    }
    EXPECT_TRUE(fs::is_empty(m_dir));
    auto kept = FolderTransaction::begin(target);
    ASSERT_TRUE(kept);
    std::ofstream(kept->staging() / "f") << "x";
    EXPECT_FALSE(fs::exists(target));
    ASSERT_TRUE(kept->commit());
    EXPECT_EQ(*readFile(target / "f"), "x");
    EXPECT_FALSE(FolderTransaction::begin(target));
}

TEST_F(FilesTest, aFreeNameIsTakenAndATakenOneIsLeftAlone)
{
    std::ofstream(m_dir / "aside") << "new";
    ASSERT_TRUE(moveToFreeName(m_dir / "aside", m_dir / "name"));
    EXPECT_EQ(*readFile(m_dir / "name"), "new");
    EXPECT_FALSE(fs::exists(m_dir / "aside"));
    std::ofstream(m_dir / "aside") << "other";
    EXPECT_EQ(moveToFreeName(m_dir / "aside", m_dir / "name").error().code, ErrorCode::BadInput);
    EXPECT_EQ(*readFile(m_dir / "name"), "new");
    EXPECT_EQ(*readFile(m_dir / "aside"), "other");
    EXPECT_FALSE(moveToFreeName(m_dir / "aside", m_dir / "none" / "name"));
    EXPECT_FALSE(moveToFreeName(m_dir / "none", m_dir / "free"));
    EXPECT_FALSE(fs::exists(m_dir / "free"));
}

TEST_F(FilesTest, sha256MatchesThePublishedVector)
{
    const std::string expected
        = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-2, "abc"
    EXPECT_EQ(sha256("abc"), expected);
    std::ofstream(m_dir / "abc") << "abc";
    EXPECT_EQ(*sha256OfFile(m_dir / "abc"), expected);
}

} // namespace
} // namespace msrl::base
