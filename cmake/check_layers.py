#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares every #include with what its module links, and the modules with the direction of dependence.

check_layers.py ROOT LAYERS_TSV   (written by studio_write_layers() from the targets: folder, target, link libraries)
Exit code 1 with one line per violation.
"""
import pathlib
import re
import sys

SOURCE_FOLDERS = ("core", "engine", "app", "widgets")
SUFFIXES = {".h", ".hpp", ".cpp", ".cc", ".cu", ".cuh"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^">]+)[">]', re.M)

QT = r"Q[A-Z]|Qt|qcustomplot"
TORCH = r"torch/|ATen/|c10/"
SQLITE = r"sqlite3|SQLiteCpp/"
FFMPEG = r"libav[a-z]+/|libsw[a-z]+/"
MPI = r"mpi\.h"
ARROW = r"(arrow|parquet)/"
WIDGETS = r"(QWidget|QDialog|QMessageBox|QMainWindow|QApplication|QtWidgets|widgets/)"
# Folder prefix -> headers that nothing below it includes, whatever it links.
FORBIDDEN_HEADERS = {
    "core/": rf"({QT}|{TORCH}|engine/|app/|widgets/)",
    "engine/": rf"({QT}|app/|widgets/)",
    "engine/stages/": rf"({SQLITE}|sys/socket|core/protocol/|core/store/(run|audit)_)",
    "app/": rf"({TORCH}|engine/|{SQLITE})",
    "app/commands/": WIDGETS,
    "app/models/": WIDGETS,
    "app/services/": r"widgets/",
    "widgets/": rf"({TORCH}|{SQLITE}|core/store/|core/protocol/|engine/|app/)",
}
# Libraries that one folder alone touches.
SOLE_USERS = {SQLITE: "core/store", FFMPEG: "engine/vision", MPI: "engine/parallel", ARROW: "core/parquet"}
# Folder prefix -> link libraries that no module below it names.
FORBIDDEN_LIBRARIES = {
    "core/": r"(Qt6::|Torch::|QCustomPlot|engine_|app_|widgets_)",
    "engine/": r"(Qt6::|QCustomPlot|app_|widgets_)",
    "app/": r"(Torch::|Arrow::|core_parquet|engine_)",
    "app/commands/": r"(Qt6::Widgets|widgets_)",
    "app/models/": r"(Qt6::Widgets|widgets_)",
    "widgets/": r"(Torch::|Arrow::|core_parquet|engine_|app_)",
}


def read_table(table):
    folders, links = {}, {}  # target -> folder, folder -> link libraries
    for line in table.read_text().splitlines():
        folder, target, libraries = line.split("\t")
        folders[target] = folder
        links.setdefault(folder, set()).update(libraries.split(","))
    return folders, links


def sources_below(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES)


def matches(rules, folder_or_path, name):
    return any(folder_or_path.startswith(prefix) and re.match(rule, name) for prefix, rule in rules.items())


def cycle_faults(folders, links):
    """Static libraries may link in a circle, which the build does not notice."""
    arrows = {folder: sorted({folders[name] for name in names if name in folders} - {folder}) for folder, names in links.items()}
    done = set()

    def walk(folder, path):
        if folder in path:
            yield " -> ".join([*path[path.index(folder):], folder]) + ": modules that use each other"
        elif folder not in done:
            for below in arrows.get(folder, ()):
                yield from walk(below, [*path, folder])
            done.add(folder)

    for folder in sorted(arrows):
        yield from walk(folder, [])


def include_faults(root, folders, links):
    modules = sorted(links, key=len, reverse=True)
    allowed = {folder: {folder} | {folders[name] for name in names if name in folders} for folder, names in links.items()}

    def owner_of(name):
        return next((folder for folder in modules if name.startswith(folder + "/")), None)

    for top in SOURCE_FOLDERS:
        for path in sources_below(root / top):
            relative = path.relative_to(root).as_posix()
            module = owner_of(relative)
            if module is None:
                yield f"{relative}: belongs to no module; declare its folder with studio_module() or studio_program()"
                continue
            for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
                owner = owner_of(name)
                if owner and owner not in allowed[module]:
                    yield f"{relative} -> {name}: {module} does not link {owner} (add it to USES)"
                elif matches(FORBIDDEN_HEADERS, relative, name):
                    yield f"{relative} -> {name}: against the direction of dependence"
                for library, folder in SOLE_USERS.items():
                    if re.match(library, name) and module != folder:
                        yield f"{relative} -> {name}: only {folder} touches this library"


def library_faults(links):
    for folder, names in sorted(links.items()):
        for name in sorted(names):
            if matches(FORBIDDEN_LIBRARIES, folder + "/", name):
                yield f"{folder}: links {name}, against the direction of dependence"


def main():
    root, table = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    folders, links = read_table(table)
    faults = [*library_faults(links), *cycle_faults(folders, links), *include_faults(root, folders, links)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
