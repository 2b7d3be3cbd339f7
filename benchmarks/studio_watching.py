#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a studio that watches costs the engines, and how long it takes to open, with the real programs off screen.

    studio_watching.py BIN [--seconds 300] [--beside 60] [--runs 200] [--threads 1] [--only stopped two list]

BIN is the folder of msrl-engine and msrl-studio. Prints Markdown tables; nothing is asserted. All that is written lies in a folder of its own.

stopped: one run of the small demo's text RL, a studio on it; the studio is stopped by SIGSTOP for --seconds, as under a debugger. Steps are
    counted by the times in run.db, --beside seconds before and after.
two: two such runs at once, first alone, then with one studio that lists both and shows the first.
list: the studio's start with no run and with --runs finished ones in its list, until its window has come to rest (--screenshot, without
    the looks that find it so). bench_compare_scale in BIN, if it was built, measures the Compare page over as many.
"""
import argparse
import contextlib
import json
import os
import pathlib
import resource
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

from measured import table

STAGE = "rl_text"
ENDLESS = 100000  # steps: the run does not end by itself
SETTLE = 0.6  # seconds of looks at a window that has come to rest, before its picture is taken: app/pages/window_picture.h
PATIENCE = 600
TURNS = 5


class Home:
    """Folders that the environment names, the small demo in one of them."""

    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.engine, self.studio = args.bin / "msrl-engine", args.bin / "msrl-studio"
        self.environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        for name in ("config", "state", "data", "runtime"):
            (folder / name).mkdir(mode=0o700)
            self.environment[f"XDG_{name.upper()}_HOME"] = str(folder / name)
        self.environment["XDG_RUNTIME_DIR"] = self.environment.pop("XDG_RUNTIME_HOME")
        self.runs = folder / "data" / "msrl-studio" / "runs"
        self.runs.mkdir(parents=True)
        self.call(self.engine, "demo", folder / "demo", "--scale", "small")

    def call(self, *command):
        done = subprocess.run([str(word) for word in command], env=self.environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))}\n{done.stderr[-2000:]}")
        return done.stdout

    def start(self, *command):
        # A session of its own, as the studio gives an engine.
        return subprocess.Popen([str(word) for word in command], env=self.environment, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, start_new_session=True)

    def engine_words(self, run, *more):
        return [self.engine, "run", self.folder / "demo" / "project.msrl", "--run", run, "--artefacts", f"{self.folder / run.name}-artefacts",
                "--gate", "auto", "--threads", self.args.threads, *more]

    @contextlib.contextmanager
    def run(self, name):
        """A run in the midst of its text RL."""
        run = self.runs / name
        process = self.start(*self.engine_words(run, "--until", STAGE, "--set", f"{STAGE}.steps={ENDLESS}"))
        try:
            wait_for(lambda: len(times(run)) > 5, process, f"the first steps of {run}")
            yield run
        finally:
            process.kill()
            process.wait()

    @contextlib.contextmanager
    def watching(self, run):
        """A studio that shows the run: it remembers it once it has attached."""
        process = self.start(self.studio, "--page", "run", run)
        try:
            wait_for(lambda: self.last_run() == str(run), process, f"the studio to show {run}")
            time.sleep(2)  # the curves that were there
            yield process
        finally:
            process.kill()
            process.wait()

    def last_run(self):
        for file in (self.folder / "config").rglob("settings.json"):
            with contextlib.suppress(json.JSONDecodeError, OSError):
                return json.loads(file.read_text()).get("pages", {}).get("last_run")
        return None

    def forget(self):
        """The next studio starts as the first one did."""
        for folder in ("config", "state"):
            shutil.rmtree(self.folder / folder)
            (self.folder / folder).mkdir(mode=0o700)


def wait_for(condition, process, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if process.poll() is not None:
            sys.exit(f"waiting for {what}: the program ended with code {process.returncode}")
        if time.monotonic() > end:
            sys.exit(f"waiting for {what}: nothing in {PATIENCE} s")
        time.sleep(0.1)


def times(run):
    """When the steps of the stage ended, ms since 1970; none while the file is being made."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{run / 'run.db'}?mode=ro", uri=True)) as db:
            return [ms for (ms,) in db.execute("select time_ms from metrics where stage = ? and name = 'lr' order by id", (STAGE,))]
    except sqlite3.Error:
        return []


def span(seconds):
    """Waits so long; the begin and the end, as steps are dated."""
    begin = time.time() * 1000
    time.sleep(seconds)
    return begin, time.time() * 1000


def rate(run, stretch):
    """Steps per second in the stretch, from its first step to its last, how many, and the longest, in ms."""
    seen = [ms for ms in times(run) if stretch[0] <= ms <= stretch[1]]
    if len(seen) < 2:
        return 0.0, len(seen), 0
    gaps = [b - a for a, b in zip(seen, seen[1:])]
    return 1000 * len(gaps) / (seen[-1] - seen[0]), len(seen), max(gaps)


def processor(process):
    """Seconds of processor time so far."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rows_of(run, stretches):
    base = None
    for name, stretch in stretches:
        steps, count, longest = rate(run, stretch)
        base = base or steps
        yield [name, f"{(stretch[1] - stretch[0]) / 1000:.0f}", count, f"{steps:.2f}", f"{steps / base:.3f}" if base else "–", longest]


def show(title, heads, rows):
    print(f"\n{title}\n")
    for line in table(heads, rows):
        print(line, flush=True)


HEADS = ["", "seconds", "steps", "steps/s", "ratio", "longest step, ms"]


def stopped(home):
    args = home.args
    with home.run("stopped") as run:
        stretches = [("no studio", span(args.beside))]
        with home.watching(run) as studio:
            stretches.append(("a studio watches", span(args.beside)))
            studio.send_signal(signal.SIGSTOP)
            stretches.append(("the studio is stopped", span(args.seconds)))
            studio.send_signal(signal.SIGCONT)
            stretches.append(("the studio goes on", span(args.beside)))
            time.sleep(2)  # the last rows are written
            # Against the time before the stop; what watching costs stands in the row above.
            ordered = [stretches[1], stretches[0], *stretches[2:]]
            rows = list(rows_of(run, ordered))
    show(f"A studio stopped for {args.seconds:g} s (ratio to the first row)", HEADS, rows)


def two(home):
    args = home.args
    with home.run("first") as first, home.run("second") as second:
        alone = span(args.beside)
        with home.watching(first) as studio:
            before = processor(studio)
            watched = span(args.beside)
            share = (processor(studio) - before) / args.beside
            time.sleep(2)
            rows = []
            for run in (first, second):
                rows += rows_of(run, [(f"{run.name}, no studio", alone), (f"{run.name}, one studio for both", watched)])
    show("Two runs at once", HEADS, rows)
    print(f"\nThe studio took {100 * share:.1f} % of a processor.", flush=True)


def opening(home, target):
    """Seconds until the studio has painted: on the wall, and on a processor."""
    begin, used = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    home.call(home.studio, "--page", "run", "--screenshot", home.folder / "window.png", target)
    wall = time.monotonic() - begin - SETTLE
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, ended.ru_utime + ended.ru_stime - used.ru_utime - used.ru_stime


def make_finished(home, count):
    one = home.folder / "finished"
    home.call(*home.engine_words(one, "--until", "sft"))
    info = json.loads((one / "run.json").read_text())
    for number in range(count):
        copy = home.runs / f"finished-{number:03}"
        shutil.copytree(one, copy)
        changed = {**info, "name": copy.name, "run_id": f"{number:016x}"}
        (copy / "run.json").write_text(json.dumps(changed, indent=1))


def listed(home):
    args = home.args
    make_finished(home, args.runs)
    aside, project = home.folder / "aside", home.folder / "demo" / "project.msrl"
    opening(home, project)  # the first start reads the program from the disk
    found = {"no run in the list": [], f"{args.runs} finished runs in the list": [], "one of them shown": []}
    empty, full, shown = found.values()
    for _ in range(TURNS):  # in turn, as the machine's load changes
        full.append(opening(home, project))
        shown.append(opening(home, home.runs / "finished-000"))
        home.forget()
        home.runs.rename(aside)
        home.runs.mkdir()
        empty.append(opening(home, project))
        home.runs.rmdir()
        aside.rename(home.runs)
    rows = [[name, *(f"{statistics.median(part):.2f}" for part in zip(*seen))] for name, seen in found.items()]
    show(f"The start of the studio, until it has painted: the median of {TURNS}", ["", "seconds", "on a processor"], rows)
    bench = args.bin / "bench_compare_scale"
    if bench.exists():
        home.call(bench, "make", home.folder / "compare", args.runs)
        print("\n" + home.call(bench, "measure", home.folder / "compare"))


CASES = {"stopped": stopped, "two": two, "list": listed}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--beside", type=float, default=60)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES))
    args = parser.parse_args()
    args.bin = args.bin.resolve()
    for case in args.only:
        with tempfile.TemporaryDirectory(prefix="msrl-watching-") as folder:
            CASES[case](Home(args, pathlib.Path(folder)))


if __name__ == "__main__":
    main()
