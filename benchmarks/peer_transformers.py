#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Hugging Face transformers does in the engine's two loops, on the same weights and sizes.

    peer_transformers.py rollout MODEL [--prompts 4 --group 8 --text 128 --tiles 4 --new 96 --threads 2 --repeat 3]
    peer_transformers.py natural MODEL --inputs IDS.jsonl --stop ID [--group 8 --new 140 …]
    peer_transformers.py update  MODEL [--batch 4 --text 512 --tiles 0 …]

rollout samples GROUP completions of exactly NEW tokens for each prompt, two ways: prompt by prompt with
num_return_sequences, and all prompts in one batch. natural takes prompts of {"ids"} and ends at a token. update is
forward, cross-entropy over every position, backward, fused AdamW. One JSON object; needs torch and transformers 5.
"""
import argparse
import json
import pathlib
import resource
import statistics
import time

import torch
from transformers import InternVLForConditionalGeneration


def load(args):
    return InternVLForConditionalGeneration.from_pretrained(args.model, dtype=torch.float32)


def random_prompts(model, rows, text, tiles):
    config = model.config
    generator = torch.Generator().manual_seed(1)
    images = tiles * config.image_seq_length
    ids = torch.randint(10, config.text_config.vocab_size - 10, (rows, text + images), generator=generator)
    ids[ids == config.image_token_id] = 10
    ids[:, 4:4 + images] = config.image_token_id
    height, width = config.vision_config.image_size
    pixels = torch.randn(rows * tiles, 3, height, width, generator=generator) if tiles else None
    return ids, pixels


def timed(work, repeat):
    work()
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def sampling(args, **more):
    return dict(do_sample=True, temperature=1.0, top_k=0, top_p=1.0, max_new_tokens=args.new, num_return_sequences=args.group,
                pad_token_id=0, **more)


def rollout(args):
    model = load(args).eval()
    ids, pixels = random_prompts(model, args.prompts, args.text, args.tiles)
    options = sampling(args, min_new_tokens=args.new, eos_token_id=None)

    @torch.no_grad()
    def generate(first, last):
        media = {} if pixels is None else {"pixel_values": pixels[first * args.tiles:last * args.tiles]}
        model.generate(input_ids=ids[first:last], attention_mask=torch.ones_like(ids[first:last]), **media, **options)

    ways = {"batched": lambda: generate(0, args.prompts),
            "return_sequences": lambda: [generate(i, i + 1) for i in range(args.prompts)]}
    times = {name: timed(way, args.repeat) for name, way in ways.items()}
    best = min(times, key=lambda name: statistics.median(times[name]))
    return args.prompts * args.group * args.new, times[best], {"way": best}


def natural(args):
    model = load(args).eval()
    rows = [json.loads(line)["ids"] for line in args.inputs.read_text().splitlines()]
    longest = max(map(len, rows))
    ids = torch.tensor([[0] * (longest - len(row)) + row for row in rows])
    mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in rows])
    options = sampling(args, eos_token_id=args.stop)
    made = []

    @torch.no_grad()
    def generate(chosen):
        out = model.generate(input_ids=ids[chosen], attention_mask=mask[chosen], **options)[:, longest:]
        ended = (out == args.stop).int().cumsum(1)
        made.append(int(((ended == 0) | ((ended == 1) & (out == args.stop))).sum()))

    def turn(chunks):
        made.clear()
        for chunk in chunks:
            generate(chunk)
        return sum(made)

    ways = {"batched": [list(range(len(rows)))], "return_sequences": [[i] for i in range(len(rows))]}
    rates, times = {}, {}
    for name, chunks in ways.items():
        counts = []
        times[name] = timed(lambda: counts.append(turn(chunks)), args.repeat)
        rates[name] = statistics.median(n / s for n, s in zip(counts[1:], times[name]))
    best = max(rates, key=rates.get)
    return rates[best] * statistics.median(times[best]), times[best], {"way": best}


def update(args):
    model = load(args).train()
    ids, pixels = random_prompts(model, args.batch, args.text, args.tiles)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-6, fused=True)

    def step():
        model(input_ids=ids, attention_mask=torch.ones_like(ids), pixel_values=pixels, labels=ids).loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)

    return ids.numel(), timed(step, args.repeat), {}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["rollout", "natural", "update"])
    parser.add_argument("model", type=pathlib.Path)
    for name, value in dict(prompts=4, group=8, text=128, tiles=4, new=96, batch=4, threads=2, repeat=3, stop=0).items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--inputs", type=pathlib.Path)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    tokens, seconds, more = {"rollout": rollout, "natural": natural, "update": update}[args.what](args)
    median = statistics.median(seconds)
    print(json.dumps({"what": args.what, "tokens": tokens, "tokens_per_s": tokens / median, "seconds": median, "turns": seconds,
                      "peak_rss_bytes": 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, **more}))


if __name__ == "__main__":
    main()
