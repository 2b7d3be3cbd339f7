// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/base64.h"

#include <gtest/gtest.h>

namespace msrl::base {
namespace {

TEST(Base64, vectorsOfTheStandard)
{
    // RFC 4648, section 10.
    EXPECT_EQ(base64Decode(""), "");
    EXPECT_EQ(base64Decode("Zg=="), "f");
    EXPECT_EQ(base64Decode("Zm8="), "fo");
    EXPECT_EQ(base64Decode("Zm9v"), "foo");
    EXPECT_EQ(base64Decode("Zm9vYg=="), "foob");
    EXPECT_EQ(base64Decode("Zm9vYmE="), "fooba");
    EXPECT_EQ(base64Decode("Zm9vYmFy"), "foobar");
    EXPECT_EQ(base64Decode("AP/+gA=="), std::string("\x00\xff\xfe\x80", 4));
}

TEST(Base64, encodesWhatItDecodes)
{
    EXPECT_EQ(base64Encode("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64Encode("fooba"), "Zm9vYmE=");
    EXPECT_EQ(base64Encode("foob"), "Zm9vYg==");
    std::string bytes;
    for (int i = 0; i < 700; ++i) {
        EXPECT_EQ(base64Decode(base64Encode(bytes)), bytes);
        bytes += static_cast<char>((i * 167 + i / 7) & 0xff);
    }
}

TEST(Base64, refusesEverythingElse)
{
    for (const char* text : { "Z", "Zg", "Zg=", "Zm9v\n", "Zm9v Zg=", "Zm_v", "=m9v",
             "Zg==Zg==", "Z===", "====", "Zh==", "Zm9=" })
        EXPECT_EQ(base64Decode(text), std::nullopt) << text;
}

} // namespace
} // namespace msrl::base
