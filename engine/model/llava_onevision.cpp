// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/llava_onevision.h"

#include "engine/model/builder.h"
#include "engine/model/config_parts.h"

#include <fmt/format.h>

#include <charconv>

namespace msrl::model {
namespace {

constexpr std::string_view kAspectStart = "anyres_max_";
constexpr std::size_t kMostPinpoints = 4096;

base::Result<VisionConfig> readSiglip(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    VisionConfig out;
    out.hidden = in.integer("hidden_size");
    out.layers = in.integer("num_hidden_layers");
    out.heads = in.integer("num_attention_heads");
    out.intermediate = in.integer("intermediate_size");
    out.imageSize = squareSize(in, "image_size");
    out.patchSize = squareSize(in, "patch_size");
    out.layerNormEps = in.real("layer_norm_eps", 1e-6);
    requireText(in, "model_type", "siglip_vision_model");
    requireText(in, "hidden_act", "gelu_pytorch_tanh");
    requireFalse(in, "vision_use_head");
    if (in.integer("num_channels", 3) != 3)
        in.fault("num_channels", "only 3 colour channels are implemented");
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    return out;
}

AnyResolution readAnyResolution(base::ObjectReader& in)
{
    AnyResolution out;
    const base::Json& pinpoints = in.array("image_grid_pinpoints");
    if (pinpoints.empty() || pinpoints.size() > kMostPinpoints)
        in.fault("image_grid_pinpoints", "expected an array of [height, width]");
    for (const base::Json& item : pinpoints) {
        if (!item.is_array() || item.size() != 2 || !item[0].is_number_integer()
            || !item[1].is_number_integer()) {
            in.fault("image_grid_pinpoints", "expected [height, width], found " + item.dump());
            break;
        }
        out.pinpoints.emplace_back(item[0].get<std::int64_t>(), item[1].get<std::int64_t>());
    }
    const std::string aspect = in.text("vision_aspect_ratio", "anyres_max_9");
    const char* end = aspect.data() + aspect.size();
    const bool known = aspect.starts_with(kAspectStart)
        && std::from_chars(aspect.data() + kAspectStart.size(), end, out.maxTiles).ptr == end;
    if (!known || out.maxTiles < 1)
        in.fault("vision_aspect_ratio", "'" + aspect + "' is not implemented, only anyres_max_N");
    return out;
}

// transformers has spelled both keys both ways.
std::int64_t tokenId(base::ObjectReader& in, const char* name, const char* other)
{
    return in.has(name) ? in.integer(name) : in.integer(other);
}

constexpr std::pair<std::string_view, std::string_view> kPrefixedLlava[] = {
    { "model.vision_tower.", "vision_tower." },
    { "model.multi_modal_projector.", "multi_modal_projector." },
    { "model.image_newline", "image_newline" },
    { "model.language_model.", "language_model.model." },
    { "lm_head.", "language_model.lm_head." },
};

// transformers 5 writes the vision tower without the level "vision_model".
std::string withVisionModel(std::string name)
{
    constexpr std::string_view kTower = "vision_tower.";
    constexpr std::string_view kModel = "vision_model.";
    if (name.starts_with(kTower) && !std::string_view(name).substr(kTower.size()).starts_with(kModel))
        name.insert(kTower.size(), kModel);
    return name;
}

void buildSiglip(Builder& build, const VisionConfig& config, VisionWeights& out)
{
    const std::int64_t c = config.hidden;
    const std::string top = "vision_tower.vision_model.";
    out.patch.weight = build.tensor(
        top + "embeddings.patch_embedding.weight", { c, 3, config.patchSize, config.patchSize });
    out.patch.bias = build.tensor(top + "embeddings.patch_embedding.bias", { c });
    const std::int64_t patches = config.patchesPerSide() * config.patchesPerSide();
    out.positions = build.tensor(top + "embeddings.position_embedding.weight", { patches, c });
    for (std::int64_t i = 0; i < config.layers; ++i) {
        const std::string name = fmt::format("{}encoder.layers.{}.", top, i);
        VisionLayerWeights layer;
        layer.norm1 = build.norm(name + "layer_norm1", c);
        const std::string attention = name + "self_attn.";
        build.block({ { attention + "q_proj", c }, { attention + "k_proj", c }, { attention + "v_proj", c } },
            c, true, layer.qkv, layer.qkvParts);
        layer.out = build.linear(attention + "out_proj", c, c);
        layer.norm2 = build.norm(name + "layer_norm2", c);
        layer.fc1 = build.linear(name + "mlp.fc1", config.intermediate, c);
        layer.fc2 = build.linear(name + "mlp.fc2", c, config.intermediate);
        out.layers.push_back(std::move(layer));
    }
    out.postNorm = build.norm(top + "post_layernorm", c);
}

} // namespace

base::Result<ModelConfig> readLlavaOneVision(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    ModelConfig out;
    out.imageTokenId = tokenId(in, "image_token_index", "image_token_id");
    out.videoTokenId = tokenId(in, "video_token_index", "video_token_id");
    out.anyResolution = readAnyResolution(in);
    out.shuffleFactor = 1;
    requireText(in, "projector_hidden_act", "gelu");
    requireText(in, "vision_feature_select_strategy", "full");
    if (in.integer("vision_feature_layer", -1) != -1)
        in.fault("vision_feature_layer", "only the last layer (-1) is implemented");
    if (!in.boolean("multimodal_projector_bias", true))
        in.fault("multimodal_projector_bias", "is false, which is not implemented");
    out.tiedHead = in.boolean("tie_word_embeddings", false);
    auto vision = readSiglip(in.object("vision_config"), place + ", vision_config");
    auto text = readText(in.object("text_config"), place + ", text_config");
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    if (!vision)
        return vision.error();
    if (!text)
        return text.error();
    out.vision = *vision;
    out.text = *text;
    return out;
}

base::Json writeLlavaOneVision(const ModelConfig& config, const std::string& dtype)
{
    // Nothing but the decoder's section, the dtype and the head can differ from what was read.
    base::Json out = config.source;
    overlay(out,
        { { "dtype", dtype }, { "torch_dtype", dtype }, { "tie_word_embeddings", config.tiedHead },
            { "image_token_index", config.imageTokenId }, { "video_token_index", config.videoTokenId },
            { "text_config", textJson(config.text, config.tiedHead) } });
    return out;
}

base::Status checkLlavaOneVision(const ModelConfig& config, const std::string& place)
{
    const std::int64_t side = config.vision.imageSize;
    for (const auto& [height, width] : config.anyResolution.pinpoints) {
        if (height < side || width < side || height % side != 0 || width % side != 0 || height / side > 1024
            || width / side > 1024)
            return base::badInput(fmt::format("image_grid_pinpoints holds [{}, {}], not multiples of "
                                              "image_size {}",
                                      height, width, side),
                place);
    }
    for (const std::int64_t id : { config.imageTokenId, config.videoTokenId }) {
        if (id < 0 || id >= config.text.vocabulary)
            return base::badInput(fmt::format("the media token's id {} is outside the vocabulary of {}", id,
                                      config.text.vocabulary),
                place);
    }
    return {};
}

Policy allocateLlavaOneVision(const ModelConfig& config, c10::ScalarType dtype, c10::Device device)
{
    Policy policy;
    policy.config = config;
    Builder build(policy, dtype, device);
    const std::int64_t d = config.text.hidden;
    build.startPart(Part::Vision);
    buildSiglip(build, config.vision, policy.weights.vision);
    build.startPart(Part::Projector);
    policy.weights.projector.linear1
        = build.linear("multi_modal_projector.linear_1", d, config.vision.hidden);
    policy.weights.projector.linear2 = build.linear("multi_modal_projector.linear_2", d, d);
    policy.weights.imageNewline = build.tensor("image_newline", { d });
    buildText(build, config, policy.weights);
    buildRotary(config.text, dtype, device, policy.weights);
    return policy;
}

std::string spellLlavaOneVision(std::string_view name, Spelling spelling)
{
    if (spelling == Spelling::Original)
        return {};
    for (const auto& [to, from] : kPrefixedLlava) {
        if (spelling == Spelling::Prefixed && name.starts_with(from))
            return std::string(to) + std::string(name.substr(from.size()));
    }
    return std::string(name);
}

Respelled respellLlavaOneVision(std::string_view nameInFile)
{
    if (nameInFile.ends_with(".rotary_emb.inv_freq"))
        return {};
    for (const auto& [from, to] : kPrefixedLlava) {
        if (nameInFile.starts_with(from))
            return { Spelling::Prefixed,
                { { withVisionModel(std::string(to) + std::string(nameInFile.substr(from.size()))) } } };
    }
    return { Spelling::HuggingFace, { { withVisionModel(std::string(nameInFile)) } } };
}

} // namespace msrl::model
