#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of cmake/ must fail on a violation: a check that always passes proves nothing.

test_checks.py ROOT LAYERS_TSV [PROGRAM]
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = TABLE = PROGRAM = None
LICENCE = "// SPDX-License-Identifier: GPL-3.0-or-later\n"


def run(script, *arguments):
    command = [sys.executable, str(ROOT / "cmake" / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


class Tree(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Layers(Tree):
    """On a copy of the real tree, so that the real table is what catches the violation."""

    @classmethod
    def setUpClass(cls):
        cls.copy = tempfile.TemporaryDirectory()
        for top in ("core", "engine", "app", "widgets"):
            shutil.copytree(ROOT / top, pathlib.Path(cls.copy.name) / top)

    @classmethod
    def tearDownClass(cls):
        cls.copy.cleanup()

    def setUp(self):
        super().setUp()
        self.copied = pathlib.Path(self.copy.name)

    def append(self, name, line):
        """For this test alone."""
        path = self.copied / name
        before = path.read_text()
        self.addCleanup(path.write_text, before)
        path.write_text(before + line + "\n")

    def expect(self, *fragments):
        code, output = run("check_layers.py", self.copied, TABLE)
        self.assertEqual(code, 1, output)
        for fragment in fragments:
            self.assertIn(fragment, output)

    def test_core_may_not_include_the_engine(self):
        self.append("core/judge/parser.cpp", '#include "engine/model/policy.h"')
        self.expect("core/judge/parser.cpp -> engine/model/policy.h")

    def test_core_may_not_include_qt_or_torch(self):
        self.append("core/judge/parser.cpp", "#include <QString>")
        self.append("core/data/sample.cpp", "#include <ATen/core/Tensor.h>")
        self.expect("core/judge/parser.cpp -> QString", "core/data/sample.cpp -> ATen/core/Tensor.h")

    def test_engine_may_not_include_qt(self):
        self.append("engine/model/suffix_cache.cpp", "# include <QtCore/QString>")
        self.expect("engine/model/suffix_cache.cpp -> QtCore/QString")

    def test_app_may_not_include_torch_or_the_engine(self):
        self.append("app/models/curve_set.cpp", "#include <torch/types.h>")
        self.append("app/services/journal.cpp", '#include "engine/device/device.h"')
        self.expect("app/models/curve_set.cpp -> torch/types.h", "app/services/journal.cpp -> engine/device/device.h")

    def test_ffmpeg_and_sqlite_have_one_user_each(self):
        self.append("engine/stages/rl_step.cpp", "#include <libavcodec/avcodec.h>")
        self.append("core/data/sample.cpp", "#include <sqlite3.h>")
        self.expect("only engine/vision touches this library", "only core/store touches this library")

    def test_arrow_has_one_user(self):
        self.append("core/data/sample.cpp", "#include <arrow/table.h>")
        self.append("engine/cli/output.cpp", "#include <parquet/file_reader.h>")
        self.expect("core/data/sample.cpp -> arrow/table.h: only core/parquet", "engine/cli/output.cpp -> parquet/file_reader.h: only core/parquet")

    def test_a_folder_that_is_not_linked_may_not_be_included(self):
        self.append("core/base/files.cpp", '#include "core/data/sample.h"')
        self.expect("core/base does not link core/data")

    def test_a_folder_without_a_module_is_found(self):
        orphan = self.copied / "core/orphan"
        orphan.mkdir()
        self.addCleanup(shutil.rmtree, orphan)
        (orphan / "orphan.cpp").write_text(LICENCE)
        self.expect("core/orphan/orphan.cpp: belongs to no module")

    def linked(self, *lines):
        """What is said of the real table with these lines more."""
        table = self.root / "layers.tsv"
        table.write_text(pathlib.Path(TABLE).read_text() + "".join(line + "\n" for line in lines))
        code, output = run("check_layers.py", self.copied, table)
        self.assertEqual(code, 1)
        return output

    def test_a_wrong_link_library_is_found(self):
        self.assertIn("core/extra: links Qt6::Core", self.linked("core/extra\tcore_extra\tcore_base,Qt6::Core"))
        self.assertIn("app/models: links Qt6::Widgets", self.linked("app/models\tapp_models\tQt6::Widgets"))

    def test_modules_that_use_each_other_are_found(self):
        for upper, lower in (("engine/stages", "engine/model"), ("core/judge", "core/base")):
            output = self.linked(f"{lower}\t{lower.replace('/', '_')}\t{upper.replace('/', '_')}")
            found = [line for line in output.splitlines() if line.endswith("modules that use each other")]
            self.assertTrue(any(upper in line and lower in line for line in found), output)

    def test_commands_and_models_may_not_include_widgets(self):
        self.append("app/commands/edits.cpp", "#include <QMessageBox>")
        self.append("app/models/curve_set.cpp", '#include "widgets/plot/curve_plot.h"')
        self.expect("app/commands/edits.cpp -> QMessageBox", "app/models/curve_set.cpp -> widgets/plot/curve_plot.h")


class Style(Tree):
    def faults(self, name, text):
        self.write(name, text)
        code, output = run("check_style.py", self.root)
        self.assertEqual(code, 1 if output else 0)
        return output

    def test_accepts_a_clean_file(self):
        self.assertEqual(self.faults("core/a/a.h", LICENCE + "#pragma once\n// std::cout in a comment\n"), "")

    def test_finds_long_files_and_functions(self):
        self.assertIn("401 lines", self.faults("core/a/a.cpp", LICENCE + "\n" * 400))
        body = LICENCE + "void f()\n{\n" + "    g();\n" * 81 + "}\n"
        self.assertIn("core/a/a.cpp:3: a function of 81 lines", self.faults("core/a/a.cpp", body))
        self.assertEqual(self.faults("core/a/a.cpp", body.replace("void f()", "struct F").replace("}\n", "};\n")), "")

    def test_finds_forbidden_lines(self):
        for line in ("std::cout << 1;", "printf (\"x\");", "using namespace std;", "auto* p = new Thing(1);",
                     "#include <torch/torch.h>", "int x; // " + "TODO: later"):
            with self.subTest(line=line):
                self.assertIn("core/a/a.cpp:2", self.faults("core/a/a.cpp", LICENCE + line + "\n"))

    def test_front_ends_may_print(self):
        self.assertEqual(self.faults("engine/cli/main.cpp", LICENCE + "std::cout << 1;\n"), "")

    def test_finds_missing_licence_and_guard(self):
        output = self.faults("core/a/a.h", "int x;\n")
        self.assertIn("SPDX", output)
        self.assertIn("#pragma once", output)

    def test_finds_paths_of_one_machine(self):
        self.assertIn("README.md:1", self.faults("README.md", "see /" + "home/someone/notes\n"))


class Headers(Tree):
    def faults(self, *lines, **others):
        self.write("core/a/a.h", "\n".join(lines))
        for name, text in others.items():
            self.write(f"core/a/{name}.h", text)
        code, output = run("check_headers.py", self.root)
        self.assertEqual(code, 1 if output else 0, output)
        return output

    def test_accepts_what_is_included_declared_or_only_told(self):
        self.assertEqual(self.faults("#include <vector>", "std::vector<int> f(std::size_t n); // of std::map"), "")
        self.assertEqual(self.faults('#include "core/a/b.h"', "std::map<int, int> f();", b="#include <map>"), "")
        self.assertEqual(self.faults("class QLabel;", "QLabel* f();"), "")

    def test_finds_what_only_a_precompiled_header_brings(self):
        for line, wanted in (("std::optional<int> f();", "std::optional"), ("fmt::string_view f();", "fmt::"),
                             ("nlohmann::json f();", "nlohmann::"), ("at::Tensor f();", "at::"),
                             ("QString f();", "QString"), ("QLabel* f();", "QLabel")):
            with self.subTest(line=line):
                self.assertIn(f"core/a/a.h: uses {wanted}", self.faults("#include <vector>", line))

    def test_the_include_of_a_source_does_not_help(self):
        self.write("core/a/a.cpp", "#include <map>\n")
        self.assertIn("std::map", self.faults("std::map<int, int> f();"))


class Binary(unittest.TestCase):
    def test_finds_a_forbidden_library(self):
        if PROGRAM is None:
            self.skipTest("no program given")
        self.assertEqual(run("check_binary.py", PROGRAM, r"libstdc\+\+")[0], 1)
        self.assertEqual(run("check_binary.py", PROGRAM, "libNoSuchThing")[0], 0)


if __name__ == "__main__":
    ROOT, TABLE = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    PROGRAM = sys.argv[3] if len(sys.argv) > 3 else None
    unittest.main(argv=sys.argv[:1])
