#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev bench scaling: how speed and memory follow the sizes of the work, and two ranks against two threads.

    scaling.py ENGINE [--size judge-70m] [--threads 2] [--repeat 2] [--quick] [--only tokens prompt group batch lengths ranks] [--out RESULTS.json]

One size is changed at a time, the others stay at 4 prompts of 256 tokens, G = 8, 96 new tokens; updates are of 4 sequences of 512. Each figure
is a process of its own. `ranks` runs a stage of reinforcement on one rank with two threads and on two with one, in turn, and compares the
time of its steps. --quick takes small sizes, to try the script: its figures mean nothing.
"""
import argparse
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile

from measured import flags, make_model, run, table

HEADS = ["", "tokens/s", "seconds", "GFLOP/s", "peak memory, MB"]


class Scaling:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.model = make_model(folder / "model", args.size)
        self.rollout = dict(prompts=4, text=256, group=8, new=96) if not args.quick else dict(prompts=2, text=16, group=2, new=4)
        self.update = dict(batch=4, text=512) if not args.quick else dict(batch=2, text=32)
        self.kept = {}

    def sizes(self, *values):
        return values[:2] if self.args.quick else values

    def series(self, title, what, base, name, values):
        rows = []
        for value in values:
            print(title, value, file=sys.stderr, flush=True)
            figures = run([self.args.engine, "bench", what, "--json", "--model", self.model, *flags(
                **{**base, name: value}, tiles=0, threads=self.args.threads, repeat=self.args.repeat)])
            self.kept.setdefault(title, []).append(figures)
            rows.append([value, f"{figures['tokens_per_s']:.0f}", f"{figures['seconds']:.2f}", f"{figures['gflops']:.0f}",
                         f"{figures['peak_rss_bytes'] / 1e6:.0f}"])
        print(f"\n{title}\n")
        print("\n".join(table([name, *HEADS[1:]], rows)), flush=True)

    def tokens(self):
        self.series("Rollout over new tokens", "rollout", self.rollout, "new", self.sizes(24, 96, 384))

    def prompt(self):
        self.series("Rollout over prompt length", "rollout", self.rollout, "text", self.sizes(64, 256, 1024, 4096))

    def group(self):
        self.series("Rollout over group size", "rollout", self.rollout, "group", self.sizes(1, 4, 8, 16))
        self.series("GRPO step over group size", "grpo", self.rollout, "group", self.sizes(2, 4, 8))

    def batch(self):
        self.series("Rollout over prompts", "rollout", self.rollout, "prompts", self.sizes(1, 4, 16))
        self.series("Update over sequences", "update", self.update, "batch", self.sizes(1, 4, 16))

    def lengths(self):
        self.series("Update over sequence length", "update", self.update, "text", self.sizes(128, 512, 2048))

    def ranks(self):
        project = self.reinforcement()
        layouts = {"1 rank, 2 threads": (1, 2), "2 ranks, 1 thread each": (2, 1)}
        seconds = {name: [] for name in layouts}
        for turn in range(1 if self.args.quick else 2):
            for name, (count, threads) in layouts.items():
                print(name, file=sys.stderr, flush=True)
                seconds[name] += self.step_seconds(project, self.folder / f"run-{turn}-{count}", count, threads)
        one, two = (statistics.median(seconds[name]) for name in layouts)
        self.kept["ranks"] = seconds
        print("\nReinforcement on ranks\n")
        rows = [[name, f"{statistics.median(times):.2f}"] for name, times in seconds.items()]
        print("\n".join(table(["", "seconds a step"], rows)))
        print(f"\nTwo ranks have **{one / two:.2f}** of the throughput of one (goal 0.9).", flush=True)

    def step_seconds(self, project, folder, ranks, threads):
        """Of every step but the first, from the times of its metrics."""
        command = [self.args.engine, "run", project, "--run", folder, "--ranks", ranks, "--threads", threads]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr[-2000:])
        with sqlite3.connect(f"file:{folder / 'run.db'}?mode=ro", uri=True) as database:
            times = [at for (at,) in database.execute(
                "select max(time_ms) from metrics where stage = 'rl' group by step order by step")]
        return [(after - before) / 1e3 for before, after in zip(times, times[1:])]

    def reinforcement(self):
        """A project of one stage: the model of random weights with the demo's tokenizer on the demo's text pairs."""
        demo = self.folder / "demo"
        subprocess.run([self.args.engine, "demo", demo, "--scale", "small"], check=True, stdout=subprocess.DEVNULL)
        judge = demo / "judge"
        shutil.copytree(self.model, judge)
        for file in (demo / "base").iterdir():
            if file.name not in ("config.json", "model.safetensors", "preprocessor_config.json"):
                shutil.copy(file, judge / file.name)
        config = json.loads((judge / "config.json").read_text())
        config["image_token_id"] = json.loads((demo / "base" / "config.json").read_text())["image_token_id"]
        (judge / "config.json").write_text(json.dumps(config))
        sizes = self.rollout
        project = {"schema": "msrl-project/1.0", "name": "ranks", "seed": 1, "nodes": [
            {"id": "base", "type": "model", "params": {"path": "judge"}},
            {"id": "text", "type": "dataset", "params": {"content": "text-preferences", "path": "data/text_rl.jsonl"}},
            {"id": "rl", "type": "rl", "params": {
                "steps": 3 if self.args.quick else 5, "prompts_per_step": 2 * sizes["prompts"], "group_size": sizes["group"],
                "max_new_tokens": sizes["new"], "beta": 0.0, "prompts": "demo", "checkpoint_every": 0}}],
            "edges": [{"from": "base.policy", "to": "rl.policy"}, {"from": "text.samples", "to": "rl.preferences"}]}
        file = demo / "ranks.msrl"
        file.write_text(json.dumps(project, indent=1))
        return file


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", type=pathlib.Path)
    parser.add_argument("--size", default="judge-70m")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--quick", action="store_true")
    sections = ("tokens", "prompt", "group", "batch", "lengths", "ranks")
    parser.add_argument("--only", nargs="*", choices=sections, default=sections)
    parser.add_argument("--out", type=pathlib.Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scaling = Scaling(args, pathlib.Path(folder))
        machine = run([args.engine, "bench", "machine", "--json", *flags(threads=args.threads, repeat=args.repeat)])
        print(f"{args.size}, float32, {args.threads} threads; matrix product {machine['gemm_gflops']:.0f} GFLOP/s, memory "
              f"{machine['read_gb_per_s']:.1f} GB/s", flush=True)
        for section in args.only:
            getattr(scaling, section)()
        if args.out:
            args.out.write_text(json.dumps({"machine": machine, **scaling.kept}, indent=1) + "\n")


if __name__ == "__main__":
    main()
