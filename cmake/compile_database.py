#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The compile commands of a build with one entry per source, where the build compiles several sources in one go.

compile_database.py BUILD FOLDER   writes FOLDER/compile_commands.json
"""
import json
import pathlib
import re
import sys

INCLUDED = re.compile(r'^#include "([^"]+\.cpp)"', re.M)


def entries_of(command):
    path = pathlib.Path(command["file"])
    sources = INCLUDED.findall(path.read_text()) if path.parent.name == "Unity" else []
    if not sources:
        return [command]
    return [{**command, "file": source, "command": command["command"].replace(str(path), source)} for source in sources]


def main(build, folder):
    commands = json.loads(pathlib.Path(build, "compile_commands.json").read_text())
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    expanded = [entry for command in commands for entry in entries_of(command)]
    pathlib.Path(folder, "compile_commands.json").write_text(json.dumps(expanded, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
