# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting the real engine from a test: a small demo project, commands, and what they left behind."""
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest

ENGINE = None


class CommandTest(unittest.TestCase):
    """Commands that need no project."""

    def engine(self, *arguments, expect=0, text=None):
        done = subprocess.run([ENGINE, *map(str, arguments)], capture_output=True, text=True, timeout=600, input=text)
        self.assertEqual(done.returncode, expect, f"{arguments}\n{done.stdout[-2000:]}\n{done.stderr}")
        return done


class ToolTest(CommandTest):
    """Commands with a folder of their own."""

    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="msrl-tools-"))
        self.addCleanup(shutil.rmtree, self.work)

    def refused(self, words, *arguments, text=None):
        done = self.engine(*arguments, expect=2, text=text)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)


class EngineTest(CommandTest):
    """Each test has its own copy of a small demo project, made once per file."""

    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp(prefix="msrl-scenario-"))
        cls.original = cls.work / "original"
        subprocess.run([ENGINE, "demo", str(cls.original), "--scale", "small"], check=True, stdout=subprocess.DEVNULL)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.work)

    def setUp(self):
        self.demo = self.work / self.id().rsplit(".", 1)[-1]
        shutil.copytree(self.original, self.demo)
        self.run_folder = self.demo / "run"

    def run_demo(self, *options, run=None, gate="auto", expect=0):
        return self.engine("run", self.demo / "project.msrl", "--run", run or self.run_folder, "--gate", gate,
                           "--threads", 1, *options, expect=expect)

    def start_demo(self, *options, gate="auto"):
        return subprocess.Popen([ENGINE, "run", str(self.demo / "project.msrl"), "--run", str(self.run_folder),
                                 "--gate", gate, "--threads", "1", *map(str, options)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True)

    def wait_for_metric(self, process, stage, step):
        """Returns once run.db tells of this step; the condition is polled, no time is guessed."""
        while process.poll() is None:
            try:
                if self.query("select 1 from metrics where stage = ? and step >= ? limit 1", stage, step):
                    return
            except sqlite3.OperationalError:
                pass  # run.db does not exist yet
        self.fail("the run ended first: " + process.stderr.read())

    def report(self, run=None):
        return json.loads(self.engine("report", run or self.run_folder, "--json").stdout)

    def project(self):
        return json.loads((self.demo / "project.msrl").read_text())

    def write_project(self, project):
        (self.demo / "project.msrl").write_text(json.dumps(project, indent=1))

    def node(self, project, node_id):
        return next(node for node in project["nodes"] if node["id"] == node_id)

    def set_parameter(self, node_id, name, value):
        project = self.project()
        self.node(project, node_id)["params"][name] = value
        self.write_project(project)

    def query(self, sql, *values, database="run.db"):
        with sqlite3.connect(f"file:{self.run_folder / database}?mode=ro", uri=True, timeout=30) as connection:
            return connection.execute(sql, values).fetchall()

    def stage_states(self, run=None):
        with sqlite3.connect(f"file:{(run or self.run_folder) / 'run.db'}?mode=ro", uri=True) as connection:
            return dict(connection.execute("select stage, state from stages").fetchall())


def main():
    global ENGINE
    ENGINE = sys.argv.pop(1)
    unittest.main(verbosity=2)
