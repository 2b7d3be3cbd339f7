#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""TensorBoard on the data of bench_run_scale: from its start until its server has the last point of every curve.

run_scale_tensorboard.py ENGINE PYTHON RUN

ENGINE is msrl-engine, PYTHON one that has tensorboard, RUN the folder that `bench_run_scale make` wrote. The
browser is left out: what is timed here are the numbers on their way to it.
"""
import contextlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

PATIENCE_S = 1800
CARDS = 12  # of a screen


def get(base, path):
    with urllib.request.urlopen(base + path, timeout=PATIENCE_S) as reply:
        return json.load(reply)


def points(base, run, tag):
    return get(base, "/data/plugin/scalars/scalars?" + urllib.parse.urlencode({"run": run, "tag": tag}))


def descendants(pid):
    found = [pid]
    for one in found:
        for task in pathlib.Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def peak_megabytes(pid):
    total = 0
    for one in descendants(pid):
        status = pathlib.Path(f"/proc/{one}/status").read_text()
        total += int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
    return total


@contextlib.contextmanager
def server(python, folder, samples):
    words = [python, "-m", "tensorboard.main", "--logdir", folder, "--port", "0", "--samples_per_plugin", f"scalars={samples}"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stderr:
            if address := re.search(r"http://\S+?:\d+", line):
                threading.Thread(target=process.stderr.read, daemon=True).start()  # or a full pipe would hold it up
                yield process, address[0]
                return
        raise SystemExit("tensorboard ended before it served anything")
    finally:
        process.terminate()
        process.wait()


def all_loaded(base, last):
    runs = get(base, "/data/plugin/scalars/tags")
    tags = [(run, tag) for run, all_tags in runs.items() for tag in all_tags]
    return tags if tags and all(step_of_last(base, run, tag) >= last for run, tag in tags) else None


def step_of_last(base, run, tag):
    rows = points(base, run, tag)
    return rows[-1][1] if rows else -1


def measure(python, folder, last, samples, words):
    start = time.monotonic()
    with server(python, folder, samples) as (process, base):
        while not (tags := all_loaded(base, last)):
            if time.monotonic() - start > PATIENCE_S:
                raise SystemExit("tensorboard does not end loading")
            time.sleep(0.2)
        loaded = time.monotonic() - start
        start = time.monotonic()
        sent = sum(len(points(base, run, tag)) for run, tag in tags[:CARDS])
        fetched = time.monotonic() - start
        print(f"{words}: {len(tags)} curves loaded in {loaded:.1f} s, {CARDS} of them ({sent} points) sent in {fetched * 1000:.0f} ms, "
              f"{peak_megabytes(process.pid):.0f} MB", flush=True)


def last_step(engine, run):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "metrics.csv"
        subprocess.run([engine, "export-run", run, "--format", "csv", "--out", str(out)], check=True, stdout=subprocess.DEVNULL)
        with out.open() as rows:
            head = next(rows).strip().split(",")
            return max(int(row.split(",")[head.index("step")]) for row in rows)


def main():
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    engine, python, run = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        subprocess.run([engine, "export-run", run, "--format", "tensorboard", "--out", folder + "/events"], check=True,
                       stdout=subprocess.DEVNULL)
        print(f"event files written in {time.monotonic() - start:.1f} s", flush=True)
        last = last_step(engine, run)
        measure(python, folder, last, 1000, "1,000 points of each curve, as it does by itself")
        measure(python, folder, last, 0, "all points")


if __name__ == "__main__":
    main()
