#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers stand on their own: each includes what declares the names of other libraries that it uses.

Compiling every header alone (the target all_verify_interface_header_sets) is the whole truth and takes many minutes.
This finds the usual fault in a second: a name for which neither the header nor a header of ours that it includes has
the #include, so that it compiles only behind a precompiled header (Precompiled.cmake) or a luckier neighbour.

check_headers.py ROOT
Exit code 1 with one line per fault.
"""
import pathlib
import re
import sys

SOURCE_FOLDERS = ("core", "engine", "app", "widgets")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^">]+)[">]', re.M)
FORWARD = re.compile(r"^[ \t]*(?:class|struct) (\w+);", re.M)
COMMENT_OR_TEXT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)
NAME = re.compile(r"\bstd::(?:(filesystem|chrono|this_thread)::)?(\w+)")

# Header -> what is looked for there. A name that several headers declare stands with each.
DECLARES = {
    "algorithm": "min max clamp sort find find_if any_of all_of none_of count_if transform copy reverse lower_bound",
    "array": "array to_array",
    "atomic": "atomic atomic_bool atomic_flag memory_order_acquire memory_order_relaxed memory_order_release",
    "condition_variable": "condition_variable",
    "cstddef": "size_t ptrdiff_t byte nullptr_t",
    "cstdint": "int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t",
    "chrono": "chrono",
    "deque": "deque",
    "exception": "exception exception_ptr",
    "filesystem": "filesystem",
    "fstream": "ifstream ofstream",
    "functional": "function hash less reference_wrapper",
    "future": "future promise async",
    "iosfwd": "istream ostream",
    "istream": "istream",
    "ostream": "ostream",
    "limits": "numeric_limits",
    "list": "list",
    "map": "map multimap",
    "memory": "unique_ptr shared_ptr weak_ptr make_unique make_shared enable_shared_from_this",
    "mutex": "mutex lock_guard unique_lock scoped_lock once_flag recursive_mutex",
    "optional": "optional nullopt nullopt_t",
    "queue": "queue priority_queue",
    "set": "set multiset",
    "span": "span",
    "sstream": "ostringstream istringstream stringstream",
    "string": "string to_string stoi stod",
    "string_view": "string_view",
    "thread": "thread this_thread",
    "tuple": "tuple tie",
    "unordered_map": "unordered_map",
    "unordered_set": "unordered_set",
    "utility": "pair move forward exchange swap",
    "variant": "variant monostate visit",
    "vector": "vector",
}
# Name -> other headers that bring it for certain, as their own interface has it.
ALSO = {
    "size_t": {"string", "vector", "array", "span", "string_view", "map", "set", "memory", "functional"},
    "ptrdiff_t": {"string", "vector", "span"},
    "move": {"string", "vector", "memory", "functional", "map", "optional", "algorithm", "variant"},
    "forward": {"string", "vector", "memory", "functional", "map", "optional"},
    "pair": {"map", "set", "unordered_map", "vector", "algorithm"},
    "less": {"map", "set"},
    "string": {"filesystem", "sstream"},
    "ostream": {"fstream", "sstream", "iostream"},
    "istream": {"fstream", "sstream", "iostream"},
}


# What else the precompiled headers bring unasked: name -> the includes of which one is enough.
OTHERS = [
    (re.compile(r"\bnlohmann::"), re.compile(r"nlohmann/")),
    (re.compile(r"\bfmt::"), re.compile(r"fmt/")),
    (re.compile(r"\b(?:at|c10|torch)::"), re.compile(r"(ATen|c10|torch)/")),
    (re.compile(r"\bQ(?:String|StringList|Object)\b|\bQ_OBJECT\b"), re.compile(r"Q[A-Z]")),
]
# Classes that a header of ours includes or declares by name. (QPainter is declared by Qt's own headers of widgets.)
QT_CLASS = re.compile(r"\bQ(?:Timer|[HV]?BoxLayout|ComboBox|Label|LineEdit|MainWindow|PushButton|TableView|ToolButton|TreeWidget)\b")


def standard_faults(code, have):
    for name in sorted({space or word for space, word in NAME.findall(code)}):
        own = [header for header, names in DECLARES.items() if name in names.split()]
        if own and not have & {*own, *ALSO.get(name, ())}:
            yield f"std::{name}", own[0]


def other_faults(code, have, declared):
    for name, include in OTHERS:
        used = name.search(code)
        if used and used.group() not in declared and not any(include.match(one) for one in have):
            yield used.group(), include.pattern
    for name in sorted(set(QT_CLASS.findall(code))):
        if name not in have | declared:
            yield name, name


def main():
    root = pathlib.Path(sys.argv[1])
    paths = [path for top in SOURCE_FOLDERS for path in sorted((root / top).rglob("*.h"))]
    texts = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    includes = {name: INCLUDE.findall(text) for name, text in texts.items()}

    def reached(name):
        """The header's includes and those of ours among them, however deep."""
        seen, waiting = set(), [name]
        while waiting:
            new = set(includes.get(waiting.pop(), ())) - seen
            seen |= new
            waiting += new
        return seen

    faults = []
    for name, text in texts.items():
        have = reached(name)
        code = COMMENT_OR_TEXT.sub(" ", INCLUDE.sub(" ", text))
        declared = {one for header in {name, *have} for one in FORWARD.findall(texts.get(header, ""))}
        for used, wanted in [*standard_faults(code, have), *other_faults(code, have, declared)]:
            faults.append(f"{name}: uses {used}, but nothing that it includes has it (#include <{wanted}>)")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
