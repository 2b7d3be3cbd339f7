// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "engine/model/forward.h"
#include "engine/model/internvl.h"
#include "engine/model/loading.h"
#include "golden.h"

#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace msrl::model {
namespace {

namespace fs = std::filesystem;

// A folder that is removed with the test.
class TemporaryFolder
{
public:
    TemporaryFolder()
    {
        std::string name = (fs::temp_directory_path() / "msrl-XXXXXX").string();
        m_path = ::mkdtemp(name.data());
    }
    ~TemporaryFolder() { fs::remove_all(m_path); }
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

// The weights and config of hf_disk, the config changed at one place.
void copyWithConfig(
    const fs::path& to, const std::string& from, const std::string& find, const std::string& put)
{
    fs::copy_file(dataFolder() / from / "model.safetensors", to / "model.safetensors");
    std::string text = *base::readFile(dataFolder() / from / "config.json");
    const std::size_t at = text.find(find);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, find.size(), put);
    ASSERT_TRUE(base::writeFileAtomically(to / "config.json", text));
}

bool sameParameters(const Policy& a, const Policy& b)
{
    if (a.parameters.size() != b.parameters.size())
        return false;
    for (std::size_t i = 0; i < a.parameters.size(); ++i) {
        if (a.parameters[i].name != b.parameters[i].name
            || !a.parameters[i].value.equal(b.parameters[i].value))
            return false;
    }
    return true;
}

TEST(Policy, countsParametersByPart)
{
    const Policy policy = load("hf_disk");
    EXPECT_EQ(policy.numParameters(), 232616);
    EXPECT_GT(policy.numParameters(Part::Vision), 0);
    EXPECT_EQ(policy.numParameters(Part::Projector), 192 * 2 + 40 * 192 + 40 + 40 * 40 + 40);
    EXPECT_EQ(policy.config.imageTokenId, 884);
    EXPECT_EQ(policy.config.tokensPerTile(), 4);
}

TEST(Policy, originalSpellingHoldsTheSameModel)
{
    const TemporaryFolder folder;
    fs::copy(dataFolder() / "original", folder.path());
    const auto withoutTokenizer = loadPolicy(folder.path(), at::kFloat);
    ASSERT_FALSE(withoutTokenizer);
    EXPECT_NE(withoutTokenizer.error().message().find("<IMG_CONTEXT>"), std::string::npos);
    ASSERT_TRUE(base::writeFileAtomically(
        folder.path() / "tokenizer.json", R"({"added_tokens": [{"id": 884, "content": "<IMG_CONTEXT>"}]})"));
    const auto policy = loadPolicy(folder.path(), at::kFloat);
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_TRUE(sameParameters(*policy, load("hf_disk")));
    EXPECT_EQ(policy->config.imageTokenId, 884);
}

TEST(Policy, prefixedSpellingHoldsTheSameModel)
{
    const Policy disk = load("hf_disk");
    const TemporaryFolder folder;
    fs::copy_file(dataFolder() / "hf_disk/config.json", folder.path() / "config.json");
    std::vector<NamedTensor> tensors;
    for (const Parameter& parameter : disk.parameters) {
        std::string name = parameter.name;
        constexpr std::string_view kModel = "language_model.model.";
        if (name == "language_model.lm_head.weight")
            name = "lm_head.weight";
        else
            name = "model."
                + (name.starts_with(kModel) ? "language_model." + name.substr(kModel.size()) : name);
        tensors.emplace_back(name, parameter.value);
    }
    ASSERT_TRUE(writeSafetensors(folder.path() / "model.safetensors", tensors));
    const auto policy = loadPolicy(folder.path(), at::kFloat);
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_TRUE(sameParameters(*policy, disk));
}

TEST(Policy, version4ConfigIsTheSameModel)
{
    const TemporaryFolder folder;
    fs::copy_file(dataFolder() / "hf_disk/model.safetensors", folder.path() / "model.safetensors");
    fs::copy_file(dataFolder() / "hf_disk/config_4x.json", folder.path() / "config.json");
    const auto policy = loadPolicy(folder.path(), at::kFloat);
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_EQ(policy->config.text.ropeTheta, 1e6);
    EXPECT_TRUE(sameParameters(*policy, load("hf_disk")));
}

TEST(Policy, readsShards)
{
    const Policy disk = load("hf_disk");
    const TemporaryFolder folder;
    fs::copy_file(dataFolder() / "hf_disk/config.json", folder.path() / "config.json");
    std::vector<NamedTensor> halves[2];
    base::Json map = base::Json::object();
    for (std::size_t i = 0; i < disk.parameters.size(); ++i) {
        halves[i % 2].emplace_back(disk.parameters[i].name, disk.parameters[i].value);
        map[disk.parameters[i].name] = i % 2 == 0 ? "a.safetensors" : "b.safetensors";
    }
    ASSERT_TRUE(writeSafetensors(folder.path() / "a.safetensors", halves[0]));
    ASSERT_TRUE(base::writeFileAtomically(
        folder.path() / "model.safetensors.index.json", base::Json { { "weight_map", map } }.dump()));
    const auto incomplete = loadPolicy(folder.path(), at::kFloat);
    ASSERT_FALSE(incomplete);
    EXPECT_NE(incomplete.error().message().find("b.safetensors"), std::string::npos);
    ASSERT_TRUE(writeSafetensors(folder.path() / "b.safetensors", halves[1]));
    const auto policy = loadPolicy(folder.path(), at::kFloat);
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_TRUE(sameParameters(*policy, disk));
}

// hf_disk with one tensor changed.
fs::path withTensor(const fs::path& folder, const std::string& name, const at::Tensor& value)
{
    fs::copy_file(dataFolder() / "hf_disk/config.json", folder / "config.json");
    std::vector<NamedTensor> tensors;
    for (const Parameter& parameter : load("hf_disk").parameters)
        tensors.emplace_back(parameter.name, parameter.name == name ? value : parameter.value);
    EXPECT_TRUE(writeSafetensors(folder / "model.safetensors", tensors));
    return folder;
}

TEST(Policy, mappedWeightsAreThoseOfTheFileAndAChangeStaysHere)
{
    const fs::path folder = dataFolder() / "hf_disk";
    const auto own = loadPolicy(folder, at::kFloat);
    const LoadOptions mapping { ImageToken::Required, WeightMemory::Mapped };
    auto mapped = loadPolicy(folder, at::kFloat, at::kCPU, mapping);
    ASSERT_TRUE(own) << own.error().message();
    ASSERT_TRUE(mapped) << mapped.error().message();
    EXPECT_TRUE(sameParameters(*own, *mapped));
    EXPECT_TRUE(mapped->weights.embedding.equal(own->weights.embedding));
    for (Parameter& parameter : mapped->parameters)
        parameter.value.zero_();
    EXPECT_EQ(mapped->weights.embedding.count_nonzero().item<std::int64_t>(), 0);
    EXPECT_TRUE(sameParameters(*own, *loadPolicy(folder, at::kFloat, at::kCPU, mapping)));
}

TEST(Policy, numbersBeyondTheRangeAreRefusedNotMadeInfinite)
{
    constexpr const char* kNorm = "language_model.model.norm.weight";
    const TemporaryFolder folder;
    const at::Tensor high = at::full({ 40 }, 70000.0, at::kFloat);
    withTensor(folder.path(), kNorm, high);
    const auto half = loadPolicy(folder.path(), at::kHalf);
    ASSERT_FALSE(half);
    EXPECT_EQ(half.error().code, base::ErrorCode::BadInput);
    for (const char* word : { kNorm, "70000", "float16", "65504" })
        EXPECT_NE(half.error().message().find(word), std::string::npos) << half.error().message();
    const auto single = loadPolicy(folder.path(), at::kFloat);
    ASSERT_TRUE(single) << single.error().message();
    EXPECT_TRUE(single->find(kNorm)->equal(high));
    EXPECT_TRUE(loadPolicy(folder.path(), at::kBFloat16));
    const auto saved = savePolicy(*single, folder.path() / "out", at::kHalf);
    ASSERT_FALSE(saved);
    EXPECT_NE(saved.error().message().find(kNorm), std::string::npos);
    EXPECT_FALSE(fs::exists(folder.path() / "out"));
}

// What is infinite in the file stays so: only a conversion that changes a number is refused.
TEST(Policy, infinitiesOfTheFileAreKept)
{
    constexpr const char* kNorm = "language_model.model.norm.weight";
    const TemporaryFolder folder;
    const at::Tensor endless = at::full({ 40 }, std::numeric_limits<float>::infinity(), at::kFloat);
    withTensor(folder.path(), kNorm, endless);
    const auto half = loadPolicy(folder.path(), at::kHalf);
    ASSERT_TRUE(half) << half.error().message();
    EXPECT_TRUE(half->find(kNorm)->to(at::kFloat).equal(endless));
}

TEST(Policy, weightsMayBeAnyFloatingFormatAndNothingElse)
{
    constexpr const char* kNorm = "language_model.model.norm.weight";
    const at::Tensor value = at::full({ 40 }, -1.5, at::kFloat);
    for (const auto dtype : { at::kDouble, at::kHalf, at::kBFloat16, at::kFloat8_e4m3fn, at::kFloat8_e5m2 }) {
        const TemporaryFolder folder;
        const auto policy = loadPolicy(withTensor(folder.path(), kNorm, value.to(dtype)), at::kFloat);
        ASSERT_TRUE(policy) << policy.error().message();
        EXPECT_TRUE(policy->find(kNorm)->equal(value)) << c10::toString(dtype);
    }
    for (const auto& [dtype, tag] : { std::pair { at::kChar, "I8" }, std::pair { at::kLong, "I64" },
             std::pair { at::kBool, "BOOL" }, std::pair { at::kComplexFloat, "C64" } }) {
        const TemporaryFolder folder;
        const auto policy = loadPolicy(withTensor(folder.path(), kNorm, value.to(dtype)), at::kFloat);
        ASSERT_FALSE(policy) << tag;
        EXPECT_NE(policy.error().message().find(std::string("holds ") + tag), std::string::npos)
            << policy.error().message();
    }
}

TEST(Policy, theOriginalFormFindsItsImageTokenInAddedTokens)
{
    const TemporaryFolder folder;
    fs::copy(dataFolder() / "original", folder.path());
    const auto unknown = loadPolicy(folder.path(), at::kFloat, at::kCPU, { ImageToken::MayBeUnknown });
    ASSERT_TRUE(unknown) << unknown.error().message();
    EXPECT_EQ(unknown->config.imageTokenId, -1);
    ASSERT_TRUE(base::writeFileAtomically(folder.path() / "added_tokens.json", R"({"<IMG_CONTEXT>": 884})"));
    const auto policy = loadPolicy(folder.path(), at::kFloat);
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_EQ(policy->config.imageTokenId, 884);
    ASSERT_TRUE(
        base::writeFileAtomically(folder.path() / "added_tokens.json", R"({"<IMG_CONTEXT>": "884"})"));
    EXPECT_FALSE(loadPolicy(folder.path(), at::kFloat, at::kCPU, { ImageToken::MayBeUnknown }));
}

TEST(Policy, savedFolderLoadsAgain)
{
    for (const char* name : { "hf_disk", "tied", "internvl3_qwen2" }) {
        const Policy policy = load(name);
        const TemporaryFolder folder;
        ASSERT_TRUE(savePolicy(policy, folder.path() / "out", at::kBFloat16)); // these weights fit bfloat16
        const auto again = loadPolicy(folder.path() / "out", at::kFloat);
        ASSERT_TRUE(again) << again.error().message();
        EXPECT_TRUE(sameParameters(policy, *again)) << name;
        EXPECT_EQ(again->config.tiedHead, policy.config.tiedHead);
        EXPECT_FALSE(savePolicy(policy, folder.path() / "out")) << "an existing folder is kept";
    }
}

// InternVL3's config.json asks for dynamic scaling, which begins beyond the positions that are taken at all.
TEST(Policy, dynamicRotationsAreKept)
{
    const TemporaryFolder folder;
    copyWithConfig(folder.path(), "hf_disk", "\"rope_type\": \"default\"",
        "\"rope_type\": \"dynamic\", \"factor\": 2.0");
    const auto policy = loadPolicy(folder.path(), at::kFloat);
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_EQ(policy->config.text.ropeDynamicFactor, 2.0);
    EXPECT_TRUE(sameParameters(*policy, load("hf_disk")));
    ASSERT_TRUE(savePolicy(*policy, folder.path() / "out"));
    const base::Json json
        = *base::parseJson(*base::readFile(folder.path() / "out/config.json"), "config.json");
    EXPECT_EQ(json["text_config"]["rope_parameters"]["rope_type"], "dynamic");
    EXPECT_EQ(json["text_config"]["rope_parameters"]["factor"], 2.0);
    const base::Json llm = writeOriginalInternVl(policy->config, "bfloat16")["llm_config"];
    EXPECT_EQ(llm["rope_scaling"],
        (base::Json { { "factor", 2.0 }, { "rope_type", "dynamic" }, { "type", "dynamic" } }));
}

TEST(Policy, refusesWhatDoesNotFit)
{
    struct Case
    {
        const char* find;
        const char* put;
        const char* message;
    };
    for (const Case& c : {
             Case { "\"model_type\": \"internvl\"", "\"model_type\": \"llama\"", "llama" },
             Case { "\"vocab_size\": 896", "\"vocab_size\": 900", "[896,40], config.json asks for [900,40]" },
             Case { "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4", "layers.3." },
             Case { "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2", "no such tensor" },
             Case { "\"rms_norm_eps\"", "\"rms\"", "rms_norm_eps" },
             Case { "\"rope_type\": \"default\"", "\"rope_type\": \"yarn\"", "rope_parameters" },
             Case { "\"use_qk_norm\": false", "\"use_qk_norm\": true", "use_qk_norm" },
             Case { "\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3", "num_key_value_heads" },
             Case { "\"image_token_id\": 884", "\"image_token_id\": 8840", "8840" },
         }) {
        const TemporaryFolder folder;
        copyWithConfig(folder.path(), "hf_disk", c.find, c.put);
        const auto policy = loadPolicy(folder.path(), at::kFloat);
        ASSERT_FALSE(policy) << c.put;
        EXPECT_EQ(policy.error().code, base::ErrorCode::BadInput);
        EXPECT_NE(policy.error().message().find(c.message), std::string::npos) << policy.error().message();
    }
}

TEST(Policy, checksTokensBeforeWork)
{
    const Policy policy = load("hf_disk");
    const at::Tensor ids = at::full({ 1, 8 }, 884, at::kLong);
    EXPECT_TRUE(checkTokens(policy, ids, 8, 8));
    EXPECT_NE(checkTokens(policy, ids, 4, 8).error().message().find("8 image tokens"), std::string::npos);
    EXPECT_NE(checkTokens(policy, ids + 100, 0, 8).error().message().find("984"), std::string::npos);
    EXPECT_NE(checkTokens(policy, ids, 8, 513).error().message().find("512 positions"), std::string::npos);
}

TEST(Policy, newPolicyDependsOnTheSeedOnly)
{
    const ModelConfig config = load("hf_disk").config;
    const auto a = createPolicy(config, 7);
    const auto b = createPolicy(config, 7);
    const auto c = createPolicy(config, 8);
    ASSERT_TRUE(a && b && c);
    EXPECT_TRUE(sameParameters(*a, *b));
    EXPECT_FALSE(sameParameters(*a, *c));
}

TEST(Policy, cloneIsIndependent)
{
    const Policy policy = load("hf_disk");
    Policy copy = clone(policy);
    EXPECT_TRUE(sameParameters(policy, copy));
    copy.parameters.front().value.add_(1);
    EXPECT_FALSE(sameParameters(policy, copy));
}

// Blocks and parameters share storage: a step on a parameter must be seen by the forward.
TEST(Policy, forwardSeesParametersChangedInPlace)
{
    Policy policy = load("hf_disk");
    const at::Tensor ids = at::full({ 1, 3 }, 5, at::kLong);
    const at::Tensor before = prefill(policy, embed(policy, ids), { 3 }).hidden;
    policy.find("language_model.model.layers.1.self_attn.v_proj.weight")->mul(1); // no change
    EXPECT_TRUE(prefill(policy, embed(policy, ids), { 3 }).hidden.equal(before));
    at::Tensor value = *policy.find("language_model.model.layers.1.self_attn.v_proj.weight");
    value.mul_(2);
    EXPECT_FALSE(prefill(policy, embed(policy, ids), { 3 }).hidden.equal(before));
}

TEST(Policy, trainsExactlyTheChosenParts)
{
    Policy policy = load("hf_disk");
    setTrainable(policy, { Part::Projector, Part::Language });
    for (const Parameter& parameter : policy.parameters)
        EXPECT_EQ(parameter.value.requires_grad(), parameter.part != Part::Vision) << parameter.name;
    EXPECT_LT(trainableParameters(policy).size(), policy.parameters.size());
}

} // namespace
} // namespace msrl::model
