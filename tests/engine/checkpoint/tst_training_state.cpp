// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "engine/checkpoint/training_state.h"
#include "engine/update/policy_update.h"
#include "tests/engine/update/tiny_policy.h"

#include <filesystem>
#include <fstream>

using namespace msrl;
namespace fs = std::filesystem;

namespace {

class Checkpoint : public testing::Test
{
protected:
    Checkpoint()
        : root(fs::temp_directory_path()
            / ("msrl-checkpoint-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name())
                + std::to_string(::getpid())))
        , groups(test::tinyGroups(test::tinyPrompts(4, true), 3))
    {
        fs::remove_all(root);
    }
    ~Checkpoint() override { fs::remove_all(root); }

    static model::Policy freshPolicy()
    {
        model::Policy policy = test::tinyPolicy(at::kFloat);
        model::setTrainable(policy, { model::Part::Projector, model::Part::Language });
        return policy;
    }
    static update::Adam freshAdam(const model::Policy& policy)
    {
        std::vector<update::NamedParameter> parameters;
        for (const model::Parameter& parameter : model::trainableParameters(policy))
            parameters.push_back({ parameter.name, parameter.value });
        return update::Adam(update::splitByDecay(parameters, 3e-3, 0.1, "language"), {});
    }
    void train(model::Policy& policy, update::Adam& adam, int steps) const
    {
        for (int step = 0; step < steps; ++step)
            ASSERT_TRUE(update::trainStep(policy, adam, groups, {}, 1.0).ok());
    }

    fs::path root;
    std::vector<batch::Group> groups;
};

bool sameBits(const model::Policy& a, const model::Policy& b)
{
    for (std::size_t i = 0; i < a.parameters.size(); ++i)
        if (!a.parameters[i].value.equal(b.parameters[i].value))
            return false;
    return true;
}

} // namespace

TEST_F(Checkpoint, resumesBitForBit)
{
    model::Policy undisturbed = freshPolicy();
    update::Adam undisturbedAdam = freshAdam(undisturbed);
    train(undisturbed, undisturbedAdam, 6);

    {
        model::Policy policy = freshPolicy();
        update::Adam adam = freshAdam(policy);
        train(policy, adam, 3);
        ASSERT_TRUE(
            checkpoint::saveCheckpoint(root, policy, adam, { 3, { { "epoch", 1 }, { "mean", 0.1 } } }).ok());
        train(policy, adam, 2); // lost with the process
    }
    const auto latest = checkpoint::latestCheckpoint(root);
    ASSERT_TRUE(latest.ok());
    ASSERT_TRUE(latest->has_value());
    model::Policy policy = freshPolicy();
    update::Adam adam = freshAdam(policy);
    const auto state = checkpoint::loadCheckpoint((*latest)->folder, policy, adam);
    ASSERT_TRUE(state.ok()) << state.error().message();
    EXPECT_EQ(state->step, 3);
    EXPECT_EQ(state->cursor.at("epoch"), 1);
    EXPECT_EQ(state->cursor.at("mean"), 0.1);
    EXPECT_FALSE(sameBits(policy, undisturbed));
    train(policy, adam, 3);
    EXPECT_TRUE(sameBits(policy, undisturbed));
}

TEST_F(Checkpoint, keepsTheNewest)
{
    const model::Policy policy = freshPolicy();
    const update::Adam adam = freshAdam(policy);
    EXPECT_FALSE(checkpoint::latestCheckpoint(root)->has_value());
    for (std::int64_t step : { 10, 2, 30 })
        ASSERT_TRUE(checkpoint::saveCheckpoint(root, policy, adam, { step, base::Json::object() }).ok());
    fs::remove(root / "step-00000010" / "state.json"); // as a removal that was cut short leaves it
    auto list = checkpoint::listCheckpoints(root);
    ASSERT_TRUE(list.ok());
    ASSERT_EQ(list->size(), 2U);
    EXPECT_EQ(list->back().step, 30);
    ASSERT_TRUE(checkpoint::saveCheckpoint(root, policy, adam, { 10, base::Json::object() }).ok());
    ASSERT_TRUE(checkpoint::pruneCheckpoints(root, 2).ok());
    list = checkpoint::listCheckpoints(root);
    ASSERT_EQ(list->size(), 2U);
    EXPECT_EQ(list->front().step, 10);
    EXPECT_FALSE(fs::exists(root / "step-00000002"));
}

TEST_F(Checkpoint, keepsTheBestBesideTheNewest)
{
    const model::Policy policy = freshPolicy();
    const update::Adam adam = freshAdam(policy);
    EXPECT_FALSE(checkpoint::bestCheckpoint(root)->has_value());
    const std::vector<std::optional<double>> scores { 0.25, 0.75, 0.75, {}, -1.0 };
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const auto step = static_cast<std::int64_t>(i) + 1;
        ASSERT_TRUE(checkpoint::saveCheckpoint(
            root, policy, adam, { step, base::Json::object(), scores[i], { 0.1, 0.7 } })
                        .ok());
        ASSERT_TRUE(checkpoint::pruneCheckpoints(root, 1).ok());
        EXPECT_EQ(checkpoint::latestCheckpoint(root)->value().step, step);
    }
    const auto kept = checkpoint::listCheckpoints(root);
    ASSERT_EQ(kept->size(), 2U);
    EXPECT_EQ(kept->front().step, 2) << "of equally good ones the first";
    EXPECT_EQ(checkpoint::bestCheckpoint(root)->value().score, 0.75);

    model::Policy loaded = freshPolicy();
    update::Adam its = freshAdam(loaded);
    const auto state = checkpoint::loadCheckpoint(kept->front().folder, loaded, its);
    ASSERT_TRUE(state.ok()) << state.error().message();
    EXPECT_EQ(state->score, 0.75);
    EXPECT_EQ(state->recentScores, (std::vector<double> { 0.1, 0.7 }));
}

TEST_F(Checkpoint, refusesDamageAndOtherModelsWithoutChangingAnything)
{
    model::Policy policy = freshPolicy();
    update::Adam adam = freshAdam(policy);
    ASSERT_TRUE(checkpoint::saveCheckpoint(root, policy, adam, { 1, base::Json::object() }).ok());
    const fs::path folder = root / "step-00000001";
    train(policy, adam, 1);
    const model::Policy before = model::clone(policy);

    update::Adam other({ { "one", { { "x", policy.parameters.back().value } }, 1e-3, 0.0 } }, {});
    EXPECT_FALSE(checkpoint::loadCheckpoint(folder, policy, other).ok());
    EXPECT_TRUE(sameBits(policy, before));

    {
        std::fstream file(folder / "optimiser.safetensors", std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(-1, std::ios::end);
        file.put('x');
    }
    const auto damaged = checkpoint::loadCheckpoint(folder, policy, adam);
    ASSERT_FALSE(damaged.ok());
    EXPECT_NE(damaged.error().message().find("optimiser.safetensors"), std::string::npos);
    EXPECT_TRUE(sameBits(policy, before));
    fs::remove(folder / "state.json");
    EXPECT_FALSE(checkpoint::loadCheckpoint(folder, policy, adam).ok());
}
