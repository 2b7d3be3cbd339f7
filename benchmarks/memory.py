#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""./dev bench memory: an update's peak memory over batch and token budget. It grows with the budget, not with the batch.

    memory.py ENGINE [--size tiny|judge-70m] [--batches 16 64 256] [--budgets 512 2048] [--text 256] [--threads 2] [--out RESULTS.json]

Each figure is a process of its own: one step on BATCH sequences of TEXT tokens, cross-entropy, AdamW, all parameters. `tiny` is the base
judge of the demo. The last two columns keep no activations but compute them again (--recompute), and their speed beside the kept ones'.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

from measured import flags, make_model, run, table


def model_of(args, folder):
    if args.size != "tiny":
        return make_model(folder / args.size, args.size)
    subprocess.run([args.engine, "demo", folder / "demo", "--scale", "small"], check=True, stdout=subprocess.DEVNULL)
    return folder / "demo" / "base"


def measure(args, model, batch, budget, recompute):
    print(f"batch {batch}, budget {budget}{', recompute' if recompute else ''}", file=sys.stderr, flush=True)
    return run([args.engine, "bench", "update", "--json", "--model", model, *flags(
        batch=batch, text=args.text, tiles=0, token_budget=budget, threads=args.threads, repeat=1, recompute=recompute)])


def megabytes(figures):
    return f"{figures['peak_rss_bytes'] / 1e6:.0f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", type=pathlib.Path)
    parser.add_argument("--size", choices=("tiny", "judge-70m"), default="tiny")
    parser.add_argument("--batches", nargs="+", type=int, default=[16, 64, 256])
    parser.add_argument("--budgets", nargs="+", type=int, default=[512, 2048])
    parser.add_argument("--text", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=pathlib.Path)
    args = parser.parse_args()
    kept, rows = [], []
    with tempfile.TemporaryDirectory() as folder:
        model = model_of(args, pathlib.Path(folder))
        for batch in args.batches:
            plain = [measure(args, model, batch, budget, False) for budget in args.budgets]
            again = measure(args, model, batch, args.budgets[-1], True)
            kept += [*plain, again]
            speed = again["tokens_per_s"] / plain[-1]["tokens_per_s"]
            rows.append([batch, *map(megabytes, plain), megabytes(again), f"{speed:.2f}"])
    heads = ["batch", *(f"budget {budget}, MB" for budget in args.budgets), f"budget {args.budgets[-1]}, recompute, MB", "its speed"]
    print("\n".join(table(heads, rows)))
    if args.out:
        args.out.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
