#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loading a model and answering a one-image prompt: the engine beside transformers, in turn, in one run.

    load_model.py ENGINE MODEL [--new 4] [--repeats 3] [--dtype bfloat16] [--threads 1]

MODEL is a folder of make_model.py. Runs under a Python that has torch and transformers. Each measurement is a process of its
own; its peak memory is the kernel's. Prints one JSON object. `peak_over_weights` compares with the bytes of all parameters in
the number format in use.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

THEIRS = """
import json, sys, time
import torch, transformers
from safetensors.torch import load_file
model, new, dtype, threads = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
torch.set_num_threads(threads)
transformers.logging.set_verbosity_error()
import resource
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
loaded = transformers.AutoModelForImageTextToText.from_pretrained(model, dtype=getattr(torch, dtype)).eval()
load = time.perf_counter() - start
# Mapped and not yet read is not loaded: every page is touched once.
touched = sum(float(p.detach().view(-1)[:: 1024].float().sum()) for p in loaded.parameters())
touch = time.perf_counter() - start
prompt = load_file(model + "/prompt.safetensors")
start = time.perf_counter()
with torch.no_grad():
    ids = loaded.generate(input_ids=prompt["input_ids"], attention_mask=torch.ones_like(prompt["input_ids"]),
                          pixel_values=prompt["pixel_values"].to(loaded.dtype), do_sample=False, max_new_tokens=new,
                          min_new_tokens=new, eos_token_id=None, pad_token_id=0)
print(json.dumps({"load_seconds": load, "load_and_touch_seconds": touch, "answer_seconds": time.perf_counter() - start,
                  "ids": ids[0, prompt["input_ids"].shape[1]:].tolist(), "start_bytes": before * 1024,
                  "transformers": transformers.__version__, "torch": torch.__version__}))
"""


def measured(command):
    """Standard output of a process and the most memory it held."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out, env={**os.environ, "HF_HUB_OFFLINE": "1"})
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(f"{command[0]} ended with {status}")
        out.seek(0)
        return json.loads(out.read().splitlines()[-1]), usage.ru_maxrss * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--new", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--dtype", default="bfloat16")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    inspected = json.loads(subprocess.run([args.engine, "inspect", args.model, "--json"], check=True, capture_output=True).stdout)
    weights = inspected["parameters"]["total"] * {"bfloat16": 2, "float32": 4, "float64": 8}[args.dtype]
    for path in args.model.glob("*.safetensors"):  # both read from the system's cache, not the first from the disk
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass
    rows = {"engine": [], "transformers": []}
    for _ in range(args.repeats):
        with tempfile.TemporaryDirectory() as work:
            started = time.perf_counter()
            said, peak = measured([args.engine, "debug", "generate", "--model", str(args.model), "--tensors",
                                   str(args.model / "prompt.safetensors"), "--max-new-tokens", str(args.new), "--dtype", args.dtype,
                                   "--threads", str(args.threads), "--out", work + "/out.safetensors", "--json"])
            rows["engine"].append({"load_seconds": said["load_seconds"], "answer_seconds": said["answer_seconds"], "peak_bytes": peak,
                                   "whole_seconds": time.perf_counter() - started, "ids": said["greedy_ids"][0]})
        started = time.perf_counter()
        said, peak = measured([sys.executable, "-c", THEIRS, str(args.model), str(args.new), args.dtype, str(args.threads)])
        rows["transformers"].append({**said, "peak_bytes": peak, "whole_seconds": time.perf_counter() - started})
    out = {"model": args.model.name, "dtype": args.dtype, "threads": args.threads, "new_tokens": args.new, "weights_bytes": weights}
    for name, runs in rows.items():
        numbers = [key for key, value in runs[0].items() if isinstance(value, (int, float))]
        out[name] = {key: round(statistics.median(run[key] for run in runs), 3) for key in numbers}
        out[name]["peak_over_weights"] = round(out[name]["peak_bytes"] / weights, 3)
        out[name]["ids"] = runs[0]["ids"]
    out["transformers"]["version"] = rows["transformers"][0]["transformers"]
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
