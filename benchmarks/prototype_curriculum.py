#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's curriculum at the settings of the PyTorch prototype, whose training stages took 357 s on two cores.

prototype_curriculum.py ENGINE DIR [--seed N]

Makes the demo in DIR, cuts its data and settings to the prototype's, runs it as far as the last training and prints
the seconds of each training stage and their sum; evaluation is left out, as there.
"""
import argparse
import json
import pathlib
import sqlite3
import subprocess

ROWS = {"text_sft": 1024, "unlabelled": 1536}
SETTINGS = {
    "sft": {"epochs": 4, "batch_size": 32, "lr": 1.5e-3},
    "rl_text": {"steps": 80, "prompts_per_step": 16, "lr": 4e-4, "beta": 0.0},
    "rl_caption": {"steps": 120, "prompts_per_step": 18, "lr": 4e-4, "beta": 0.0, "schedule": "constant"},
    "cmkd": {"paths": 8},
    "distil": {"epochs": 4, "lr": 1e-3},
    "rl_multimodal": {"steps": 60, "lr": 1e-4, "beta": 0.0, "trained": "all"},
}


def cut(folder, name, rows):
    path = folder / "data" / f"{name}.jsonl"
    path.write_text("".join(line + "\n" for line in path.read_text().splitlines()[:rows]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    engine = asked.engine.resolve()
    subprocess.run([engine, "demo", asked.folder, "--seed", str(asked.seed)], check=True, stdout=subprocess.DEVNULL)
    for name, rows in ROWS.items():
        cut(asked.folder, name, rows)
    project = json.loads((asked.folder / "project.msrl").read_text())
    for node in project["nodes"]:
        node["params"].update(SETTINGS.get(node["id"], {}))
    (asked.folder / "project.msrl").write_text(json.dumps(project, indent=1))
    run = asked.folder / "run"
    subprocess.run([engine, "run", asked.folder / "project.msrl", "--run", run, "--gate", "auto", "--until", "rl_multimodal"], check=True)
    with sqlite3.connect(run / "run.db") as db:
        seconds = dict(db.execute("select stage, (ended_ms - started_ms) / 1000.0 from stages where ended_ms > 0"))
    for stage in SETTINGS:
        print(f"{stage:<16} {seconds[stage]:7.1f} s")
    print(f"{'all':<16} {sum(seconds[stage] for stage in SETTINGS):7.1f} s")


if __name__ == "__main__":
    main()
