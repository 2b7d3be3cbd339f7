# SPDX-License-Identifier: GPL-3.0-or-later
"""Several ranks: the same losses as one, one clear end when a rank dies, checkpoints for any number of ranks."""
import json
import os
import pathlib
import signal
import sqlite3
import subprocess

import engine

MPIRUN = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n"]
LOSSES = {"sft": "loss", "rl_text": "loss", "rl_caption": "loss", "distil": "loss", "rl_multimodal": "loss"}


class Ranks(engine.EngineTest):
    def command(self, *arguments, ranks=2):
        return [*MPIRUN, str(ranks), engine.ENGINE, *map(str, arguments)]

    def run_arguments(self, run=None):
        return ("run", self.demo / "project.msrl", "--run", run or self.run_folder, "--gate", "auto", "--threads", 1)

    def on_ranks(self, *arguments, ranks=2, expect=0):
        done = subprocess.run(self.command(*arguments, ranks=ranks), capture_output=True, text=True, timeout=600)
        self.assertEqual(done.returncode, expect, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done

    def start(self, *arguments):
        return subprocess.Popen(self.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def points(self, stage, run=None):
        with sqlite3.connect(f"file:{(run or self.run_folder) / 'run.db'}?mode=ro", uri=True, timeout=30) as connection:
            return {(name, source, step): value for name, source, step, value in connection.execute(
                "select name, source, step, value from metrics where stage = ?", (stage,))}

    def wait_for_step(self, process, stage, step):
        while process.poll() is None:
            try:
                if self.query("select 1 from metrics where stage = ? and step >= ? limit 1", stage, step):
                    return
            except sqlite3.OperationalError:
                pass  # run.db does not exist yet
        self.fail("the run ended first: " + process.stderr.read())

    def followers_of(self, lead):
        """Processes of this run that are not the lead, as /proc tells."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[0] == os.fsencode(engine.ENGINE) and os.fsencode(self.run_folder) in words and int(folder.name) != lead:
                found.append(int(folder.name))
        return found

    def test_two_ranks_give_the_losses_of_one_over_twenty_steps(self):
        self.set_parameter("rl_text", "steps", 20)
        alone = self.demo / "alone"
        self.engine(*self.run_arguments(alone))
        self.on_ranks(*self.run_arguments())
        self.assertEqual(json.loads((self.run_folder / "run.json").read_text())["ranks"], 2)
        compared = 0
        for stage in LOSSES:
            expected, got = self.points(stage, alone), self.points(stage)
            timing = ("tokens_per_second", "memory")
            self.assertEqual({key for key in expected if not key[0].startswith(timing)},
                             {key for key in got if not key[0].startswith(timing)})
            for key, value in expected.items():
                if key[0].startswith(timing):
                    continue
                # The norm sums the squares of all gradients, each of them a sum in another order.
                close = 1e-4 if key[0] == "grad_norm" else 1e-5
                self.assertAlmostEqual(got[key], value, delta=close * max(1, abs(value)), msg=f"{stage} {key}")
                compared += 1
        self.assertGreater(compared, 200)
        self.assertIn(("loss", "", 20), self.points("rl_text"))
        self.assertEqual([s["pixels"]["accuracy"] for s in self.sets(alone)], [s["pixels"]["accuracy"] for s in self.sets()])

    def sets(self, run=None):
        return [stage["sets"] for stage in self.report(run)["stages"] if "pixels" in stage.get("sets", {})]

    def test_two_ranks_give_the_same_bits_each_time(self):
        self.on_ranks(*self.run_arguments())
        other = self.demo / "again"
        self.on_ranks(*self.run_arguments(other))
        self.assertEqual(self.report()["parameters_sha256"], self.report(other)["parameters_sha256"])

    def test_a_rank_that_is_killed_ends_the_run_with_its_name_and_the_run_resumes_on_one(self):
        for stage in ("sft", "rl_caption", "distil"):
            self.set_parameter(stage, "checkpoint_every", 1)
        undisturbed = self.demo / "undisturbed"
        self.on_ranks(*self.run_arguments(undisturbed))
        process = self.start(*self.run_arguments())
        self.wait_for_step(process, "sft", 2)
        lead = json.loads((self.run_folder / "run.json").read_text())["pid"]
        followers = self.followers_of(lead)
        self.assertEqual(len(followers), 1)
        os.kill(followers[0], signal.SIGKILL)
        process.communicate(timeout=120)
        self.assertNotEqual(process.returncode, 0)
        info = json.loads((self.run_folder / "run.json").read_text())
        self.assertEqual(info["state"], "failed")
        self.assertIn(f"rank 1 (process {followers[0]}", info["error"])
        self.assertEqual(self.followers_of(0), [], "no process of the run is left")
        ends = self.query("select level, text from events where kind = 'run-end'")
        self.assertEqual(len(ends), 1)
        self.assertIn("rank 1", ends[0][1])
        # The checkpoint of two ranks goes on on one; the figures stay those of the undisturbed run.
        self.engine("resume", self.run_folder)
        for stage, name in LOSSES.items():
            expected, got = self.points(stage, undisturbed), self.points(stage)
            steps = sorted(step for metric, source, step in expected if metric == name and source == "")
            self.assertEqual(steps, sorted(step for metric, source, step in got if metric == name and source == ""))
            for step in steps:
                self.assertAlmostEqual(got[name, "", step], expected[name, "", step], delta=1e-5, msg=f"{stage} {step}")

    def test_a_checkpoint_of_one_rank_goes_on_on_two(self):
        alone = self.demo / "alone"
        self.engine(*self.run_arguments(alone))
        process = subprocess.Popen([engine.ENGINE, *map(str, self.run_arguments())], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.wait_for_step(process, "sft", 2)
        self.engine("stop", self.run_folder)
        process.communicate(timeout=300)
        self.assertEqual(process.returncode, 3)
        self.engine("resume", self.run_folder, "--ranks", 2)
        self.assertEqual(json.loads((self.run_folder / "run.json").read_text())["ranks"], 2)
        for stage, name in LOSSES.items():
            expected, got = self.points(stage, alone), self.points(stage)
            for key, value in expected.items():
                if key[0] == name:
                    self.assertAlmostEqual(got[key], value, delta=1e-5, msg=f"{stage} {key}")

    def test_stop_and_pause_reach_all_ranks(self):
        process = self.start(*self.run_arguments())
        self.wait_for_step(process, "sft", 1)
        self.engine("pause", self.run_folder)
        while json.loads(self.engine("status", self.run_folder, "--json").stdout)["phase"] != "paused":
            self.assertIsNone(process.poll())
        self.engine("resume", self.run_folder)
        self.engine("stop", self.run_folder)
        _, err = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 3, err)
        self.assertIn("stopped on request", err)
        self.assertEqual(json.loads((self.run_folder / "run.json").read_text())["state"], "stopped")
        self.on_ranks("resume", self.run_folder)
        self.assertEqual(len(self.report()["stages"]), 6)

    def test_the_engine_starts_its_ranks_itself(self):
        process = subprocess.Popen([engine.ENGINE, *map(str, self.run_arguments()), "--launcher", "mpirun", "--ranks", "2"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.wait_for_step(process, "sft", 1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 3, err)
        self.assertEqual(self.stage_states()["sft"], "stopped")
        self.engine("resume", self.run_folder)
        info = json.loads((self.run_folder / "run.json").read_text())
        self.assertEqual((info["state"], info["ranks"]), ("finished", 2))

    def test_bad_input_is_told_once_and_writes_nothing(self):
        self.set_parameter("sft", "lr", -1)
        done = self.on_ranks(*self.run_arguments(), expect=2)
        told = [line for line in done.stderr.splitlines() if line.startswith("msrl-engine:")]
        self.assertEqual(len(told), 1, done.stderr)
        self.assertIn("lr", told[0])
        self.assertFalse(self.run_folder.exists())

    def test_ranks_that_cannot_be_had_are_refused(self):
        err = self.engine(*self.run_arguments(), "--ranks", 4096, expect=2).stderr
        self.assertIn("4096 ranks", err)
        self.assertEqual(err.count("\n"), 1)
        done = subprocess.run([engine.ENGINE, *map(str, self.run_arguments()), "--ranks", "2"], capture_output=True, text=True,
                              timeout=60, env={**os.environ, "PATH": "/nowhere"})
        self.assertEqual(done.returncode, 2)
        self.assertIn("mpirun was not found", done.stderr)
        self.assertIn("openmpi-bin", done.stderr)
        done = subprocess.run([engine.ENGINE, *map(str, self.run_arguments()), "--ranks", "2", "--launcher", "srun"],
                              capture_output=True, text=True, timeout=60, env={**os.environ, "PATH": "/nowhere"})
        self.assertIn("srun was not found", done.stderr)
        self.assertFalse(self.run_folder.exists())

    def test_launch_submits_nothing_that_the_nodes_would_refuse(self):
        for words, *options in ((["no parameter"], "--set", "rl_text.betta=1"), (["there is no node 'none'"], "--until", "none"),
                                (["--nodes", "8 machines for 2 ranks"], "--ranks", 2, "--nodes", 8)):
            done = self.engine("launch", self.demo / "project.msrl", "--run", self.run_folder, "--print", *options, expect=2)
            for word in words:
                self.assertIn(word, done.stderr)
            self.assertEqual(done.stdout, "")

    def test_launch_knows_paths_that_only_the_nodes_have(self):
        project = self.project()
        next(node for node in project["nodes"] if node["type"] == "dataset")["params"]["path"] = "only/there.jsonl"
        self.write_project(project)
        launch = ("launch", self.demo / "project.msrl", "--run", self.run_folder)
        err = self.engine(*launch, "--print", expect=2).stderr
        for word in ("only/there.jsonl does not exist", "--paths-on-nodes"):
            self.assertIn(word, err)
        # What is wrong there as well is told first.
        self.assertIn("no parameter", self.engine(*launch, "--print", "--set", "rl_text.betta=1", expect=2).stderr)
        script = self.engine(*launch, "--print", "--paths-on-nodes", "--folder", "/scratch/project").stdout
        self.assertIn("--folder /scratch/project", script)
        self.assertNotIn("--paths-on-nodes", script)
        self.assertIn("--print", self.engine("launch", self.demo / "project.msrl", "--run", self.demo / "none" / "run",
                                             "--paths-on-nodes", expect=2).stderr)

    def test_launch_prints_a_batch_file_that_a_shell_accepts(self):
        script = self.engine("launch", self.demo / "project.msrl", "--run", self.run_folder, "--ranks", 8, "--nodes", 2,
                             "--threads", 4, "--time", "12:00:00", "--partition", "long", "--sbatch=--mem=64G", "--print").stdout
        for line in ("#SBATCH --ntasks=8", "#SBATCH --nodes=2", "#SBATCH --cpus-per-task=4", "#SBATCH --time=12:00:00",
                     "#SBATCH --mem=64G", "#SBATCH --signal=TERM@120"):
            self.assertIn(line + "\n", script)
        self.assertTrue(script.startswith("#!/bin/bash\n"))
        # With an srun that only tells its words: the first time the project is run, then resumed.
        double = self.demo / "bin"
        double.mkdir()
        (double / "srun").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
        (double / "srun").chmod(0o755)

        def words():
            return subprocess.run(["bash"], input=script, capture_output=True, text=True, check=True, timeout=60,
                                  env={**os.environ, "PATH": f"{double}:{os.environ['PATH']}"}).stdout.splitlines()

        first = words()
        self.assertIn("--ntasks=8", first)
        self.assertEqual(first[first.index("run"):][:2], ["run", str(self.demo / "project.msrl")])
        self.run_folder.mkdir()
        (self.run_folder / "run.json").write_text("{}")
        again = words()
        self.assertEqual(again[again.index("resume"):], ["resume", str(self.run_folder)])
        self.assertIn("sbatch", subprocess.run(
            [engine.ENGINE, "launch", str(self.demo / "project.msrl"), "--run", str(self.run_folder)], capture_output=True,
            text=True, timeout=60, env={**os.environ, "PATH": "/nowhere"}).stderr)


if __name__ == "__main__":
    engine.main()
