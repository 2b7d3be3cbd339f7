// SPDX-License-Identifier: GPL-3.0-or-later
// Every stage of the forward against activations of the reference implementation.
#include "engine/model/forward.h"
#include "golden.h"

#include <ATen/ops/stack.h>

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace msrl::model {
namespace {

using Activations = std::map<std::string, at::Tensor>;

Trace recorder(Activations& into)
{
    return [&into](std::string_view name, const at::Tensor& value) { into[std::string(name)] = value; };
}

struct Padding
{
    std::vector<std::int64_t> begins;
    std::vector<std::int64_t> lengths;
};

// Left padding from an attention mask [P,T] of zeros, then ones.
Padding paddingOf(const at::Tensor& mask)
{
    Padding out;
    for (std::int64_t p = 0; p < mask.size(0); ++p) {
        out.lengths.push_back(mask[p].sum().item<std::int64_t>());
        out.begins.push_back(mask.size(1) - out.lengths.back());
    }
    return out;
}

void expectStages(const Golden& golden, const Activations& got, const at::Tensor& mask)
{
    for (const auto& [name, value] : got) {
        at::Tensor want = golden(name);
        at::Tensor have = value;
        if (name.starts_with("lm.") || name == "logits") { // values at padding are meaningless
            want = want * mask.unsqueeze(-1);
            have = have * mask.unsqueeze(-1);
        }
        EXPECT_LE(excess(have, want), 0.0) << name;
    }
}

class Goldens : public testing::TestWithParam<std::pair<const char*, const char*>>
{
};

TEST_P(Goldens, everyStageAgrees)
{
    const auto& [folder, name] = GetParam();
    const Policy policy = load(folder);
    const Golden golden(name);
    const at::Tensor ids = golden("input_ids");
    const at::Tensor mask = golden("attention_mask");
    Activations got;
    const Trace trace = recorder(got);
    const at::Tensor features = std::string(name) == "golden_text"
        ? at::Tensor()
        : imageFeatures(policy, golden("pixel_values"), trace);
    const Padding padding = paddingOf(mask);
    const Prefix prefix
        = prefill(policy, embed(policy, ids, features), padding.lengths, padding.begins, trace);
    got["logits"] = logits(policy, prefix.hidden);
    EXPECT_GE(got.size(), 6U);
    expectStages(golden, got, mask);
}

TEST_P(Goldens, greedyDecodingAgrees)
{
    const auto& [folder, name] = GetParam();
    const Policy policy = load(folder);
    const Golden golden(name);
    const at::Tensor ids = golden("input_ids");
    const std::int64_t prompts = ids.size(0);
    const at::Tensor features
        = std::string(name) == "golden_text" ? at::Tensor() : imageFeatures(policy, golden("pixel_values"));
    const at::Tensor embeds = embed(policy, ids, features);
    // The prefix is the prompt without its last token.
    Padding padding = paddingOf(golden("attention_mask"));
    for (std::int64_t& length : padding.lengths)
        --length;
    const std::int64_t columns = ids.size(1) - 1;
    const Prefix prefix = prefill(policy, embeds.narrow(1, 0, columns), padding.lengths, padding.begins);
    const at::Tensor wantIds = golden("greedy_ids");
    const at::Tensor wantLogits = golden("greedy_logits");
    std::vector<std::int64_t> rows;
    for (std::int64_t p = 0; p < prompts; ++p)
        rows.push_back(p);
    SuffixCache cache(policy.config.text, rows, 4, embeds.options());
    at::Tensor next = ids.narrow(1, columns, 1);
    for (std::int64_t step = 0; step < wantIds.size(1); ++step) {
        cache.reserve(1);
        const at::Tensor z = logits(policy, extend(policy, prefix, next, &cache)).squeeze(1);
        EXPECT_LE(excess(z, wantLogits.select(1, step)), 0.0) << "step " << step;
        next = z.argmax(-1, true);
        EXPECT_TRUE(next.squeeze(1).equal(wantIds.select(1, step))) << "step " << step;
    }
}

INSTANTIATE_TEST_SUITE_P(InternVl, Goldens,
    testing::Values(std::pair { "hf_disk", "golden_image" }, std::pair { "hf_disk", "golden_text" },
        std::pair { "hf_disk", "golden_batch" }, std::pair { "internvl3_qwen2", "internvl3_qwen2/golden" }),
    [](const auto& test) {
        std::string name = test.param.second;
        name.erase(std::remove(name.begin(), name.end(), '/'), name.end());
        return name;
    });

TEST(Goldens, transposedPixelShuffleAgrees)
{
    Policy policy = load("hf_disk");
    policy.config.pixelShuffle = "v1";
    const Golden golden("golden_image");
    EXPECT_LE(excess(imageFeatures(policy, golden("pixel_values")), golden("proj_ps_v1")), 0.0);
}

TEST(Goldens, tiedHeadAgrees)
{
    const Policy policy = load("tied");
    EXPECT_TRUE(policy.config.tiedHead);
    const Golden inputs("golden_image");
    const at::Tensor ids = inputs("input_ids");
    const at::Tensor embeds = embed(policy, ids, imageFeatures(policy, inputs("pixel_values")));
    const at::Tensor z = logits(policy, prefill(policy, embeds, { ids.size(1) }).hidden);
    EXPECT_LE(excess(z.slice(1, -12), Golden("golden_tied")("logits_last12")), 0.0);
}

// The reference's own error in bfloat16 is the measure.
TEST(Goldens, bfloat16StaysNearFloat32)
{
    const Policy policy = load("hf_disk", c10::ScalarType::BFloat16);
    const Golden golden("golden_image");
    const at::Tensor ids = golden("input_ids");
    const at::Tensor embeds = embed(policy, ids, imageFeatures(policy, golden("pixel_values")));
    const at::Tensor z = logits(policy, prefill(policy, embeds, { ids.size(1) }).hidden).to(at::kFloat);
    const at::Tensor want = golden("logits");
    const at::Tensor theirs = golden("logits_bf16").to(at::kFloat) - want;
    const at::Tensor ours = z - want;
    EXPECT_LE(ours.square().mean().sqrt().item<double>(), 1.5 * theirs.square().mean().sqrt().item<double>());
    EXPECT_LE(ours.abs().max().item<double>(), 2.0 * theirs.abs().max().item<double>());
}

} // namespace
} // namespace msrl::model
