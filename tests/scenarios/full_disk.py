# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that fills up while a run trains, and one that cannot be written at all. The disk is a file system in memory, in a
namespace of this test's own; where the system allows none the test is skipped (exit code 77)."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import engine

INSIDE = "--inside"
MEGABYTES = 320
NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount", "--propagation", "private"]
DISK = pathlib.Path(tempfile.gettempdir()) / "msrl-full-disk"


class FullDisk(engine.EngineTest):
    def setUp(self):
        super().setUp()
        DISK.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(DISK)], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(DISK)], check=True)
        self.run_folder = DISK / "run"
        self.set_parameter("sft", "epochs", 20)
        self.set_parameter("sft", "checkpoint_every", 2)

    def fill(self):
        with (DISK / "filler").open("wb", buffering=0) as filler:
            for size in (1 << 20, 1 << 12):
                try:
                    while True:
                        filler.write(bytes(size))
                except OSError:
                    pass

    def test_the_run_ends_with_the_cause_and_goes_on_when_there_is_room(self):
        undisturbed = self.demo / "undisturbed"
        self.run_demo("--until", "sft", run=undisturbed)
        process = self.start_demo("--until", "sft")
        self.wait_for_metric(process, "sft", 2)
        self.fill()
        _, err = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 4, err)
        self.assertRegex(err, "No space left on device|disk is full")
        info = json.loads((self.run_folder / "run.json").read_text())
        self.assertEqual(info["state"], "failed")
        self.assertRegex(info["error"], "No space left on device|disk is full")
        (level, text), = self.query("select level, text from events where kind = 'run-end'")
        self.assertEqual((level, text), ("error", info["error"]))
        work = next(self.run_folder.glob("artefacts/*.work"))
        self.assertTrue(list(work.glob("step-*/state.json")), "a whole checkpoint is left")
        (DISK / "filler").unlink()
        self.engine("resume", self.run_folder)
        self.assertEqual(self.report()["parameters_sha256"], self.report(undisturbed)["parameters_sha256"])
        steps = [step for (step,) in self.query(
            "select step from metrics where stage = 'sft' and name = 'loss' and source = '' order by rowid")]
        self.assertEqual(steps, list(range(1, len(steps) + 1)), "a step is missing or told twice")

    def test_too_little_room_is_refused_before_any_work(self):
        self.fill()
        (DISK / "filler").open("r+b").truncate((MEGABYTES - 40) << 20)
        done = self.run_demo("--until", "sft", expect=2)
        self.assertIn("not enough disk space", done.stderr)

    def test_a_folder_that_cannot_be_written_is_refused(self):
        subprocess.run(["mount", "-o", "remount,ro", str(DISK)], check=True)
        done = self.run_demo("--until", "sft", expect=2)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn("Read-only file system", done.stderr)
        self.assertIn(str(DISK), done.stderr)


def allowed():
    if not shutil.which("unshare"):
        return False
    mount = f"mkdir -p {DISK} && mount -t tmpfs -o size=1m tmpfs {DISK}"
    return subprocess.run([*NAMESPACE, "sh", "-c", mount], capture_output=True).returncode == 0


if __name__ == "__main__":
    if INSIDE in sys.argv:
        sys.argv.remove(INSIDE)
        engine.main()
    elif not allowed():
        print("skipped: this system allows no mount namespace")
        sys.exit(77)
    else:
        sys.exit(subprocess.run([*NAMESPACE, sys.executable, __file__, *sys.argv[1:], INSIDE]).returncode)
