#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A random InternVL3.5 checkpoint of a published size or of judge-70m, and a prompt with one image for it. Standard library alone.

    make_model.py OUT [--size 1b] [--layers N] [--seed 0]

OUT/config.json, OUT/model.safetensors (bfloat16, the names of the on-disk Hugging Face form) and OUT/prompt.safetensors
(input_ids [1,S] with 256 image tokens, pixel_values [1,3,448,448]) for `msrl-engine debug`. Every parameter is random, so a
part that is left out or mixed up shows.
"""
import argparse
import array
import dataclasses
import json
import math
import pathlib
import random
import struct


@dataclasses.dataclass(frozen=True)
class Shape:
    """The decoder's sizes, then the vision tower's."""
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    intermediate: int
    head_dim: int = 128
    vocabulary: int = 151936
    image_token: int = 151671
    vision_hidden: int = 1024
    vision_layers: int = 24
    vision_heads: int = 16
    vision_intermediate: int = 4096
    image: int = 448
    patch: int = 14


SIZES = {"1b": Shape(1024, 28, 16, 8, 3072), "2b": Shape(2048, 28, 16, 8, 6144), "4b": Shape(2560, 36, 32, 8, 9728),
         "8b": Shape(4096, 36, 32, 8, 12288), "14b": Shape(5120, 40, 40, 8, 17408),
         # For the speed of training and sampling on a small machine.
         "judge-70m": Shape(512, 12, 8, 4, 1536, 64, 32768, 32765, 256, 6, 4, 1024)}
BLOCK = 1_000_003  # numbers drawn; tensors take turns through them from a random place


def config(s):
    return {
        "architectures": ["InternVLForConditionalGeneration"], "model_type": "internvl", "dtype": "bfloat16", "torch_dtype": "bfloat16",
        "image_token_id": s.image_token, "image_seq_length": 256, "downsample_ratio": 0.5, "projector_hidden_act": "gelu",
        "vision_feature_layer": -1, "vision_feature_select_strategy": "default", "tie_word_embeddings": False,
        "vision_config": {
            "model_type": "internvl_vision", "hidden_size": s.vision_hidden, "num_hidden_layers": s.vision_layers,
            "num_attention_heads": s.vision_heads, "intermediate_size": s.vision_intermediate, "image_size": [s.image] * 2,
            "patch_size": [s.patch] * 2, "num_channels": 3, "hidden_act": "gelu", "norm_type": "layer_norm", "layer_norm_eps": 1e-6,
            "attention_bias": True, "use_qk_norm": False, "use_mean_pooling": True, "use_absolute_position_embeddings": True},
        "text_config": {
            "model_type": "qwen3", "hidden_size": s.hidden, "num_hidden_layers": s.layers, "num_attention_heads": s.heads,
            "num_key_value_heads": s.kv_heads, "head_dim": s.head_dim, "intermediate_size": s.intermediate, "vocab_size": s.vocabulary,
            "max_position_embeddings": 40960, "rms_norm_eps": 1e-6, "rope_theta": 1e6,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e6}, "hidden_act": "silu", "attention_bias": False,
            "use_sliding_window": False, "tie_word_embeddings": False}}


def linear(name, out, into, bias):
    yield name + ".weight", [out, into]
    if bias:
        yield name + ".bias", [out]


def tensors(s):
    """Names and shapes, in the order of the file."""
    c, patch, hidden = s.vision_hidden, s.patch, s.hidden
    patches = (s.image // patch) ** 2
    yield "vision_tower.embeddings.cls_token", [1, 1, c]
    yield "vision_tower.embeddings.position_embeddings", [1, 1 + patches, c]
    yield "vision_tower.embeddings.patch_embeddings.projection.weight", [c, 3, patch, patch]
    yield "vision_tower.embeddings.patch_embeddings.projection.bias", [c]
    for i in range(s.vision_layers):
        layer = f"vision_tower.encoder.layer.{i}."
        for norm in ("layernorm_before", "layernorm_after"):
            yield from ((f"{layer}{norm}.{part}", [c]) for part in ("weight", "bias"))
        for part in ("q_proj", "k_proj", "v_proj", "projection_layer"):
            yield from linear(f"{layer}attention.{part}", c, c, True)
        yield from ((f"{layer}lambda_{k}", [c]) for k in (1, 2))
        yield from linear(layer + "mlp.fc1", s.vision_intermediate, c, True)
        yield from linear(layer + "mlp.fc2", c, s.vision_intermediate, True)
    yield from ((f"multi_modal_projector.layer_norm.{part}", [4 * c]) for part in ("weight", "bias"))
    yield from linear("multi_modal_projector.linear_1", hidden, 4 * c, True)
    yield from linear("multi_modal_projector.linear_2", hidden, hidden, True)
    yield "language_model.model.embed_tokens.weight", [s.vocabulary, hidden]
    for i in range(s.layers):
        layer = f"language_model.model.layers.{i}."
        for norm in ("input_layernorm", "post_attention_layernorm"):
            yield f"{layer}{norm}.weight", [hidden]
        yield from linear(layer + "self_attn.q_proj", s.heads * s.head_dim, hidden, False)
        yield from linear(layer + "self_attn.k_proj", s.kv_heads * s.head_dim, hidden, False)
        yield from linear(layer + "self_attn.v_proj", s.kv_heads * s.head_dim, hidden, False)
        yield from linear(layer + "self_attn.o_proj", hidden, s.heads * s.head_dim, False)
        yield from ((f"{layer}self_attn.{norm}.weight", [s.head_dim]) for norm in ("q_norm", "k_norm"))
        yield from linear(layer + "mlp.gate_proj", s.intermediate, hidden, False)
        yield from linear(layer + "mlp.up_proj", s.intermediate, hidden, False)
        yield from linear(layer + "mlp.down_proj", hidden, s.intermediate, False)
    yield "language_model.model.norm.weight", [hidden]
    yield "language_model.lm_head.weight", [s.vocabulary, hidden]


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
    model = SIZES[args.size]
    if args.layers:
        model = dataclasses.replace(model, layers=args.layers)
    args.out.mkdir(parents=True)
    (args.out / "config.json").write_text(json.dumps(config(model), indent=1) + "\n")
    listed, numbers = list(tensors(model)), Numbers(args.seed)

    def weights(file):
        for name, size in listed:
            numbers.write(file, math.prod(size), *spread(name, size))

    size = write_safetensors(args.out / "model.safetensors", [(name, "BF16", shape, 2) for name, shape in listed], weights)
    text = [numbers.random.randrange(1000, model.image_token) for _ in range(33)]
    ids = text[:4] + [model.image_token] * 256 + text[4:]
    pixels = array.array("f", (numbers.drawn[i] for i in range(3 * 448 * 448)))

    def prompt(file):
        array.array("q", ids).tofile(file)
        pixels.tofile(file)

    write_safetensors(args.out / "prompt.safetensors", [("input_ids", "I64", [1, len(ids)], 8),
                                                        ("pixel_values", "F32", [1, 3, 448, 448], 4)], prompt)
    print(f"{args.out}: {size // 2} parameters, {size} bytes; a prompt of {len(ids)} tokens")


if __name__ == "__main__":
    main()
