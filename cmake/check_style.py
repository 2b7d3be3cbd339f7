#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of CONTRIBUTING.md that a machine can check: sizes, forbidden calls, left-over marks, licence lines.

check_style.py ROOT
Exit code 1 with one line per violation.
"""
import pathlib
import re
import subprocess
import sys

SOURCE_FOLDERS = ("core/", "engine/", "app/", "widgets/", "tests/", "benchmarks/")
SUFFIXES = {".h", ".hpp", ".cpp", ".cc", ".cu", ".cuh"}
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
# Files that were longer when the rule came: they may only shrink, and leave the list once they fit.
KNOWN_LONG = {}
SKIPPED = ("build/", ".deps/", ".git/")

PRODUCT = ("core/", "engine/", "app/", "widgets/")
# (name, pattern, folders it holds in, exceptions by prefix)
LINE_RULES = [
    ("output outside the programs' front ends", r"std::(cout|cerr|clog)|\b(printf|fprintf|puts|qDebug|qWarning|qInfo|qCritical)\s*\(",
     PRODUCT, ("engine/cli/", "app/main/")),
    ("std::format (use fmt: GCC 12 has none)", r"\bstd::format\b|#include <format>", SOURCE_FOLDERS, ()),
    ("whole-library Torch header or torch::nn", r"#include <torch/torch\.h>|\btorch::nn\b", SOURCE_FOLDERS, ()),
    ("QtSql", r"\bQSql[A-Z]|#include <QtSql", SOURCE_FOLDERS, ()),
    ("using namespace at file scope", r"^using namespace ", PRODUCT, ()),
    ("manual new or delete (use values or unique_ptr)", r"^(?!.*unique_ptr<).*(?<![\w:])new [A-Za-z_:]+[({\[]|\bdelete (\[\] ?)?\w", ("core/", "engine/"), ()),
    ("left-over mark", r"\b(TODO|FIXME|XXX|HACK)\b", SOURCE_FOLDERS, ()),
    ("waiting by the clock in a test", r"\bsleep_for\b|\busleep\s*\(|QTest::qWait\s*\(|QTest::qSleep\s*\(", ("tests/",), ()),
    ("nested event loop", r"\bQEventLoop\b|processEvents\s*\(", ("app/", "widgets/"), ("app/main/",)),
]


def tracked_files(root):
    try:
        listed = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], check=True, capture_output=True).stdout
        names = [name for name in listed.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive
        names = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    return [name for name in names if not name.startswith(SKIPPED) and (root / name).is_file()]


def without_comments_and_strings(text):
    """The same lines with the inside of comments and string literals blanked."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    token = r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\''
    return re.sub(token, blank, text, flags=re.S)


def long_functions(lines):
    """Bodies between a line that is only "{" and its "}": with this project's braces, functions (classes end in "};")."""
    opened = {}
    for number, line in enumerate(lines, 1):
        indent, body = len(line) - len(line.lstrip()), line.strip()
        if body == "{":
            opened[indent] = number
        elif body == "}" and indent in opened:
            start = opened.pop(indent)
            if number - start - 1 > MAX_FUNCTION_LINES:
                yield start, number - start - 1
        elif body.startswith("}"):
            opened.pop(indent, None)


def source_faults(name, text):
    lines = text.splitlines()
    if len(lines) > KNOWN_LONG.get(name, MAX_FILE_LINES):
        yield f"{name}: {len(lines)} lines, the limit is {KNOWN_LONG.get(name, MAX_FILE_LINES)}"
    if name in KNOWN_LONG and len(lines) <= MAX_FILE_LINES:
        yield f"{name}: fits now, delete it from KNOWN_LONG"
    if not lines or lines[0] != "// SPDX-License-Identifier: GPL-3.0-or-later":
        yield f"{name}:1: the first line must be the SPDX licence line"
    if name.endswith(".h") and "#pragma once" not in lines:
        yield f"{name}: no #pragma once"
    code = without_comments_and_strings(text).splitlines()
    for start, length in long_functions(code):
        yield f"{name}:{start}: a function of {length} lines, the limit is {MAX_FUNCTION_LINES}"
    for rule, pattern, folders, exceptions in LINE_RULES:
        if not name.startswith(folders) or name.startswith(exceptions or ("\0",)):
            continue
        searched = lines if rule == "left-over mark" or "#include" in pattern else code
        for number, line in enumerate(searched, 1):
            if re.search(pattern, line):
                yield f"{name}:{number}: {rule}: {line.strip()[:80]}"


def private_path_faults(name, text):
    """Paths of one machine have no place in a repository."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(r"(?<![\w.])/(root|home/\w+)/|\.\./" + "shared/", line):
            yield f"{name}:{number}: a path of one machine: {line.strip()[:80]}"


def main():
    root = pathlib.Path(sys.argv[1])
    faults = []
    for name in tracked_files(root):
        path = root / name
        if name.startswith("tests/data/") or name == "LICENSE":
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if name.startswith(SOURCE_FOLDERS) and path.suffix in SUFFIXES:
            faults += source_faults(name, text)
        faults += private_path_faults(name, text)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
