// SPDX-License-Identifier: GPL-3.0-or-later
// Grids, tiles and tokens of images against LLaVA-OneVision's processor, and images that have none.
#include "core/base/files.h"
#include "core/base/json.h"
#include "engine/model/llava_onevision.h"
#include "golden.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

#include <filesystem>

namespace msrl::model {
namespace {

TEST(AnyResolution, plansAreThoseOfTheReference)
{
    AnyResolution settings { {}, 9 };
    for (std::int64_t height = 1; height <= 6; ++height) {
        for (std::int64_t width = 1; width <= 6; ++width)
            settings.pinpoints.emplace_back(384 * height, 384 * width);
    }
    const auto path = std::filesystem::path(MSRL_TEST_DATA) / "preprocess" / "llava_ov_anyres.json";
    const base::Json cases = *base::parseJson(*base::readFile(path), path.string());
    EXPECT_GT(cases.size(), 100U);
    for (const base::Json& c : cases) {
        const Size image { c["height"].get<std::int64_t>(), c["width"].get<std::int64_t>() };
        const AnyResolutionPlan plan = planAnyResolution(image, settings, 384, 27);
        EXPECT_EQ(plan.pinpoint,
            (Size { c["best_height"].get<std::int64_t>(), c["best_width"].get<std::int64_t>() }))
            << c.dump();
        EXPECT_EQ(plan.tiles, c["tiles"].get<std::int64_t>()) << c.dump();
        EXPECT_EQ(plan.features,
            (Size { c["grid_tokens"][0].get<std::int64_t>(), c["grid_tokens"][1].get<std::int64_t>() }))
            << c.dump();
        EXPECT_EQ(plan.tokens, c["image_tokens"].get<std::int64_t>()) << c.dump();
    }
}

// One column of features, scaled down to none: the reference stops there with an exception.
TEST(AnyResolution, refusesAnImageWithoutFeatures)
{
    const at::NoGradGuard noGrad;
    Policy policy = load("llava_onevision");
    policy.config.anyResolution.pinpoints = { { 420, 42 } };
    VisualInput input;
    input.pixels = at::zeros({ 1, 11, 3, 42, 42 });
    const auto sizes = [](std::int64_t height, std::int64_t width) {
        return at::tensor({ height, width }, at::TensorOptions().dtype(at::kLong)).view({ 1, 2 });
    };
    input.imageSizes = sizes(5000, 20);
    const auto features = visualFeatures(policy, input);
    ASSERT_FALSE(features);
    EXPECT_EQ(features.error().code, base::ErrorCode::BadInput);
    EXPECT_NE(features.error().message().find("5000 x 20"), std::string::npos) << features.error().message();
    input.imageSizes = sizes(420, 42);
    EXPECT_TRUE(visualFeatures(policy, input));
}

} // namespace
} // namespace msrl::model
