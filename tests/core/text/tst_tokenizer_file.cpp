// SPDX-License-Identifier: GPL-3.0-or-later
// Tokenizer files that are malformed or ask for another pipeline are refused with the place.
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/text/tokenizer.h"

#include <gtest/gtest.h>

#include <functional>

namespace msrl::text {
namespace {

using base::Json;

Json goldenFile()
{
    return Json::parse(
        base::readFile(std::filesystem::path(MSRL_TEST_DATA) / "tokenizer/tokenizer.json").value());
}

struct Fault
{
    std::string name;
    std::function<void(Json&)> make;
    std::string expected; // part of the message
};

class TokenizerFileFault : public testing::TestWithParam<Fault>
{
};

TEST_P(TokenizerFileFault, isRefusedWithItsPlace)
{
    Json file = goldenFile();
    GetParam().make(file);
    const auto tokenizer = Tokenizer::fromJson(file.dump(), "t.json");
    ASSERT_FALSE(tokenizer);
    EXPECT_EQ(tokenizer.error().code, base::ErrorCode::BadInput);
    EXPECT_NE(tokenizer.error().message().find(GetParam().expected), std::string::npos)
        << tokenizer.error().message();
    EXPECT_NE(tokenizer.error().message().find("t.json"), std::string::npos) << tokenizer.error().message();
}

INSTANTIATE_TEST_SUITE_P(Files, TokenizerFileFault,
    testing::Values(Fault { "model", [](Json& f) { f.erase("model"); }, "model is missing" },
        Fault { "modelType", [](Json& f) { f["model"]["type"] = "Unigram"; }, "Unigram" },
        Fault { "vocab", [](Json& f) { f["model"]["vocab"] = 3; }, "model.vocab" },
        Fault { "negativeId", [](Json& f) { f["model"]["vocab"]["a"] = -1; }, "\"a\"" },
        Fault { "hugeId", [](Json& f) { f["model"]["vocab"]["a"] = 1LL << 40; }, "2^24" },
        Fault {
            "sameId", [](Json& f) { f["model"]["vocab"]["a"] = f["model"]["vocab"]["b"]; }, "two entries" },
        Fault { "lostByte", [](Json& f) { f["model"]["vocab"].erase("!"); }, "0x21" },
        Fault { "alphabet", [](Json& f) { f["model"]["vocab"]["\u4e00"] = 5000; }, "byte-level alphabet" },
        Fault { "mergeShape", [](Json& f) { f["model"]["merges"][7] = Json::array({ "a" }); }, "merges[7]" },
        Fault { "mergeSpaces", [](Json& f) { f["model"]["merges"][3] = "a b c"; }, "merges[3]" },
        Fault { "mergeUnknown",
            [](Json& f) {
                f["model"]["merges"][5] = Json::array({ "!", "zq" });
            },
            "merges[5]" },
        Fault { "fallback", [](Json& f) { f["model"]["byte_fallback"] = true; }, "byte_fallback" },
        Fault { "normalizer", [](Json& f) { f["normalizer"]["type"] = "NFKC"; }, "NFKC" },
        Fault { "pipeline",
            [](Json& f) {
                f["pre_tokenizer"] = { { "type", "Whitespace" } };
            },
            "pre_tokenizer" },
        Fault { "regex", [](Json& f) { f["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = "a(b"; },
            "compile" },
        Fault { "wordClass",
            [](Json& f) { f["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = "\\w+"; }, "\\w" },
        Fault { "addedTwice", [](Json& f) { f["added_tokens"][1]["id"] = 856; }, "added_tokens[1]" },
        Fault { "addedEmpty", [](Json& f) { f["added_tokens"][2]["content"] = ""; }, "added_tokens[2]" },
        Fault { "addedStrip", [](Json& f) { f["added_tokens"][4]["lstrip"] = true; }, "lstrip" },
        Fault { "addedTakesId", [](Json& f) { f["added_tokens"][0]["id"] = 5; }, "id 5" }),
    [](const auto& param) { return param.param.name; });

TEST(TokenizerFile, brokenJsonAndMissingFilesAreRefused)
{
    EXPECT_FALSE(Tokenizer::fromJson("{\"model\":", "t.json"));
    EXPECT_FALSE(Tokenizer::fromJson("[]", "t.json"));
    EXPECT_FALSE(Tokenizer::load("/nowhere/at/all"));
}

TEST(TokenizerFile, theConfigurationMayAddTokensButNotContradict)
{
    const std::string file = goldenFile().dump();
    const auto entry = [](const char* id, const char* content) {
        return Json {
            { "added_tokens_decoder", { { id, { { "content", content }, { "special", true } } } } }
        }.dump();
    };
    const auto more = Tokenizer::fromJson(file, "t.json", entry("891", "<extra>"));
    ASSERT_TRUE(more) << more.error().message();
    EXPECT_EQ(more->tokenId("<extra>"), 891);
    EXPECT_FALSE(Tokenizer::fromJson(file, "t.json", entry("900", "<img>")));
    EXPECT_FALSE(Tokenizer::fromJson(file, "t.json", entry("12", "<extra>")));
    EXPECT_FALSE(Tokenizer::fromJson(file, "t.json", R"({"eos_token": "<none>"})"));
}

} // namespace
} // namespace msrl::text
