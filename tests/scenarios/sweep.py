# SPDX-License-Identifier: GPL-3.0-or-later
"""Run groups: members share what they have in common, survive a kill, and end in one table."""
import json
import shutil
import sqlite3
import subprocess
import xml.dom.minidom

import engine

PAPER = ["without-stage-1", "without-caption-rl", "without-cmkd", "without-stage-3", "full"]


class SweepTest(engine.EngineTest):
    def setUp(self):
        super().setUp()
        self.group = self.demo / "group"

    def arguments(self, *options):
        return ["sweep", str(self.demo / "project.msrl"), "--group", str(self.group), "--gate", "auto",
                "--threads", "1", *map(str, options)]

    def sweep(self, *options, expect=0):
        return self.engine(*self.arguments(*options), expect=expect)

    def table(self, *options):
        return json.loads(self.engine("sweep", "--report", self.group, "--json", *options).stdout)

    def member(self, name):
        return self.group / "members" / name

    def steps_made(self, node):
        """How often all members together made this node's result."""
        made = 0
        for database in self.group.glob("members/*/run.db"):
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
                made += connection.execute(
                    "select count(*) from stages where stage = ? and state = 'done'", (node,)).fetchone()[0]
        return made


class Sweep(SweepTest):
    def test_the_papers_table_makes_the_shared_prefix_once_per_seed(self):
        done = self.sweep("--ablations", "paper", "--seeds", "1,2")
        for seed in (1, 2):
            self.assertIn(f"without stage 3, seed {seed}: ", done.stdout)
        self.assertIn("[10/10] full curriculum, seed 2", done.stdout)
        self.assertIn("75.9", done.stdout)
        # Without stage 1 neither is made; all other configurations share them.
        self.assertEqual(self.steps_made("sft"), 2)
        self.assertEqual(self.steps_made("rl_text"), 2)
        self.assertGreater(done.stdout.count("rl_text: unchanged, result reused"), 4)
        self.assertEqual(self.steps_made("evaluate:base"), 2)
        self.check_table()
        self.check_against_plain_runs()

    def check_table(self):
        table = self.table()
        self.assertEqual([row["configuration"] for row in table["rows"]], ["base", *PAPER])
        for row in table["rows"][1:]:
            figure = row["measures"]["pixels.accuracy"]
            self.assertEqual(row["finished"], 2)
            self.assertEqual(sorted(figure["by_seed"]), ["1", "2"])
            self.assertAlmostEqual(figure["mean"], sum(figure["by_seed"].values()) / 2)
            self.assertEqual(figure["interval"], "student-t-95-over-seeds")
        for option, words in (("--markdown", "| without stage 1 | 2 |"), ("--latex", "\\begin{tabular}"),
                              ("--csv", "configuration,title,measure")):
            self.assertIn(words, self.engine("sweep", "--report", self.group, option).stdout)

    def check_against_plain_runs(self):
        plain = self.demo / "plain"
        self.run_demo("--bypass", "rl_multimodal", "--seed", "2", run=plain)
        self.assertEqual(self.report(plain)["parameters_sha256"],
                         self.report(self.member("without-stage-3-seed-2"))["parameters_sha256"])
        row = next(row for row in self.table()["rows"] if row["configuration"] == "without-stage-3")
        self.assertEqual(row["measures"]["pixels.accuracy"]["by_seed"]["2"], self.report(plain)["stages"][-1]["accuracy"])

    def test_ratios_are_swept_until_a_node_and_plotted(self):
        done = self.sweep("--set", "rl_caption.replay_ratio=0,5,1", "--until", "rl_caption", "--json")
        table = json.loads(done.stdout)  # progress goes to standard error
        self.assertIn("New : replay none, seed", done.stderr)
        self.assertEqual([row["title"] for row in table["rows"][1:]],
                         ["New : replay none", "New : replay 5:1", "New : replay 1:1"])
        self.assertEqual(self.steps_made("rl_text"), 1)
        self.assertEqual(self.steps_made("rl_caption"), 3)
        self.assertEqual(self.steps_made("distil"), 0)
        # What a judge wrote is shown by the run that made the evaluation and by those that reuse it.
        judgements = set()
        for ratio in (0, 5, 1):
            with sqlite3.connect(self.member(f"rl_caption.replay_ratio={ratio}-seed-0") / "run.db") as connection:
                rows = connection.execute("select source, prompt_index, sample_id, answer, completion from samples where "
                                          "stage = 'evaluate:rl_text' order by prompt_index").fetchall()
                (report,) = connection.execute("select report from evaluations where policy = 'rl_text'").fetchone()
            pairs = sum(block["n"] for block in json.loads(report)["sets"].values())
            self.assertEqual([row[1] for row in rows], list(range(2 * pairs)))
            judgements.add(tuple(rows))
        self.assertEqual(len(judgements), 1)
        project = json.loads((self.member("rl_caption.replay_ratio=1-seed-0") / "project.msrl").read_text())
        self.assertEqual(self.node(project, "rl_caption")["params"]["replay_ratio"], 1)
        picture = self.demo / "plot.svg"
        self.engine("sweep", "--report", self.group, "--after", "rl_caption", "--svg", picture,
                    "--y", "text.retention", "--x", "captions.accuracy")
        words = [text.firstChild.data for text in xml.dom.minidom.parse(str(picture)).getElementsByTagName("text")
                 if text.firstChild]
        for label in ("none", "5:1", "1:1", "text, retention", "captions"):
            self.assertIn(label, words)

    def test_wrong_captions_reach_the_teacher_and_nothing_before_it(self):
        self.sweep("--set", "unlabelled_captions.wrong_captions=0,0.5", "--until", "distil")
        self.assertEqual(self.steps_made("rl_caption"), 1)
        self.assertEqual(self.steps_made("cmkd"), 2)
        rows = {}
        for share in ("0", "0.5"):
            with sqlite3.connect(self.member(f"unlabelled_captions.wrong_captions={share}-seed-0") / "run.db") as connection:
                rows[share] = dict(connection.execute("select sample_id, caption from candidates").fetchall())
        self.assertEqual(rows["0"].keys(), rows["0.5"].keys())
        wrong = sum(rows["0"][item] != rows["0.5"][item] for item in rows["0"])
        self.assertEqual(wrong, round(len(rows["0"]) / 2))

    def test_who_falls_behind_is_given_up_when_asked_for_and_finished_later(self):
        self.sweep("--until", "distil")
        # A rival that reads every caption right: the small demo's own judges all guess.
        with sqlite3.connect(self.member("full-seed-0") / "run.db") as connection:
            (text,) = connection.execute("select report from evaluations where policy = 'rl_caption'").fetchone()
            report = json.loads(text)
            report["sets"]["captions"]["accuracy"] = 1.0
            connection.execute("update evaluations set report = ? where policy = 'rl_caption'", (json.dumps(report),))
        behind = ("--until", "distil", "--ablations", "rl_text", "--early-stop", "0.1")
        done = self.sweep(*behind)
        self.assertIn("[2/2] without 1b Text RL, seed 0: given up early: after 2a Caption RL its accuracy on captions is 0.", done.stdout)
        self.assertIn("that of 'full curriculum' is 1.000", done.stdout)
        self.assertIn("given up early: without 1b Text RL, seed 0, as after", done.stdout.splitlines()[-1])
        self.assertEqual([(one["state"], one["given_up"]) for one in self.table()["members"]],
                         [("finished", False), ("stopped", True)])
        self.assertEqual(self.steps_made("evaluate:distil"), 1)
        self.assertIn("[2/2] without 1b Text RL, seed 0: given up before", self.sweep(*behind).stdout)
        finished = self.engine("sweep", "--group", self.group, "--threads", 1, "--no-early-stop")
        self.assertNotIn("given up", finished.stdout)
        self.assertEqual([one["finished"] for one in self.table()["members"]], [True, True])

    def test_a_group_grows_and_what_is_done_is_not_redone(self):
        self.sweep("--until", "sft", "--ablations", "rl_text")
        again = self.sweep("--until", "sft", "--ablations", "rl_text", "--seeds", "0,5")
        self.assertEqual(again.stdout.count("done before"), 2)
        self.assertEqual(self.steps_made("sft"), 2)
        resumed = self.engine("sweep", "--group", self.group, "--threads", 1)
        self.assertEqual(resumed.stdout.count("done before"), 4)


class Interrupted(SweepTest):
    def start(self, *options):
        return subprocess.Popen([engine.ENGINE, *self.arguments(*options)], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def read_until(self, process, words):
        for line in process.stdout:
            if words in line:
                return
        self.fail(f"'{words}' was never said: {process.stderr.read()}")

    def test_killed_in_the_second_member_it_goes_on_there(self):
        options = ("--until", "rl_text", "--seeds", "1,2,3")
        undisturbed = self.demo / "undisturbed"
        self.run_demo("--until", "rl_text", "--seed", "2", run=undisturbed)
        process = self.start(*options)
        self.read_until(process, "[2/3]")
        self.read_until(process, "rl_text: started")
        process.kill()
        process.communicate()
        ended = (self.member("full-seed-1") / "run.json").read_bytes()
        states = [member["state"] for member in self.table()["members"]]
        self.assertEqual((states[0], states[2]), ("finished", "not started"))
        again = self.sweep(*options)
        self.assertIn("[1/3] full curriculum, seed 1: done before", again.stdout)
        self.assertEqual((self.member("full-seed-1") / "run.json").read_bytes(), ended)
        self.assertEqual(self.report(self.member("full-seed-2"))["parameters_sha256"],
                         self.report(undisturbed)["parameters_sha256"])
        self.assertEqual(json.loads((self.group / "sweep/run.json").read_text())["state"], "finished")

    def test_a_stop_ends_it_with_a_checkpoint_and_code_3(self):
        process = self.start("--until", "rl_text", "--seeds", "1,2")
        self.read_until(process, "rl_text: started")
        second = self.sweep("--until", "rl_text", "--seeds", "1,2", expect=2)
        self.assertIn(str(process.pid), second.stderr)
        process.terminate()
        _, err = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 3, err)
        self.assertIn("stopped on request", err)
        info = json.loads((self.group / "sweep/run.json").read_text())
        self.assertEqual((info["state"], info["exit_code"]), ("stopped", 3))
        done = self.engine("sweep", "--group", self.group)
        self.assertIn("[2/2]", done.stdout)
        self.assertEqual(self.table()["rows"][-1]["finished"], 2)
        # With the threads that it was made with, on which results depend in their last bits.
        for seed in (1, 2):
            plan = json.loads((self.member(f"full-seed-{seed}") / "plan.json").read_text())
            self.assertEqual(plan["options"]["threads"], 1)
        self.assertIn("--threads 1", (self.group / "sweep/command.txt").read_text())

    def test_a_member_that_fails_does_not_keep_the_others_from_running(self):
        self.member("full-seed-1").mkdir(parents=True)
        (self.member("full-seed-1") / "foreign.txt").write_text("not a run")
        (self.group / "group.json").write_text(json.dumps({
            "version": 1, "name": "MSRL demo", "project": str(self.demo / "project.msrl"),
            "project_hash": subprocess.run(["sha256sum", str(self.demo / "project.msrl")], capture_output=True,
                                           text=True, check=True).stdout.split()[0],
            "gate": "auto", "until": "sft", "device": "cpu",
            "configurations": [{"key": "full", "title": "full curriculum", "bypass": [], "set": []}],
            "members": [{"configuration": "full", "seed": seed, "name": f"full-seed-{seed}"} for seed in (1, 2)]}))
        done = self.engine("sweep", "--group", self.group, "--threads", 1, expect=4)
        self.assertIn("1 of 2 members failed", done.stderr)
        self.assertEqual([member["finished"] for member in self.table()["members"]], [False, True])
        shutil.rmtree(self.member("full-seed-1"))
        self.engine("sweep", "--group", self.group, "--threads", 1)
        self.assertEqual(self.table()["rows"][-1]["finished"], 2)


class Refused(SweepTest):
    def refused(self, words, *options):
        done = self.sweep(*options, expect=2)
        self.assertIn(words, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertFalse(self.group.exists(), "nothing is written")

    def test_what_the_project_does_not_have(self):
        self.refused("no node 'nobody'", "--ablations", "nobody")
        self.refused("no node 'nobody'", "--set", "nobody.steps=1")
        self.refused("no parameter 'stepps'", "--set", "rl_text.stepps=1")
        self.refused("not a whole number", "--set", "rl_text.steps=1,x")
        self.refused("out of range", "--set", "unlabelled_captions.wrong_captions=0.5,1.5")
        self.refused("seed 3 comes twice", "--seeds", "3,3")
        self.refused("no node 'nobody' to run until", "--until", "nobody")
        self.refused("does not exist", "--set", "heldout_text.path=absent.jsonl")

    def test_what_does_not_belong_together(self):
        self.sweep("--until", "sft")
        self.assertIn("give the same options", self.sweep("--until", "rl_text", expect=2).stderr)
        self.set_parameter("sft", "epochs", 1)
        self.assertIn("before it was changed", self.sweep("--until", "sft", expect=2).stderr)
        self.assertIn("has changed", self.engine("sweep", "--group", self.group, expect=2).stderr)
        self.assertIn("not a run group", self.engine("sweep", "--report", self.demo, expect=2).stderr)
        self.assertIn("not empty", self.engine("sweep", self.demo / "project.msrl", "--group", self.demo, expect=2).stderr)
        self.assertIn("either --group", self.engine("sweep", self.demo / "project.msrl", expect=2).stderr)
        self.assertIn("no policy", self.engine("sweep", "--report", self.group, "--after", "nobody", expect=2).stderr
                      .replace("no member has evaluated a policy", "no policy"))
        self.engine("sweep", "--group", self.group, "--seeds", 1, expect=2)


if __name__ == "__main__":
    engine.main()
