# SPDX-License-Identifier: GPL-3.0-or-later
"""One measurement of the engine: `msrl-engine bench` in a process of its own, as JSON."""
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def flags(**sizes):
    """name=value as --name value; True is a flag alone, False is left out."""
    words = []
    for name, value in sizes.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            words.append(option)
        elif value is not False:
            words += [option, value]
    return words


def make_model(folder, size):
    subprocess.run([sys.executable, HERE / "make_model.py", folder, "--size", size], check=True, stdout=sys.stderr)
    return folder


def table(heads, rows):
    """Lines of a Markdown table."""
    yield "| " + " | ".join(heads) + " |"
    yield "| " + " | ".join("---" for _ in heads) + " |"
    for row in rows:
        yield "| " + " | ".join(map(str, row)) + " |"
