// SPDX-License-Identifier: GPL-3.0-or-later
// Continuing a shared prompt is the same computation as running each whole sequence.
#include "engine/model/forward.h"
#include "golden.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace msrl::model {
namespace {

// P prompts of different lengths, G continuations each of n tokens.
struct Scene
{
    at::Tensor promptIds; // [P,T]
    std::vector<std::int64_t> lengths;
    at::Tensor rowIds; // [P*G,n]
    std::int64_t G = 0;

    std::int64_t rows() const { return rowIds.size(0); }
    std::int64_t n() const { return rowIds.size(1); }
};

Scene scene(const Policy& policy, std::vector<std::int64_t> lengths, std::int64_t G, std::int64_t n)
{
    const std::int64_t columns = *std::max_element(lengths.begin(), lengths.end());
    const auto prompts = static_cast<std::int64_t>(lengths.size());
    const std::int64_t vocabulary = policy.config.imageTokenId; // leaves special tokens out
    return { at::randint(0, vocabulary, { prompts, columns }, at::kLong), std::move(lengths),
        at::randint(0, vocabulary, { prompts * G, n }, at::kLong), G };
}

Prefix prefixOf(const Policy& policy, const Scene& s)
{
    return prefill(policy, embed(policy, s.promptIds), s.lengths);
}

// Row by row: the whole sequence through prefill alone; the columns of the row.
at::Tensor whole(const Policy& policy, const Scene& s)
{
    std::vector<at::Tensor> rows;
    for (std::int64_t b = 0; b < s.rows(); ++b) {
        const std::int64_t length = s.lengths[static_cast<std::size_t>(b / s.G)];
        const at::Tensor ids
            = at::cat({ s.promptIds[b / s.G].narrow(0, 0, length), s.rowIds[b] }).unsqueeze(0);
        rows.push_back(prefill(policy, embed(policy, ids), { ids.size(1) }).hidden.narrow(1, length, s.n()));
    }
    return at::cat(rows);
}

// The first lengths[b] tokens of each row, with the prompts, packed.
PackedRows packedRows(const Scene& s, const std::vector<std::int64_t>& lengths)
{
    PackedRows rows { {}, { 0 }, {}, { 0 }, {} };
    std::vector<at::Tensor> promptIds;
    std::vector<at::Tensor> ids;
    for (std::size_t p = 0; p < s.lengths.size(); ++p) {
        promptIds.push_back(s.promptIds[static_cast<std::int64_t>(p)].narrow(0, 0, s.lengths[p]));
        rows.promptOffsets.push_back(rows.promptOffsets.back() + s.lengths[p]);
    }
    for (std::int64_t b = 0; b < s.rows(); ++b) {
        const std::int64_t length = lengths[static_cast<std::size_t>(b)];
        ids.push_back(s.rowIds[b].narrow(0, 0, length));
        rows.offsets.push_back(rows.offsets.back() + length);
        rows.prompts.push_back(b / s.G);
    }
    rows.promptIds = at::cat(promptIds);
    rows.ids = at::cat(ids);
    return rows;
}

double difference(const at::Tensor& a, const at::Tensor& b)
{
    EXPECT_EQ(a.sizes(), b.sizes());
    return (a - b).abs().max().item<double>();
}

class Extend : public testing::TestWithParam<c10::ScalarType>
{
protected:
    double tolerance() const { return GetParam() == at::kDouble ? 1e-12 : 3e-5; }
};

TEST_P(Extend, equalsPrefillOfTheConcatenation)
{
    const Policy policy = load("hf_disk", GetParam());
    const Scene s = scene(policy, { 7, 3, 12 }, 4, 6);
    EXPECT_LT(difference(extend(policy, prefixOf(policy, s), s.rowIds), whole(policy, s)), tolerance());
}

TEST_P(Extend, sharedPromptEqualsRepeatedPrompts)
{
    const Policy policy = load("hf_disk", GetParam());
    const Scene s = scene(policy, { 5, 9 }, 3, 4);
    const Prefix prefix = prefixOf(policy, s);
    const Prefix repeated = selectPrompts(prefix, { 0, 0, 0, 1, 1, 1 });
    EXPECT_LT(difference(extend(policy, prefix, s.rowIds), extend(policy, repeated, s.rowIds)), tolerance());
}

TEST_P(Extend, packedRowsEqualPaddedRows)
{
    const Policy policy = load("hf_disk", GetParam());
    const Scene s = scene(policy, { 5, 9 }, 3, 6);
    const Prefix prefix = prefixOf(policy, s);
    const std::vector<std::int64_t> lengths { 6, 1, 3, 2, 5, 4 };
    std::vector<at::Tensor> want;
    const at::Tensor padded = extend(policy, prefix, s.rowIds);
    for (std::int64_t b = 0; b < s.rows(); ++b)
        want.push_back(padded[b].narrow(0, 0, lengths[static_cast<std::size_t>(b)]));
    EXPECT_LT(difference(forwardPacked(policy, packedRows(s, lengths)), at::cat(want)), tolerance());
}

// Rows beyond one block of the attention, prompts and continuations, one prompt without a continuation of its
// own length.
TEST_P(Extend, longPackedRowsEqualWholeSequences)
{
    const Policy policy = load("hf_disk", GetParam());
    const Scene s = scene(policy, { 300, 1, 129 }, 2, 150);
    const std::vector<std::int64_t> lengths(6, 150);
    const at::Tensor want = whole(policy, s).reshape({ -1, policy.config.text.hidden });
    EXPECT_LT(difference(forwardPacked(policy, packedRows(s, lengths)), want), tolerance());
}

TEST_P(Extend, packedRowsTakeTheImageTokensOfPromptsOnly)
{
    const Policy policy = load("hf_disk", GetParam());
    const std::int64_t image = policy.config.imageTokenId;
    Scene s = scene(policy, { 9, 7 }, 1, 4);
    const std::int64_t perTile = policy.config.tokensPerTile();
    s.promptIds = at::cat({ s.promptIds, at::full({ 2, perTile }, image, at::kLong) }, 1);
    s.promptIds[1].narrow(0, 7, perTile).fill_(image);
    s.promptIds[1].narrow(0, 7 + perTile, 2).fill_(0); // padding
    s.lengths = { 9 + perTile, 7 + perTile };
    s.rowIds[0][2] = image; // sampled, no picture
    const at::Tensor features = at::randn({ 2, perTile, policy.config.text.hidden }).to(GetParam());
    const Prefix prefix = prefill(policy, embed(policy, s.promptIds, features), s.lengths);
    const at::Tensor want = extend(policy, prefix, s.rowIds).reshape({ -1, policy.config.text.hidden });
    EXPECT_LT(difference(forwardPacked(policy, packedRows(s, { 4, 4 }), features), want), tolerance());
}

TEST_P(Extend, decodingWithChangingRowsEqualsPrefill)
{
    const Policy policy = load("hf_disk", GetParam());
    const Scene s = scene(policy, { 5, 9, 1 }, 2, 6);
    const Prefix prefix = prefixOf(policy, s);
    const at::Tensor want = whole(policy, s);
    SuffixCache cache(policy.config.text, { 0, 0, 1, 1 }, 2, prefix.keys[0].options());
    std::vector<std::int64_t> rowOfSlot { 0, 1, 2, 3 };
    const auto step = [&](std::int64_t n) {
        cache.reserve(n);
        std::vector<at::Tensor> ids;
        std::vector<at::Tensor> expected;
        for (std::size_t slot = 0; slot < rowOfSlot.size(); ++slot) {
            const std::int64_t at = cache.lengths()[slot];
            ids.push_back(s.rowIds[rowOfSlot[slot]].narrow(0, at, n));
            expected.push_back(want[rowOfSlot[slot]].narrow(0, at, n));
        }
        EXPECT_LT(
            difference(extend(policy, prefix, at::stack(ids), &cache), at::stack(expected)), tolerance());
    };
    step(1);
    step(2);
    cache.select({ 3, 1 }); // two rows end
    rowOfSlot = { 3, 1 };
    step(1);
    cache.restart(1, 2); // a slot is refilled with a row of another prompt
    rowOfSlot[1] = 5;
    step(1);
    step(1);
}

TEST_P(Extend, leftPaddedPromptsEqualRightPadded)
{
    const Policy policy = load("hf_disk", GetParam());
    const Scene s = scene(policy, { 4, 7 }, 2, 3);
    at::Tensor shifted = s.promptIds.clone();
    shifted[0].narrow(0, 3, 4).copy_(s.promptIds[0].narrow(0, 0, 4));
    const Prefix left = prefill(policy, embed(policy, shifted), { 4, 7 }, { 3, 0 });
    EXPECT_LT(difference(extend(policy, left, s.rowIds), extend(policy, prefixOf(policy, s), s.rowIds)),
        tolerance());
}

INSTANTIATE_TEST_SUITE_P(Formats, Extend, testing::Values(c10::ScalarType::Double, c10::ScalarType::Float),
    [](const auto& test) { return test.param == c10::ScalarType::Double ? "f64" : "f32"; });

// Gradients of a random function of the rows' hidden states, per parameter.
std::vector<at::Tensor> gradients(Policy& policy, const at::Tensor& hidden, const at::Tensor& direction)
{
    (hidden * direction).sum().backward();
    std::vector<at::Tensor> out;
    for (const Parameter& parameter : policy.parameters) {
        out.push_back(parameter.value.grad().defined() ? parameter.value.grad().clone() : at::Tensor());
        parameter.value.mutable_grad().reset();
    }
    return out;
}

void expectSameGradients(
    Policy& policy, const std::vector<at::Tensor>& got, const std::vector<at::Tensor>& want, double tolerance)
{
    for (std::size_t i = 0; i < got.size(); ++i) {
        ASSERT_EQ(got[i].defined(), want[i].defined()) << policy.parameters[i].name;
        if (got[i].defined()) {
            const double scale = 1.0 + want[i].abs().max().item<double>();
            EXPECT_LT(difference(got[i], want[i]) / scale, tolerance) << policy.parameters[i].name;
        }
    }
}

class ExtendGradient : public Extend
{
protected:
    double gradientTolerance() const { return GetParam() == at::kDouble ? 1e-11 : 1e-4; }
};

TEST_P(ExtendGradient, equalsThatOfTheWholeSequences)
{
    Policy policy = load("hf_disk", GetParam());
    setTrainable(policy, { Part::Language });
    const Scene s = scene(policy, { 6, 3 }, 3, 5);
    const at::Tensor direction
        = at::randn({ s.rows(), s.n(), policy.config.text.hidden }, at::kDouble).to(GetParam());
    const auto want = gradients(policy, whole(policy, s), direction);
    const auto got = gradients(policy, extend(policy, prefixOf(policy, s), s.rowIds), direction);
    expectSameGradients(policy, got, want, gradientTolerance());
}

TEST_P(ExtendGradient, packedEqualsThatOfTheWholeSequences)
{
    Policy policy = load("hf_disk", GetParam());
    setTrainable(policy, { Part::Language });
    const Scene s = scene(policy, { 6, 3, 4 }, 2, 5);
    const std::int64_t D = policy.config.text.hidden;
    const at::Tensor direction = at::randn({ s.rows(), s.n(), D }, at::kDouble).to(GetParam());
    const std::vector<std::int64_t> lengths { 5, 2, 1, 4, 3, 5 };
    at::Tensor masked = at::zeros_like(direction);
    std::vector<at::Tensor> packed;
    for (std::int64_t b = 0; b < s.rows(); ++b) {
        packed.push_back(direction[b].narrow(0, 0, lengths[static_cast<std::size_t>(b)]));
        masked[b].narrow(0, 0, lengths[static_cast<std::size_t>(b)]).copy_(packed.back());
    }
    const auto want = gradients(policy, whole(policy, s), masked);
    const auto got = gradients(policy, forwardPacked(policy, packedRows(s, lengths)), at::cat(packed));
    expectSameGradients(policy, got, want, gradientTolerance());
}

TEST_P(ExtendGradient, ofLongRowsEqualsThatOfTheWholeSequences)
{
    Policy policy = load("hf_disk", GetParam());
    setTrainable(policy, { Part::Language });
    const Scene s = scene(policy, { 260, 30 }, 2, 140);
    const at::Tensor direction
        = at::randn({ s.rows(), s.n(), policy.config.text.hidden }, at::kDouble).to(GetParam());
    const auto want = gradients(policy, whole(policy, s), direction);
    const auto got = gradients(policy, forwardPacked(policy, packedRows(s, { 140, 140, 140, 140 })),
        direction.reshape({ -1, direction.size(2) }));
    expectSameGradients(policy, got, want, gradientTolerance());
}

INSTANTIATE_TEST_SUITE_P(Formats, ExtendGradient,
    testing::Values(c10::ScalarType::Double, c10::ScalarType::Float),
    [](const auto& test) { return test.param == c10::ScalarType::Double ? "f64" : "f32"; });

} // namespace
} // namespace msrl::model
