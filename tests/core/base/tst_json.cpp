// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"

#include <gtest/gtest.h>

#include <limits>

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

TEST(Json, tellsAnEmptyTextAndAWrongEncoding)
{
    EXPECT_EQ(parseJson(" \n", "p.msrl").error().message(), "p.msrl: is empty, expected JSON");
    EXPECT_EQ(parseJson("{\"a\": \"\xff\"}", "p.msrl")
                  .error()
                  .message()
                  .find("p.msrl: not valid UTF-8 at line 1, column"),
        0u);
    // The caller's place has the line of a file of rows.
    EXPECT_EQ(parseJson("{\"a\": ,}", "rows.jsonl:3").error().message(),
        "rows.jsonl:3: not valid JSON at column 7");
}

TEST(Json, refusesDepthAndSizeBeforeParsing)
{
    EXPECT_FALSE(parseJson(std::string(1'000'000, '['), "deep"));
    EXPECT_FALSE(parseJson("[1,2,3]", "large", { .maxBytes = 3 }));
    EXPECT_TRUE(parseJson(R"(["[[[[[[[["])", "quoted brackets do not count", { .maxDepth = 2 }));
}

TEST(Json, aNulDoesNotEndTheText)
{
    using namespace std::string_literals;
    EXPECT_EQ(parseJson("{\"a\":1}\0"s, "f").error().message(), "f: not valid JSON at line 1, column 8");
    EXPECT_FALSE(parseJson("[1]\0x"s, "f"));
    EXPECT_TRUE(parseJson(R"(["\u0000"])", "f"));
}

TEST(Json, tellsWhatIsUtf8)
{
    EXPECT_TRUE(isUtf8(""));
    EXPECT_TRUE(isUtf8("a \xC3\xA9 \xF0\x9F\x98\x80"));
    for (const char* broken : { "\xFF", "a\xC3", "\xC0\x80", "\xED\xA0\x80" })
        EXPECT_FALSE(isUtf8(broken)) << broken;
}

TEST(Json, refusesAKeyThatComesTwiceInOneObject)
{
    const char* const inner = R"({"a": {"x": 1, "y": [{"x": "1:2"}], "x": 3}})";
    const auto refused = parseJson(inner, "f");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message(), "f: the key \"x\" comes twice");
    EXPECT_EQ(parseSortedJson(inner, "f").error().message(), "f: the key \"x\" comes twice");
    EXPECT_EQ(parseJson(R"([{"x": 1}, [2], 3, {"y": {"z": 1, "z": 2}}])", "f").error().message(),
        "f[3]: the key \"z\" comes twice");
    EXPECT_TRUE(
        parseJson(R"({"a": {"x:": "b:\"c:"}, "b": [{"x:": 1}, {"x:": 1}]})", "the same key of two objects"));
}

TEST(ObjectReader, reportsTheFirstFaultWithItsField)
{
    const Json json = Json::parse(R"({"n": "seven", "flag": 1})");
    ObjectReader in(json, "row 3");
    in.integer("n");
    in.boolean("flag");
    EXPECT_EQ(in.finish().error().message(), "row 3, field n: expected a whole number, found \"seven\"");
}

TEST(ObjectReader, wholeNumbersKeepTheirRange)
{
    const Json json = Json::parse(R"({"small": 7, "wraps": 4294967297, "huge": 9223372036854775808})");
    ObjectReader good(json, "x");
    EXPECT_EQ(good.integerIn("small", 0, 7), 7);
    EXPECT_EQ(good.integerIn("absent", 1, 9, 3), 3);
    EXPECT_TRUE(good.finish(ObjectReader::Unknown::Keep));
    ObjectReader low(json, "x");
    low.integerIn("small", 8, 9);
    EXPECT_EQ(low.finish().error().message(), "x, field small: expected a whole number from 8 to 9, found 7");
    for (const char* key : { "wraps", "huge" }) {
        ObjectReader in(json, "x");
        in.integerIn(key, 0, std::numeric_limits<int>::max());
        EXPECT_FALSE(in.finish(ObjectReader::Unknown::Keep)) << key;
    }
    ObjectReader in(json, "x");
    in.integer("huge");
    EXPECT_FALSE(in.finish(ObjectReader::Unknown::Keep));
}

TEST(ObjectReader, listsOfTextsHoldNothingElse)
{
    const Json json = Json::parse(R"({"good": ["a", "b"], "odd": ["a", 1]})");
    ObjectReader in(json, "x");
    EXPECT_EQ(in.texts("good", 2), (std::vector<std::string> { "a", "b" }));
    EXPECT_TRUE(in.texts("absent", 2).empty());
    EXPECT_TRUE(in.finish(ObjectReader::Unknown::Keep));
    ObjectReader many(json, "x");
    many.texts("good", 1);
    EXPECT_EQ(many.finish().error().message(), "x, field good: has 2 entries, the limit is 1");
    ObjectReader odd(json, "x");
    odd.texts("odd", 2);
    EXPECT_EQ(odd.finish().error().message(), "x, field odd: expected texts, found 1 at place 2");
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
