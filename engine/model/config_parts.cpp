// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/model/config_parts.h"

#include <fmt/format.h>

namespace msrl::model {
namespace {

// "dynamic" stretches the rotations of sequences beyond max_position_embeddings alone (transformers,
// modeling_rope_utils), which are refused here: up to there it is the default. Returns its factor, 0 for the
// default.
double readRopeKind(base::ObjectReader& rope, const char* typeKey)
{
    const std::string type = rope.text(typeKey, "default");
    if (type == "default")
        return 0;
    if (type != "dynamic") {
        rope.fault(typeKey, "'" + type + "' is not implemented, only 'default' and 'dynamic'");
        return 0;
    }
    const double factor = rope.real("factor");
    if (!(factor > 0))
        rope.fault("factor", fmt::format("is {}, expected more than 0", factor));
    return factor;
}

// transformers 4: rope_theta and rope_scaling; transformers 5: rope_parameters.
void readRope(base::ObjectReader& in, const std::string& place, TextConfig& out)
{
    if (!in.any("rope_scaling").is_null()) {
        base::ObjectReader scaling(in.object("rope_scaling"), place + ", field rope_scaling");
        out.ropeDynamicFactor = readRopeKind(scaling, scaling.has("rope_type") ? "rope_type" : "type");
        if (const base::Status fault = scaling.finish(base::ObjectReader::Unknown::Keep); !fault)
            in.fault("rope_scaling", fault.error().what);
    }
    if (!in.has("rope_parameters")) {
        out.ropeTheta = in.real("rope_theta");
        return;
    }
    base::ObjectReader rope(in.object("rope_parameters"), place + ", field rope_parameters");
    out.ropeDynamicFactor = readRopeKind(rope, "rope_type");
    out.ropeTheta = rope.real("rope_theta");
    if (const base::Status fault = rope.finish(base::ObjectReader::Unknown::Keep); !fault)
        in.fault("rope_parameters", fault.error().what);
}

} // namespace

// "image_size": 448 or [448, 448].
std::int64_t squareSize(base::ObjectReader& in, const char* key)
{
    const base::Json& value = in.any(key);
    if (!value.is_array())
        return in.integer(key);
    if (value.size() == 2 && value[0].is_number_integer() && value[0] == value[1])
        return value[0].get<std::int64_t>();
    in.fault(key, "expected one size or two equal ones, found " + value.dump());
    return 0;
}

void requireText(base::ObjectReader& in, const char* key, const std::string& wanted)
{
    const std::string value = in.text(key, wanted);
    if (value != wanted)
        in.fault(key, fmt::format("'{}' is not implemented, only '{}'", value, wanted));
}

void requireFalse(base::ObjectReader& in, const char* key)
{
    if (in.boolean(key, false))
        in.fault(key, "is set, which is not implemented");
}

base::Result<TextConfig> readText(const base::Json& json, const std::string& place)
{
    base::ObjectReader in(json, place);
    TextConfig out;
    out.modelType = in.text("model_type");
    out.queryKeyNorm = out.modelType == "qwen3";
    if (out.modelType != "qwen3" && out.modelType != "qwen2")
        in.fault("model_type", "'" + out.modelType + "' is not a known decoder", "known: qwen3, qwen2");
    out.hidden = in.integer("hidden_size");
    out.layers = in.integer("num_hidden_layers");
    out.heads = in.integer("num_attention_heads");
    out.kvHeads = in.integer("num_key_value_heads");
    const bool hasHeadDim = !in.any("head_dim").is_null();
    if (!hasHeadDim && out.queryKeyNorm)
        in.fault("head_dim", "is missing");
    out.headDim = hasHeadDim ? in.integer("head_dim") : (out.heads > 0 ? out.hidden / out.heads : 0);
    out.intermediate = in.integer("intermediate_size");
    out.vocabulary = in.integer("vocab_size");
    out.maxPositions = in.integer("max_position_embeddings");
    out.rmsNormEps = in.real("rms_norm_eps");
    readRope(in, place, out);
    out.attentionBias = !out.queryKeyNorm;
    if (out.queryKeyNorm)
        requireFalse(in, "attention_bias"); // no published Qwen3 has it, and it would add one to o_proj too
    requireText(in, "hidden_act", "silu");
    requireFalse(in, "use_sliding_window");
    if (const base::Status fault = in.finish(base::ObjectReader::Unknown::Keep); !fault)
        return fault.error();
    return out;
}

base::Json textJson(const TextConfig& text, bool tied)
{
    base::Json rope = { { "rope_theta", text.ropeTheta }, { "rope_type", "default" } };
    if (text.ropeDynamicFactor > 0)
        rope.update({ { "rope_type", "dynamic" }, { "factor", text.ropeDynamicFactor } });
    return { { "model_type", text.modelType }, { "hidden_size", text.hidden },
        { "num_hidden_layers", text.layers }, { "num_attention_heads", text.heads },
        { "num_key_value_heads", text.kvHeads }, { "head_dim", text.headDim },
        { "intermediate_size", text.intermediate }, { "vocab_size", text.vocabulary },
        { "max_position_embeddings", text.maxPositions }, { "rms_norm_eps", text.rmsNormEps },
        { "hidden_act", "silu" }, { "attention_bias", text.attentionBias }, { "attention_dropout", 0.0 },
        { "use_sliding_window", false }, { "tie_word_embeddings", tied }, { "rope_theta", text.ropeTheta },
        { "rope_parameters", rope } };
}

void overlay(base::Json& base, const base::Json& ours)
{
    for (const auto& [key, value] : ours.items()) {
        if (value.is_object() && base.contains(key) && base[key].is_object())
            overlay(base[key], value);
        else
            base[key] = value;
    }
}

} // namespace msrl::model
