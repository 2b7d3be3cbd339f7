// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json_strict.h"

#include <gtest/gtest.h>

namespace msrl::base {
namespace {

TEST(Json, keepsKeyOrder)
{
    EXPECT_EQ(parseJson(R"({"b":1,"a":2})", "x")->dump(), R"({"b":1,"a":2})");
}

TEST(Json, tellsLineAndColumnOfTheFault)
{
    const auto parsed = parseJson("{\n \"a\": ,\n}", "p.msrl");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, ErrorCode::BadInput);
    EXPECT_NE(parsed.error().message().find("p.msrl: not valid JSON at line 2"), std::string::npos)
        << parsed.error().message();
}

TEST(Json, refusesDepthAndSizeBeforeParsing)
{
    EXPECT_FALSE(parseJson(std::string(1'000'000, '['), "deep"));
    EXPECT_FALSE(parseJson("[1,2,3]", "large", { .maxBytes = 3 }));
    EXPECT_TRUE(parseJson(R"(["[[[[[[[["])", "quoted brackets do not count", { .maxDepth = 2 }));
}

TEST(Json, refusesRepeatedKeysWhereThatIsAsked)
{
    const char* const inner = R"({"a": {"x": 1, "y": [{"x": 2}], "x": 3}})";
    EXPECT_EQ(parseJson(inner, "f")->at("a").at("x"), 3);
    const auto refused = parseStrictJson(inner, "f");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message(), "f: the key \"x\" comes twice");
    EXPECT_TRUE(parseStrictJson(R"({"a": {"x": 1}, "b": {"x": 1}})", "the same key of two objects"));
}

TEST(ObjectReader, reportsTheFirstFaultWithItsField)
{
    const Json json = Json::parse(R"({"n": "seven", "flag": 1})");
    ObjectReader in(json, "row 3");
    in.integer("n");
    in.boolean("flag");
    EXPECT_EQ(in.finish().error().message(), "row 3, field n: expected a whole number, found \"seven\"");
}

TEST(ObjectReader, refusesOrKeepsUnknownMembers)
{
    const Json json = Json::parse(R"({"a": 1, "later": [2]})");
    ObjectReader strict(json, "x");
    strict.integer("a");
    EXPECT_NE(strict.finish().error().message().find("field later"), std::string::npos);
    ObjectReader lenient(json, "x");
    lenient.integer("a");
    EXPECT_TRUE(lenient.finish(ObjectReader::Unknown::Keep));
    EXPECT_EQ(lenient.rest().dump(), R"({"later":[2]})");
}

TEST(ObjectReader, missingRequiredMemberIsAFaultAndFallbackIsNot)
{
    const Json json = Json::object();
    ObjectReader in(json, "x");
    EXPECT_EQ(in.text("name", "none"), "none");
    EXPECT_TRUE(in.finish());
    ObjectReader required(json, "x");
    required.text("name");
    EXPECT_EQ(required.finish().error().message(), "x, field name: is missing");
}

} // namespace
} // namespace msrl::base
