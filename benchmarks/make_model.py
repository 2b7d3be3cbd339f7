#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A random InternVL3.5 checkpoint of a published size, and a prompt with one image for it. Standard library alone.

    make_model.py OUT [--size 1b] [--layers N] [--seed 0]

OUT/config.json, OUT/model.safetensors (bfloat16, the names of the on-disk Hugging Face form) and OUT/prompt.safetensors
(input_ids [1,S] with 256 image tokens, pixel_values [1,3,448,448]) for `msrl-engine debug`. Every parameter is random, so a
part that is left out or mixed up shows.
"""
import argparse
import array
import json
import math
import pathlib
import random
import struct

VOCABULARY, IMAGE_TOKEN, HEAD_DIM = 151936, 151671, 128
# hidden, layers, heads, key heads, intermediate: the decoders of the published sizes
SIZES = {"1b": (1024, 28, 16, 8, 3072), "2b": (2048, 28, 16, 8, 6144), "4b": (2560, 36, 32, 8, 9728),
         "8b": (4096, 36, 32, 8, 12288), "14b": (5120, 40, 40, 8, 17408)}
VISION = {"hidden": 1024, "layers": 24, "heads": 16, "intermediate": 4096, "image": 448, "patch": 14}
BLOCK = 1_000_003  # numbers drawn; tensors take turns through them from a random place


def config(hidden, layers, heads, kv_heads, intermediate):
    v = VISION
    return {
        "architectures": ["InternVLForConditionalGeneration"], "model_type": "internvl", "dtype": "bfloat16", "torch_dtype": "bfloat16",
        "image_token_id": IMAGE_TOKEN, "image_seq_length": 256, "downsample_ratio": 0.5, "projector_hidden_act": "gelu",
        "vision_feature_layer": -1, "vision_feature_select_strategy": "default", "tie_word_embeddings": False,
        "vision_config": {
            "model_type": "internvl_vision", "hidden_size": v["hidden"], "num_hidden_layers": v["layers"],
            "num_attention_heads": v["heads"], "intermediate_size": v["intermediate"], "image_size": [v["image"]] * 2,
            "patch_size": [v["patch"]] * 2, "num_channels": 3, "hidden_act": "gelu", "norm_type": "layer_norm", "layer_norm_eps": 1e-6,
            "attention_bias": True, "use_qk_norm": False, "use_mean_pooling": True, "use_absolute_position_embeddings": True},
        "text_config": {
            "model_type": "qwen3", "hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads,
            "num_key_value_heads": kv_heads, "head_dim": HEAD_DIM, "intermediate_size": intermediate, "vocab_size": VOCABULARY,
            "max_position_embeddings": 40960, "rms_norm_eps": 1e-6, "rope_theta": 1e6,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e6}, "hidden_act": "silu", "attention_bias": False,
            "use_sliding_window": False, "tie_word_embeddings": False}}


def linear(name, out, into, bias):
    yield name + ".weight", [out, into]
    if bias:
        yield name + ".bias", [out]


def tensors(hidden, layers, heads, kv_heads, intermediate):
    """Names and shapes, in the order of the file."""
    c, patch = VISION["hidden"], VISION["patch"]
    patches = (VISION["image"] // patch) ** 2
    yield "vision_tower.embeddings.cls_token", [1, 1, c]
    yield "vision_tower.embeddings.position_embeddings", [1, 1 + patches, c]
    yield "vision_tower.embeddings.patch_embeddings.projection.weight", [c, 3, patch, patch]
    yield "vision_tower.embeddings.patch_embeddings.projection.bias", [c]
    for i in range(VISION["layers"]):
        layer = f"vision_tower.encoder.layer.{i}."
        for norm in ("layernorm_before", "layernorm_after"):
            yield from ((f"{layer}{norm}.{part}", [c]) for part in ("weight", "bias"))
        for part in ("q_proj", "k_proj", "v_proj", "projection_layer"):
            yield from linear(f"{layer}attention.{part}", c, c, True)
        yield from ((f"{layer}lambda_{k}", [c]) for k in (1, 2))
        yield from linear(layer + "mlp.fc1", VISION["intermediate"], c, True)
        yield from linear(layer + "mlp.fc2", c, VISION["intermediate"], True)
    yield from ((f"multi_modal_projector.layer_norm.{part}", [4 * c]) for part in ("weight", "bias"))
    yield from linear("multi_modal_projector.linear_1", hidden, 4 * c, True)
    yield from linear("multi_modal_projector.linear_2", hidden, hidden, True)
    yield "language_model.model.embed_tokens.weight", [VOCABULARY, hidden]
    for i in range(layers):
        layer = f"language_model.model.layers.{i}."
        for norm in ("input_layernorm", "post_attention_layernorm"):
            yield f"{layer}{norm}.weight", [hidden]
        yield from linear(layer + "self_attn.q_proj", heads * HEAD_DIM, hidden, False)
        yield from linear(layer + "self_attn.k_proj", kv_heads * HEAD_DIM, hidden, False)
        yield from linear(layer + "self_attn.v_proj", kv_heads * HEAD_DIM, hidden, False)
        yield from linear(layer + "self_attn.o_proj", hidden, heads * HEAD_DIM, False)
        yield from ((f"{layer}self_attn.{norm}.weight", [HEAD_DIM]) for norm in ("q_norm", "k_norm"))
        yield from linear(layer + "mlp.gate_proj", intermediate, hidden, False)
        yield from linear(layer + "mlp.up_proj", intermediate, hidden, False)
        yield from linear(layer + "mlp.down_proj", hidden, intermediate, False)
    yield "language_model.model.norm.weight", [hidden]
    yield "language_model.lm_head.weight", [VOCABULARY, hidden]


class Numbers:
    """Normal numbers in bfloat16 of any mean and deviation, from one drawn block."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.drawn = [self.random.gauss(0, 1) for _ in range(BLOCK)]
        self.made = {}

    def block(self, mean, deviation):
        if (mean, deviation) not in self.made:
            single = array.array("f", (mean + deviation * x for x in self.drawn)).tobytes()
            half = bytearray(2 * BLOCK)
            half[0::2], half[1::2] = single[2::4], single[3::4]  # the upper half of a little-endian float32
            self.made[mean, deviation] = bytes(half)
        return self.made[mean, deviation]

    def write(self, file, count, mean, deviation):
        block = self.block(mean, deviation)
        at = self.random.randrange(BLOCK)
        while count > 0:
            taken = min(count, BLOCK - at)
            file.write(block[2 * at:2 * (at + taken)])
            count, at = count - taken, 0


def spread(name, shape):
    """Mean and deviation that keep activations in range."""
    if "lambda_" in name or "norm" in name and name.endswith("weight"):
        return 1.0, 0.1
    if name.endswith("bias"):
        return 0.0, 0.05
    if name.endswith(("cls_token", "position_embeddings")):
        return 0.0, 0.5
    return 0.0, math.prod(shape[1:]) ** -0.5


def write_safetensors(path, entries, write_data):
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, dtype, shape, width in entries:
        size = width * math.prod(shape)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        write_data(file)
    return at


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--size", choices=SIZES, default="1b")
    parser.add_argument("--layers", type=int, help="layers of the decoder, for a smaller file")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    hidden, layers, heads, kv_heads, intermediate = SIZES[args.size]
    shape = (hidden, args.layers or layers, heads, kv_heads, intermediate)
    args.out.mkdir(parents=True)
    (args.out / "config.json").write_text(json.dumps(config(*shape), indent=1) + "\n")
    listed, numbers = list(tensors(*shape)), Numbers(args.seed)

    def weights(file):
        for name, size in listed:
            numbers.write(file, math.prod(size), *spread(name, size))

    size = write_safetensors(args.out / "model.safetensors", [(name, "BF16", shape, 2) for name, shape in listed], weights)
    ids = [151644, 872, 198, 151669] + [IMAGE_TOKEN] * 256 + [151670] + [numbers.random.randrange(1000, 100000) for _ in range(24)]
    ids += [151645, 198, 151644, 77091, 198]
    pixels = array.array("f", (numbers.drawn[i] for i in range(3 * 448 * 448)))

    def prompt(file):
        array.array("q", ids).tofile(file)
        pixels.tofile(file)

    write_safetensors(args.out / "prompt.safetensors", [("input_ids", "I64", [1, len(ids)], 8),
                                                        ("pixel_values", "F32", [1, 3, 448, 448], 4)], prompt)
    print(f"{args.out}: {size // 2} parameters, {size} bytes; a prompt of {len(ids)} tokens")


if __name__ == "__main__":
    main()
