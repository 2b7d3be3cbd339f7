// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/cli/checks.h"
#include "engine/cli/help_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace msrl::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class HelpPageTest : public testing::Test
{
protected:
    HelpPageTest() { m_app.formatter(helpPage()); }

    static std::string line(std::string name, const std::string& text)
    {
        name.insert(0, "  ");
        name.resize(30, ' ');
        return name + text;
    }

    CLI::App m_app { "What it is for.", "program" };
};

TEST_F(HelpPageTest, SaysWhatAValueMayBe)
{
    std::uint64_t threads = 0;
    double share = 0.5;
    std::string gate = "wait";
    std::string benchmark;
    std::filesystem::path out;
    m_app.add_option("--threads", threads, "Of each rank.")->check(wholeFrom(0))->capture_default_str();
    m_app.add_option("--share", share, "Of all.")->check(numberBetween(0, 1))->capture_default_str();
    m_app.add_option("--gate", gate, "Who decides.")
        ->check(CLI::IsMember({ "auto", "wait" }))
        ->capture_default_str();
    m_app.add_option("--benchmark", benchmark, "Which one.")
        ->check(CLI::IsMember({ "vl_rewardbench", "multimodal_rewardbench", "genai_bench" }))
        ->required();
    m_app.add_option("--svg", out, "A picture.");
    m_app.add_option("--unheard-of", benchmark, "A value without a word of its own.");
    const std::string page = m_app.help();
    EXPECT_THAT(page, HasSubstr(line("--threads N", "Of each rank. [0 or more; default 0]\n")));
    EXPECT_THAT(page, HasSubstr(line("--share N", "Of all. [0 to 1; default 0.5]\n")));
    EXPECT_THAT(page, HasSubstr(line("--gate auto|wait", "Who decides. [default wait]\n")));
    EXPECT_THAT(page, HasSubstr(line("--svg FILE", "A picture.\n")));
    EXPECT_THAT(page, HasSubstr(line("--unheard-of VALUE", "A value without a word of its own.\n")));
    EXPECT_THAT(page, HasSubstr(line("--benchmark NAME", "Which one. [required; one of vl_rewardbench,")));
    for (const char* inner : { "UINT", "FLOAT", "TEXT", "{", "REQUIRED" })
        EXPECT_THAT(page, Not(HasSubstr(inner)));
}

TEST_F(HelpPageTest, SaysHowOptionsGoTogether)
{
    bool risk = false;
    std::string gold;
    std::vector<std::string> accepted;
    std::vector<std::string> hosts;
    std::vector<std::string> columns;
    CLI::Option* flag = m_app.add_flag("--risk", risk, "Only say the risk.");
    CLI::Option* file = m_app.add_option("--gold", gold, "Answers.")->needs(flag);
    m_app.add_option("--accept", accepted, "Sample ids.")->excludes(file);
    m_app.add_option("--hosts", hosts, "Machines.")->delimiter(',');
    m_app.add_option("--map", columns, "Several times.")->allow_extra_args(false);
    const std::string page = m_app.help();
    EXPECT_THAT(page, HasSubstr(line("--risk", "Only say the risk.\n")));
    EXPECT_THAT(page, HasSubstr(line("--gold FILE", "Answers. [with --risk; not with --accept]\n")));
    EXPECT_THAT(page, HasSubstr(line("--accept SAMPLE ...", "Sample ids. [not with --gold]\n")));
    EXPECT_THAT(page, HasSubstr(line("--hosts HOST,...", "Machines.\n")));
    EXPECT_THAT(page, HasSubstr(line("--map FIELD=COLUMN", "Several times.\n")));
}

TEST_F(HelpPageTest, WrapsLongTextsInTheirColumn)
{
    std::string text;
    std::string words;
    for (int i = 0; i < 40; ++i)
        words += "word" + std::to_string(i) + " ";
    CLI::App* command = m_app.add_subcommand("inner", words);
    command->add_option("--a-name-that-takes-more-than-its-column", text, words);
    std::string again;
    std::istringstream lines(m_app.help() + command->help());
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(std::string(30, ' '))) {
            EXPECT_LE(line.size(), 100U);
            EXPECT_NE(line[30], ' ');
            again += line.substr(30) + " ";
        }
    }
    EXPECT_THAT(again, HasSubstr(words)); // whole, and in its order
}

TEST(Checks, SayWhatIsWanted)
{
    std::string text = "-1";
    EXPECT_EQ(wholeFrom(0)(text), "'-1' is not a whole number from 0 up");
    EXPECT_EQ(wholeBetween(1, 8)(text), "'-1' is not a whole number from 1 to 8");
    EXPECT_EQ(numberBetween(0, 0.5)(text), "'-1' is not a number from 0 to 0.5");
    EXPECT_EQ(aboveZero()(text), "'-1' is not a number above 0");
    for (const char* wrong : { "0", "9", "1.5", "two", "", "1 ", "99999999999999999999" }) {
        text = wrong;
        EXPECT_NE(wholeBetween(1, 8)(text), "") << wrong;
    }
    for (const char* fine : { "1", "8" }) {
        text = fine;
        EXPECT_EQ(wholeBetween(1, 8)(text), "") << fine;
    }
    text = "nan";
    EXPECT_NE(numberBetween(0, 1)(text), "");
    EXPECT_NE(numberFrom(0)(text), "");
    text = "inf";
    EXPECT_NE(aboveZero()(text), "");
}

} // namespace
} // namespace msrl::cli
