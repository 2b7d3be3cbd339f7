# SPDX-License-Identifier: GPL-3.0-or-later
"""Killed, stopped or started twice: a run loses nothing and ends as if it had never been disturbed."""
import json
import random
import resource
import signal
import socket
import sqlite3
import subprocess

import engine


class Interruption(engine.EngineTest):
    def metric_steps(self, stage, name):
        return [step for (step,) in self.query(
            "select step from metrics where stage = ? and name = ? and source = '' order by rowid", stage, name)]

    def wait_for_phase(self, process, phase):
        while json.loads(self.engine("status", self.run_folder, "--json").stdout)["phase"] != phase:
            self.assertIsNone(process.poll())

    def lengthen_sft(self):
        """Far more steps than a request needs to arrive: after the last one no checkpoint is due."""
        self.set_parameter("sft", "epochs", 20)
        self.set_parameter("sft", "checkpoint_every", 0)

    def pause_in_sft(self, until="sft"):
        """An engine that stands still in the midst of the sft stage and writes no checkpoint of its own accord."""
        self.lengthen_sft()
        process = self.start_demo("--until", until)
        self.wait_for_metric(process, "sft", 1)
        self.engine("pause", self.run_folder)
        self.wait_for_phase(process, "paused")
        return process

    def finished_step(self):
        return self.query("select step from stages where stage = 'sft'")[0][0]

    def checkpoints(self):
        return [step for (step,) in self.query("select step from events where kind = 'checkpoint' order by id")]

    def ask(self, request, **members):
        """One request over the control socket, and its reply."""
        path = json.loads((self.run_folder / "run.json").read_text())["socket"]
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(path)
            with connection.makefile("rw") as stream:
                for message in ({"type": "hello", "major": 1, "minor": 0}, {"type": "request", "id": 1, "request": request, **members}):
                    stream.write(json.dumps(message) + "\n")
                stream.flush()
                return next(message for message in map(json.loads, stream) if message["type"] == "reply")

    def test_killed_at_random_instants_and_resumed_it_ends_the_same(self):
        for stage in ("sft", "rl_caption", "distil"):
            self.set_parameter(stage, "checkpoint_every", 1)
        undisturbed = self.demo / "undisturbed"
        self.run_demo(run=undisturbed)
        expected = self.report(undisturbed)["parameters_sha256"]
        chance = random.Random(20)
        process = self.start_demo()
        for stage in ("sft", "rl_caption", "distil"):
            self.wait_for_metric(process, stage, chance.randint(1, 2))
            process.kill()
            process.communicate()
            self.assertIn("killed", self.engine("status", self.run_folder).stdout)
            process = subprocess.Popen([engine.ENGINE, "resume", str(self.run_folder)], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
        out, err = process.communicate(timeout=600)
        self.assertEqual(process.returncode, 0, err)
        self.assertEqual(self.report()["parameters_sha256"], expected)
        for stage, name in (("sft", "loss"), ("rl_caption", "reward"), ("distil", "loss")):
            steps = self.metric_steps(stage, name)
            self.assertEqual(steps, list(range(1, len(steps) + 1)), f"{stage}: a step is missing or told twice")
        doubled = self.query("select stage, step, name, source from metrics group by 1, 2, 3, 4 having count(*) > 1")
        self.assertEqual(doubled, [], "told twice")

    def test_stop_writes_a_checkpoint_and_says_so(self):
        process = self.start_demo()
        self.wait_for_metric(process, "sft", 1)
        self.engine("stop", self.run_folder)
        _, err = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 3, err)
        self.assertIn("stopped on request", err)
        status = json.loads(self.engine("status", self.run_folder, "--json").stdout)
        self.assertEqual((status["phase"], status["alive"], status["exit_code"]), ("stopped", False, 3))
        self.engine("resume", self.run_folder)
        self.assertEqual(len(self.report()["stages"]), 6)

    def test_a_terminal_interrupt_stops_like_a_request(self):
        process = self.start_demo()
        self.wait_for_metric(process, "sft", 1)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=300)
        self.assertEqual(process.returncode, 3)

    def test_a_termination_stops_with_a_checkpoint_and_the_run_goes_on_from_it(self):
        self.lengthen_sft()
        undisturbed = self.demo / "undisturbed"
        self.run_demo("--until", "sft", run=undisturbed)
        process = self.start_demo("--until", "sft")
        self.wait_for_metric(process, "sft", 2)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 3, err)
        self.assertEqual(len(self.checkpoints()), 1)
        self.assertEqual(self.query("select level, text from events where kind = 'run-end'")[0][0], "info")
        self.engine("resume", self.run_folder)
        self.assertEqual(self.report()["parameters_sha256"], self.report(undisturbed)["parameters_sha256"])

    def test_a_checkpoint_that_cannot_be_written_ends_the_run_and_leaves_the_one_before(self):
        """Files above a size are refused by the kernel, as on a full disk; the database stays below it."""
        self.lengthen_sft()
        self.set_parameter("sft", "checkpoint_every", 3)
        undisturbed = self.demo / "undisturbed"
        self.run_demo("--until", "sft", run=undisturbed)
        process = self.start_demo("--until", "sft")
        self.wait_for_metric(process, "sft", 3)
        self.engine("pause", self.run_folder)
        self.wait_for_phase(process, "paused")
        written = self.checkpoints()
        limit = (self.demo / "base" / "model.safetensors").stat().st_size // 2
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        self.engine("resume", self.run_folder)
        _, err = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 4, err)
        self.assertIn("File too large", err)
        (level, text), = self.query("select level, text from events where kind = 'run-end'")
        self.assertEqual(level, "error")
        self.assertIn("cannot write", text)
        work = next(self.run_folder.glob("artefacts/*.work"))
        self.assertEqual(sorted(int(f.name[5:]) for f in work.glob("step-*")), written[-2:])
        self.assertEqual(list(work.rglob("*.partial")), [], "what was begun is removed")
        self.engine("resume", self.run_folder)
        self.assertEqual(self.report()["parameters_sha256"], self.report(undisturbed)["parameters_sha256"])
        steps = self.metric_steps("sft", "loss")
        self.assertEqual(steps, list(range(1, len(steps) + 1)))

    def test_a_paused_run_stands_still_until_it_is_resumed(self):
        process = self.start_demo()
        self.wait_for_metric(process, "sft", 1)
        self.engine("pause", self.run_folder)
        self.wait_for_phase(process, "paused")
        self.engine("resume", self.run_folder)
        process.communicate(timeout=600)
        self.assertEqual(process.returncode, 0)

    def test_a_stop_during_a_pause_writes_its_checkpoint(self):
        self.lengthen_sft()
        undisturbed = self.demo / "undisturbed"
        self.run_demo("--until", "sft", run=undisturbed)
        process = self.pause_in_sft()
        step = self.finished_step()
        self.assertEqual(self.checkpoints(), [])
        self.engine("stop", self.run_folder)
        _, err = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 3, err)
        self.assertEqual(self.checkpoints(), [step])
        self.engine("resume", self.run_folder)
        self.assertEqual(self.query("select text from events where kind = 'resume' and stage = 'sft'"), [(f"goes on after step {step}",)])
        self.assertEqual(self.report()["parameters_sha256"], self.report(undisturbed)["parameters_sha256"])

    def test_a_checkpoint_asked_for_during_a_pause_is_written_at_once(self):
        process = self.pause_in_sft()
        step = self.finished_step()
        self.engine("checkpoint", self.run_folder)
        while not self.checkpoints():
            self.assertIsNone(process.poll())
        self.wait_for_phase(process, "paused")
        self.assertEqual(self.finished_step(), step)
        self.engine("stop", self.run_folder)
        process.communicate(timeout=300)
        self.assertEqual(process.returncode, 3)
        self.assertEqual(self.checkpoints(), [step], "the same step is written twice")

    def test_a_live_change_reaches_its_own_stage_and_no_other(self):
        process = self.pause_in_sft(until="rl_text")
        for name in ("anything.lr", "base.lr", "sft.batch_size"):
            reply = self.ask("set", name=name, value=1e-5)
            self.assertFalse(reply["ok"], name)
            self.assertIn(name, reply["error"])
        self.assertTrue(self.ask("set", name="rl_text.lr", value=2e-5)["ok"])
        self.assertIn("2", self.ask("set", name="rl_text.lr", value=2)["error"])
        self.engine("resume", self.run_folder)
        process.communicate(timeout=300)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(self.query("select stage, text from events where kind = 'parameter'"), [("rl_text", "lr changed to 2e-05")])

    def test_a_folder_in_use_is_refused(self):
        process = self.start_demo()
        self.wait_for_metric(process, "sft", 1)
        done = self.run_demo(expect=2)
        self.assertIn("in use", done.stderr)
        self.assertIn(str(process.pid), done.stderr)
        self.engine("stop", "--now", self.run_folder)
        process.communicate(timeout=300)
        self.assertEqual(process.returncode, 3)

    def test_requests_to_a_run_that_has_ended_say_so(self):
        self.run_demo("--until", "sft")
        self.assertIn("no engine is running", self.engine("pause", self.run_folder, expect=2).stderr)
        self.assertIn("not a run folder", self.engine("status", self.demo, expect=2).stderr)

    def test_a_live_change_outlives_a_kill(self):
        process = self.pause_in_sft()
        self.assertTrue(self.ask("set", name="lr", value=0.000125)["ok"])
        self.assertFalse(self.ask("set", name="temperature", value=0.5)["ok"])
        process.kill()
        process.communicate()
        self.assertEqual(json.loads((self.run_folder / "live.json").read_text())["changes"], {"sft.lr": 0.000125})
        self.engine("resume", self.run_folder)
        self.assertEqual(self.query("select text from events where kind = 'parameter'"), [("lr changed to 0.000125",)])
        rates = [value for (value,) in self.query("select value from metrics where stage = 'sft' and name = 'lr'")]
        self.assertLessEqual(max(rates), 0.000125)

    def test_a_live_change_reaches_a_stage_that_began_with_a_rate_of_zero(self):
        self.set_parameter("sft", "lr", 0)
        process = self.pause_in_sft()
        self.assertTrue(self.ask("set", name="lr", value=0.000125)["ok"])
        self.engine("stop", self.run_folder)
        process.communicate(timeout=300)
        self.engine("resume", self.run_folder)
        rates = [value for (value,) in self.query("select value from metrics where stage = 'sft' and name = 'lr' order by step")]
        self.assertEqual(rates[0], 0)
        self.assertGreater(max(rates), 0)


if __name__ == "__main__":
    engine.main()
