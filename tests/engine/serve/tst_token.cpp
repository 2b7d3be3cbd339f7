// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/serve/token.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace msrl::serve {
namespace fs = std::filesystem;

namespace {

class TokenTest : public testing::Test
{
protected:
    void SetUp() override
    {
        m_file = fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
        fs::remove(m_file);
    }
    void TearDown() override { fs::remove(m_file); }

    fs::path m_file;
};

TEST_F(TokenTest, isMadeOnceForItsOwnerAlone)
{
    const auto first = tokenFromFile(m_file);
    ASSERT_TRUE(first) << first.error().message();
    EXPECT_EQ(first->size(), 64U);
    EXPECT_EQ(fs::status(m_file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(*tokenFromFile(m_file), *first);
    EXPECT_NE(*newToken(), *first);
}

TEST_F(TokenTest, aFileThatOthersReadOrAShortTokenIsRefused)
{
    std::ofstream(m_file) << "short\n";
    fs::permissions(m_file, fs::perms::owner_read);
    EXPECT_NE(tokenFromFile(m_file).error().message().find("5 characters"), std::string::npos);
    fs::permissions(m_file, fs::perms::owner_read | fs::perms::group_read);
    EXPECT_NE(tokenFromFile(m_file).error().message().find("chmod 600"), std::string::npos);
}

TEST_F(TokenTest, onlyTheWholeTokenBehindItsSchemeCounts)
{
    EXPECT_TRUE(showsToken("Bearer secret", "secret"));
    for (const char* header :
        { "", "secret", "Bearer ", "Bearer secre", "Bearer secret ", "Basic secret", "Bearer Secret" })
        EXPECT_FALSE(showsToken(header, "secret")) << header;
}

} // namespace
} // namespace msrl::serve
