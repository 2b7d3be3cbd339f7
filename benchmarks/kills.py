#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at random instants of a demo run, each followed by `resume`: nothing may be lost, doubled or different.

    kills.py ENGINE [--kills 50] [--seed 1] [--threads 2]

Runs the small demo once undisturbed, then again and again, killed up to five times each, after a random time, until KILLS are reached. Every
run that ends must have the parameters of the first one and the same rows of metrics; run.db and audit.db must be whole after every
kill. Prints one line per run; exit code 1 on the first difference.
"""
import argparse
import json
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time


PER_RUN = 5  # few, so that they fall on all stages


class Soak:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.chance = random.Random(args.seed)
        self.demo = folder / "demo"
        self.engine("demo", self.demo, "--scale", "small")

    def engine(self, *arguments):
        command = [self.args.engine, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(command)}\n{done.stderr}")
        return done.stdout

    def command(self, run):
        return [self.args.engine, "run", self.demo / "project.msrl", "--run", run, "--artefacts", f"{run}-artefacts", "--gate", "auto",
                "--threads", str(self.args.threads)]

    def undisturbed(self):
        run = self.folder / "undisturbed"
        start = time.monotonic()
        subprocess.run(self.command(run), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.seconds = time.monotonic() - start
        self.wanted = self.result(run)

    def result(self, run):
        """Final parameters, and the rows of metrics that do not tell of time."""
        report = json.loads(self.engine("report", run, "--json"))
        with sqlite3.connect(run / "run.db") as db:
            rows = db.execute("select stage, step, name, source, count(*), min(value) from metrics "
                              "group by stage, step, name, source").fetchall()
        timed = ("seconds", "per_s", "rss", "memory", "time", "bytes")
        kept = {row[:4]: row[4:] for row in rows if not any(word in row[2] for word in timed)}
        return report["parameters_sha256"], report["stages"], kept

    def check_whole(self, run):
        for name in ("run.db", "audit.db"):
            if (run / name).exists():
                with sqlite3.connect(run / name) as db:
                    (verdict,) = db.execute("pragma integrity_check").fetchone()
                if verdict != "ok":
                    sys.exit(f"{run / name}: {verdict}")

    def disturbed(self, number, kills):
        """One run, killed up to `kills` times; returns how often."""
        run = self.folder / f"run-{number}"
        command, killed = self.command(run), 0
        while True:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            wait = self.chance.uniform(0.02, self.seconds) if killed < kills else None
            try:
                _, err = process.communicate(timeout=wait)
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                killed += 1
            self.check_whole(run)
            if (run / "run.json").exists():  # else it died before there was a run to resume
                command = [self.args.engine, "resume", run]
        if process.returncode:
            sys.exit(f"run {number}, after {killed} kills: exit code {process.returncode}\n{err}")
        self.compare(number, run)
        return killed

    def compare(self, number, run):
        parameters, stages, metrics = self.result(run)
        if parameters != self.wanted[0] or stages != self.wanted[1]:
            sys.exit(f"run {number}: parameters {parameters}, undisturbed {self.wanted[0]}; see {run}")
        if metrics != self.wanted[2]:
            odd = [key for key in metrics.keys() | self.wanted[2].keys() if metrics.get(key) != self.wanted[2].get(key)]
            sys.exit(f"run {number}: {len(odd)} rows of metrics differ, first {sorted(odd)[:3]}; see {run}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="msrl-kills-"))
    soak = Soak(args, folder)
    soak.undisturbed()
    print(f"undisturbed: {soak.seconds:.0f} s, parameters {soak.wanted[0][:12]}, {len(soak.wanted[2])} metrics", flush=True)
    kills = runs = 0
    while kills < args.kills:
        runs += 1
        killed = soak.disturbed(runs, min(PER_RUN, args.kills - kills))
        kills += killed
        print(f"run {runs}: {killed} kills, the same parameters and metrics", flush=True)
    print(f"{kills} kills in {runs} runs: nothing lost, nothing doubled, nothing different")


if __name__ == "__main__":
    main()
