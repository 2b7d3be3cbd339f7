// SPDX-License-Identifier: GPL-3.0-or-later
// Frame indices against those of both reference rules.
#include "core/base/files.h"
#include "core/base/json.h"
#include "engine/vision/frames.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

namespace msrl::vision {
namespace {

namespace fs = std::filesystem;

FrameRequest requestOf(const base::Json& c)
{
    FrameRequest request;
    request.totalFrames = c["total_frames"].get<std::int64_t>();
    if (c["kind"] == "original") {
        request.numSegments = c["num_segments"].get<std::int64_t>();
        request.fps = c["fps"].get<double>();
        if (!c["bound"].is_null())
            request.seconds = std::pair(c["bound"][0].get<double>(), c["bound"][1].get<double>());
        return request;
    }
    request.rule = data::FrameRule::HuggingFace;
    if (c["kind"] == "hf")
        request.numSegments = c["num_frames"].get<std::int64_t>();
    else {
        request.fps = c["source_fps"].get<double>();
        request.perSecond = c["fps"].get<double>();
    }
    if (c["initial_shift"].is_number())
        request.shift = c["initial_shift"].get<double>();
    return request;
}

TEST(Frames, indicesAreThoseOfTheReference)
{
    const fs::path path = fs::path(MSRL_TEST_DATA) / "preprocess" / "video.json";
    std::map<std::string, std::size_t> counts;
    const base::Json all = *base::parseJson(*base::readFile(path), path.string());
    for (const base::Json& c : all["cases"]) {
        const auto frames = chooseFrames(requestOf(c));
        ASSERT_EQ(frames.ok(), !c["indices"].is_null()) << c.dump();
        if (frames) {
            EXPECT_EQ(*frames, c["indices"].get<std::vector<std::int64_t>>()) << c.dump();
        }
        ++counts[c["kind"].get<std::string>()];
    }
    EXPECT_GT(counts["original"], 100U);
    EXPECT_GT(counts["hf"], 100U);
    EXPECT_GT(counts["hf_fps"], 10U);
}

TEST(Frames, refusesWhatARuleDoesNotKnow)
{
    EXPECT_FALSE(chooseFrames({ .totalFrames = 0 }));
    EXPECT_FALSE(chooseFrames({ .totalFrames = 4, .numSegments = 0 }));
    EXPECT_FALSE(chooseFrames({ .totalFrames = 4, .fps = 2, .perSecond = 1.0 }));
    EXPECT_FALSE(chooseFrames({ .rule = data::FrameRule::HuggingFace,
        .totalFrames = 4,
        .numSegments = 2,
        .fps = 2,
        .seconds = std::pair(0.0, 1.0) }));
    // A part needs the rate, and frames in it.
    EXPECT_FALSE(chooseFrames({ .totalFrames = 4, .seconds = std::pair(0.0, 1.0) }));
    EXPECT_FALSE(chooseFrames({ .totalFrames = 4, .fps = 2, .seconds = std::pair(5.0, 9.0) }));
    EXPECT_FALSE(chooseFrames({ .totalFrames = 4, .fps = 2, .seconds = std::pair(1.0, 0.0) }));
    EXPECT_TRUE(chooseFrames({ .totalFrames = 4, .fps = 2, .seconds = std::pair(1.0, 9.0) }));
}

} // namespace
} // namespace msrl::vision
