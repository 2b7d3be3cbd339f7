#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev bench peers: the engine beside transformers and TRL, on the same weights and sizes, in turn, in one run.

    peers.py ENGINE PYTHON [--threads 2] [--rounds 2] [--repeat 2] [--only NAME …] [--out RESULTS.json]

PYTHON has torch, transformers 5, trl, accelerate and datasets. Each measurement is a process of its own; a case is measured
ROUNDS times by each side, alternating. Prints a Markdown table: the ratio of the medians, and the share of this machine's
matrix-product rate of the same run.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from measured import HERE, flags, make_model, run

TOKENIZER = HERE.parent / "tests" / "data"


class Bench:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.model = make_model(folder / "judge-70m", "judge-70m")

    def wanted(self, name):
        return not self.args.only or any(word in name for word in self.args.only)

    def common(self):
        return flags(threads=self.args.threads, repeat=self.args.repeat)

    def engine(self, what, model, *more):
        return lambda: run([self.args.engine, "bench", what, "--json", "--model", model, *more, *self.common()])

    def transformers(self, what, model, *more):
        return lambda: run([self.args.python, HERE / "peer_transformers.py", what, model, *more, *self.common()])

    def natural_inputs(self):
        """The demo's base judge and 64 of its text prompts, as tokens."""
        demo = self.folder / "demo"
        subprocess.run([self.args.engine, "demo", demo], check=True, stdout=subprocess.DEVNULL)
        rows = [json.loads(line) for line in (demo / "data" / "text_rl.jsonl").open()][:64]
        asked = ""
        for row in rows:
            question = f"\nQuestion: {row['query']}" if row["query"] else ""
            turns = {"system": "think, answer", "user": f"{row['context']}{question}\nA: {row['a']}\nB: {row['b']}"}
            text = "".join(f"<|im_start|>{role}\n{content}<|im_end|>\n" for role, content in turns.items())
            asked += json.dumps({"text": text + "<|im_start|>assistant\n"}) + "\n"
        judge = demo / "base"
        done = subprocess.run([self.args.engine, "tokenize", "--model", judge], input=asked, capture_output=True, text=True,
                              check=True)
        inputs = self.folder / "natural.jsonl"
        inputs.write_text(done.stdout)
        end = subprocess.run([self.args.engine, "tokenize", "--model", judge], input='{"text": "<|im_end|>"}\n', capture_output=True,
                             text=True, check=True)
        return judge, inputs, json.loads(end.stdout)["ids"][0]

    def cases(self):
        """Name, the ratio asked for, the engine's measurement, the peer's."""
        model = self.model
        image = flags(prompts=4, tiles=4, text=128, group=8, new=96)
        yield "rollout, 4 image prompts", 6.0, self.engine("rollout", model, *image), self.transformers("rollout", model, *image)
        text = flags(prompts=8, tiles=0, text=256, group=8, new=128)
        yield "rollout, 8 text prompts", 4.0, self.engine("rollout", model, *text), self.transformers("rollout", model, *text)
        if self.wanted("natural lengths"):
            judge, inputs, stop = self.natural_inputs()
            natural = flags(inputs=inputs, stop=stop, group=8, new=140)
            yield "rollout, natural lengths", 4.0, self.engine("rollout", judge, *natural), self.transformers("natural", judge, *natural)
        update = flags(batch=4, text=512, tiles=0)
        yield "update, 4 x 512 tokens", 1.3, self.engine("update", model, *update), self.transformers("update", model, *update)
        step = flags(prompts=4, text=256, group=8, new=96)
        tokenizer = next(TOKENIZER.rglob("tokenizer.json"))
        trl = [self.args.python, HERE / "peer_trl.py", "--tokenizer", self.args.tokenizer or tokenizer, *step, *self.common()]
        yield "GRPO step, 4 x 256 tokens", 5.0, self.engine("grpo", model, *step, *flags(tiles=0)), lambda: run(trl)

    def measure(self, ours, theirs):
        sides = {"engine": [], "peer": []}
        for _ in range(self.args.rounds):
            for side, call in (("engine", ours), ("peer", theirs)):
                sides[side].append(call())
        return sides

    def machine(self):
        return run([self.args.engine, "bench", "machine", "--json", *self.common()])


def middle(rows, key):
    return statistics.median(row[key] for row in rows)


def table_row(name, asked, sides, gemm):
    ours, theirs = sides["engine"], sides["peer"]
    ratio = middle(ours, "tokens_per_s") / middle(theirs, "tokens_per_s")
    share = 100 * middle(ours, "gflops") / gemm
    memory = "/".join(f"{middle(side, 'peak_rss_bytes') / 1e6:.0f}" for side in (ours, theirs))
    return (f"| {name} | {middle(ours, 'tokens_per_s'):.0f} | {middle(theirs, 'tokens_per_s'):.0f} | **{ratio:.2f}** | {asked} | "
            f"{middle(ours, 'gflops'):.0f} ({share:.0f} %) | {memory} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", type=pathlib.Path)
    parser.add_argument("python")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--only", nargs="*", help="words of the cases wanted")
    parser.add_argument("--tokenizer", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(args, pathlib.Path(folder))
        limits = [bench.machine()]
        rows, kept = [], {}
        for name, asked, ours, theirs in bench.cases():
            if not bench.wanted(name):
                continue
            print(name, file=sys.stderr, flush=True)
            kept[name] = bench.measure(ours, theirs)
            limits.append(bench.machine())
            rows.append((name, asked, kept[name], middle(limits[-2:], "gemm_gflops")))
    gemm, reading = middle(limits, "gemm_gflops"), middle(limits, "read_gb_per_s")
    print(f"{args.threads} threads; matrix product {gemm:.0f} GFLOP/s, memory {reading:.1f} GB/s\n")
    print("| case | engine, tokens/s | peer, tokens/s | ratio | asked | engine, GFLOP/s (of the product) | peak memory, MB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for row in rows:
        print(table_row(*row))
    if args.out:
        args.out.write_text(json.dumps({"limits": limits, "cases": kept}, indent=1) + "\n")


if __name__ == "__main__":
    main()
