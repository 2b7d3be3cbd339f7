// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/groups/study_plot.h"
#include "group_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <iomanip>
#include <regex>
#include <sstream>

namespace msrl::groups {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

struct Swept
{
    RunGroup group;
    GroupSummary summary;
};

Swept swept(const std::string& set)
{
    Swept result { *makeGroup(threeStages(), { { 1 }, {}, { set } }), {} };
    std::vector<MemberResult> members;
    double text = 0.5;
    for (const Member& member : result.group.members) {
        EvaluatedPolicy before;
        before.node = "second";
        before.figures["text.accuracy"] = { 1.0, 100 };
        EvaluatedPolicy after;
        after.node = "third";
        after.startedFrom = "second";
        after.figures["text.accuracy"] = { text, 100 };
        after.figures["captions.accuracy"] = { 1 - text, 100 };
        text += 0.1;
        members.push_back(finishedMember(member.configuration, member.seed, { before, after }));
    }
    result.summary = *summarise(result.group, members, "third");
    return result;
}

TEST(Plot, theSweptParameterIsTheAxisInItsOrder)
{
    const Swept study = swept("third.replay_ratio=10,0,5");
    const auto plot = studyPlot(study.group, study.summary, { "text.accuracy", {} });
    ASSERT_TRUE(plot) << plot.error().message();
    ASSERT_EQ(plot->points.size(), 3u);
    EXPECT_EQ(plot->points[0].label, "none");
    EXPECT_EQ(plot->points[0].x, 0);
    EXPECT_NEAR(plot->points[0].y, 0.6, 1e-12);
    EXPECT_EQ(plot->points[2].label, "10:1");
    EXPECT_TRUE(plot->connected);
    EXPECT_EQ(plot->xTitle, "New : replay");
    EXPECT_THAT(plot->note, HasSubstr("seed 1"));
}

TEST(Plot, oneMeasureAgainstAnother)
{
    const Swept study = swept("third.replay_ratio=10,0,5");
    const auto plot = studyPlot(study.group, study.summary, { "text.retention", "captions.accuracy" });
    ASSERT_TRUE(plot) << plot.error().message();
    EXPECT_NEAR(plot->points[0].x, 0.5, 1e-12);
    EXPECT_NEAR(plot->points[0].y, 0.5, 1e-12);
    EXPECT_TRUE(plot->points[0].xInterval);
    EXPECT_FALSE(plot->points[0].yInterval) << "a ratio of one seed has no interval";
    EXPECT_FALSE(plot->connected);
}

TEST(Plot, whatCannotBeDrawnIsRefused)
{
    const Swept study = swept("third.parser=strict,script");
    EXPECT_THAT(studyPlot(study.group, study.summary, { "text.accuracy", {} }).error().message(),
        HasSubstr("numeric"));
    EXPECT_THAT(studyPlot(study.group, study.summary, { "text.beauty", "text.accuracy" }).error().message(),
        HasSubstr("choose one of captions.accuracy"));
}

TEST(Plot, aMarkStandsWhereItsValueIs)
{
    const PlotAxis up { 10, 20, 100, 20 };
    EXPECT_EQ(up.at(10), 100);
    EXPECT_EQ(up.at(15), 60);
    EXPECT_EQ(up.at(20), 20);
    EXPECT_EQ(up.ticks(5), axisTicks(10, 20, 5));
    PlotLook look;
    look.line = "#123456";
    const std::string mark = tickAcross(up.at(15), 30, 200, "< 15", look);
    EXPECT_THAT(mark, HasSubstr("x1=\"30\" y1=\"60.0\" x2=\"200\" y2=\"60.0\" stroke=\"#123456\""));
    EXPECT_THAT(mark, HasSubstr(">&lt; 15</text>"));
    EXPECT_THAT(tickBelow(42, 116, "7"), HasSubstr("<text x=\"42.0\" y=\"116\""));
}

TEST(Plot, ticksAreRoundNumbersWithinTheRange)
{
    EXPECT_THAT(axisTicks(0, 1, 5),
        ElementsAre(DoubleNear(0, 1e-12), DoubleNear(0.2, 1e-12), DoubleNear(0.4, 1e-12),
            DoubleNear(0.6, 1e-12), DoubleNear(0.8, 1e-12), DoubleNear(1, 1e-12)));
    EXPECT_THAT(axisTicks(-7, 12, 4), ElementsAre(-5, 0, 5, 10));
    for (const double tick : axisTicks(0.8131, 0.8137, 6)) {
        EXPECT_GE(tick, 0.8131);
        EXPECT_LE(tick, 0.8137);
    }
}

TEST(Plot, thePictureHasEveryPointAndEscapesWords)
{
    Plot plot;
    plot.title = "a < b & c";
    plot.points = { { 0, 1, {}, judge::Interval { 0.5, 1.5 }, "first" }, { 1, 2, {}, {}, "second" } };
    plot.connected = true;
    const std::string svg = plotToSvg(plot);
    EXPECT_THAT(svg, HasSubstr("a &lt; b &amp; c"));
    EXPECT_THAT(svg, HasSubstr(">first</text>"));
    EXPECT_THAT(svg, HasSubstr(">second</text>"));
    EXPECT_THAT(svg, HasSubstr("<polyline"));
    EXPECT_THAT(plotToSvg(Plot {}), HasSubstr("</svg>"));
    EXPECT_EQ(svg.find("nan"), std::string::npos);
}

// Five points almost on one another: no two labels share a line where their words are.
TEST(Plot, labelsOfCrowdedPointsDoNotOverlap)
{
    Plot plot;
    for (int i = 0; i < 5; ++i)
        plot.points.push_back({ 0.88, 0.7 + 0.005 * i, {}, {}, "without stage " + std::to_string(i) });
    plot.points.push_back({ 0.5, 0.2, {}, {}, "far away" });
    const std::string svg = plotToSvg(plot);
    const std::regex label(
        R"re(<text x="([0-9.]+)" y="([0-9.]+)"[^>]*?(text-anchor="end")?>without stage \d<)re");
    struct Words
    {
        double from, to, base;
    };
    std::vector<Words> all;
    for (auto it = std::sregex_iterator(svg.begin(), svg.end(), label); it != std::sregex_iterator(); ++it) {
        const double x = std::stod((*it)[1]);
        constexpr double kWidth = 80; // of fifteen letters at 12 pixels
        all.push_back(
            { (*it)[3].matched ? x - kWidth : x, (*it)[3].matched ? x : x + kWidth, std::stod((*it)[2]) });
    }
    ASSERT_EQ(all.size(), 5u);
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const bool apart = all[i].to <= all[j].from || all[j].to <= all[i].from
                || std::abs(all[i].base - all[j].base) >= 12;
            EXPECT_TRUE(apart) << i << " and " << j << " in\n" << svg;
        }
    }
}

TEST(Plot, thePlacesAreThoseOfTheDrawnPoints)
{
    Plot plot;
    plot.points = { { 0, 1, {}, judge::Interval { 0.5, 1.5 }, "" }, { 1, 2, {}, {}, "" } };
    const std::string svg = plotToSvg(plot);
    for (const auto& [x, y] : pointPlaces(plot)) {
        std::ostringstream circle;
        circle << std::fixed << std::setprecision(1) << "<circle cx=\"" << x << "\" cy=\"" << y << "\"";
        EXPECT_THAT(svg, HasSubstr(circle.str()));
    }
    EXPECT_EQ(pointPlaces(plot).size(), 2u);
}

} // namespace
} // namespace msrl::groups
