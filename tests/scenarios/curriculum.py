# SPDX-License-Identifier: GPL-3.0-or-later
"""The small curriculum through every stage, and what a second run redoes."""
import json
import re
import shutil
import subprocess

import engine

TRAINED = {"sft", "rl_text", "rl_caption", "cmkd", "distil", "rl_multimodal"}


class Curriculum(engine.EngineTest):
    def test_every_stage_runs_and_the_report_is_whole(self):
        self.run_demo()
        report = self.report()
        stages = [stage["stage"] for stage in report["stages"]]
        self.assertEqual(stages, ["base", "sft", "rl_text", "rl_caption", "distil", "rl_multimodal"])
        for stage in report["stages"]:
            for key in ("accuracy", "both_orders", "captions_accuracy", "text_accuracy", "format"):
                self.assertGreaterEqual(stage[key], 0.0)
                self.assertLessEqual(stage[key], 1.0)
            self.assertEqual(sorted(stage["by_task"]), ["image_generation", "image_understanding",
                                                        "video_generation", "video_understanding"])
        self.assertRegex(report["parameters_sha256"], "^[0-9a-f]{64}$")
        judge = json.loads(self.engine("inspect", report["judge"], "--json").stdout)
        self.assertEqual(judge["architecture"], json.loads(self.engine("inspect", self.demo / "base", "--json").stdout)["architecture"])
        self.check_replay()
        self.check_export()
        self.check_page(report)

    def check_replay(self):
        ratios = {value for (value,) in self.query(
            "select value from metrics where stage = 'rl_caption' and name = 'replay_ratio'")}
        self.assertEqual(ratios, {5.0}, "5:1 must hold in every batch")

    def check_export(self):
        folders = [path for path in (self.run_folder / "artefacts").iterdir() if (path / "policy/config.json").exists()]
        self.assertGreaterEqual(len(folders), 6)

    def test_the_judge_is_put_where_it_is_wanted(self):
        """In place of an earlier export, again when it is gone, never over what a person changed."""
        judge = self.demo / "judge"
        self.set_parameter("export", "path", "judge")
        self.run_demo("--until", "sft")
        project = self.project()
        for edge in project["edges"]:
            if edge["to"] == "export.policy":
                edge["from"] = "sft.policy"
        self.write_project(project)
        self.run_demo("--until", "export")
        self.assertEqual(json.loads(self.engine("inspect", judge, "--json").stdout)["spelling"], "hf")
        shutil.rmtree(judge)
        self.assertIn("0 results made", self.run_demo("--until", "export").stdout)
        self.assertTrue((judge / "model.safetensors").exists())
        self.set_parameter("export", "spelling", "original")
        self.set_parameter("export", "dtype", "bfloat16")
        self.run_demo("--until", "export")
        said = json.loads(self.engine("inspect", judge, "--json").stdout)
        self.assertEqual((said["spelling"], said["dtype"]), ("original", "bfloat16"))
        self.assertEqual([path.name for path in self.demo.glob("judge*")], ["judge"])
        (judge / "config.json").write_text((judge / "config.json").read_text() + " ")
        self.set_parameter("export", "dtype", "float32")
        refused = self.run_demo("--until", "export", expect=2)
        self.assertIn("'config.json' was changed", refused.stderr)

    def check_page(self, report):
        page = self.run_folder.parent / "report.html"
        self.engine("report", self.run_folder, "--html", page)
        written = page.read_text(encoding="utf-8")
        self.assertIn(f"{report['stages'][-1]['accuracy']:.3f} [", written)
        self.assertEqual(written.count("<svg"), 5, "a picture for each stage that learns")
        refused = self.engine("report", self.run_folder, "--html", page, expect=2)
        self.assertIn(str(page), refused.stderr)
        self.assertEqual(page.read_text(encoding="utf-8"), written, "replaces nothing")

    def test_a_second_run_trains_nothing_and_a_changed_ratio_only_what_follows(self):
        self.run_demo()
        first = self.report()
        again = self.run_demo()
        self.assertIn("0 results made", again.stdout)
        self.assertEqual(self.report(), first)
        self.assertTrue(all(state in ("reused", "done") for state in self.stage_states().values()))

        self.set_parameter("rl_caption", "replay_ratio", 2)
        self.run_demo()
        states = self.stage_states()
        for stage in ("sft", "rl_text"):
            self.assertEqual(states[stage], "reused", stage)
        for stage in ("rl_caption", "cmkd", "distil", "rl_multimodal"):
            self.assertEqual(states[stage], "done", stage)

    def test_a_damaged_result_is_named_by_the_report(self):
        self.run_demo("--until", "rl_text")
        (last,) = self.query("select hash from stages where stage = 'rl_text'")[0]
        manifest = self.run_folder / "artefacts" / last / "manifest.json"
        whole = json.loads(manifest.read_text())
        self.assertGreater(whole["created_ms"], 0)
        for damaged in ("{", json.dumps({**whole, "summary": {"parameters_sha256": 7}})):
            manifest.write_text(damaged)
            refused = self.engine("report", self.run_folder, expect=2)
            self.assertIn(last, refused.stderr)
            self.assertEqual(refused.stdout, "")

    def test_two_runs_at_once_make_each_result_once(self):
        shared = self.demo / "shared"
        runs = [self.demo / "one", self.demo / "two"]
        processes = [subprocess.Popen([engine.ENGINE, "run", str(self.demo / "project.msrl"), "--run", str(run), "--gate", "auto",
                                       "--threads", "1", "--artefacts", str(shared), "--until", "rl_text"],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for run in runs]
        made = 0
        for process in processes:
            out, err = process.communicate(timeout=600)
            self.assertEqual(process.returncode, 0, err)
            made += int(re.search(r"(\d+) results made", out)[1])
        self.assertEqual(made, len(list(shared.glob("*/manifest.json"))))
        self.assertEqual([path.name for path in shared.iterdir() if path.suffix in (".partial", ".lock", ".work")], [])
        first, second = map(self.report, runs)
        self.assertEqual(first, second)

    def test_the_same_seed_gives_the_same_parameters_and_another_seed_others(self):
        other = self.demo / "other"
        third = self.demo / "third"
        self.run_demo("--until", "rl_text")
        self.run_demo("--until", "rl_text", run=other)
        self.run_demo("--until", "rl_text", "--seed", "99", run=third)
        self.assertEqual(self.report()["parameters_sha256"], self.report(other)["parameters_sha256"])
        self.assertNotEqual(self.report()["parameters_sha256"], self.report(third)["parameters_sha256"])

    def test_a_probe_of_the_old_skill_leaves_training_alone(self):
        plain = self.demo / "plain"
        self.run_demo("--until", "rl_caption", run=plain)
        project = self.project()
        project["edges"].append({"from": "heldout_text.samples", "to": "rl_caption.probe"})
        self.node(project, "rl_caption")["params"]["probe_every"] = 2
        self.write_project(project)
        self.run_demo("--until", "rl_caption")
        self.assertEqual(self.report()["parameters_sha256"], self.report(plain)["parameters_sha256"])
        steps = self.node(project, "rl_caption")["params"]["steps"]
        rows = self.query("select step, name, value from metrics where stage = 'rl_caption' and name like 'probe/%' order by id")
        self.assertEqual([step for step, name, _ in rows if name == "probe/accuracy"], list(range(0, steps + 1, 2)))
        self.assertTrue(all(0 <= value <= 1 for _, _, value in rows))
        # At first it judges what the stage before left: the figure of that stage's own evaluation.
        before = next(stage for stage in self.report()["stages"] if stage["stage"] == "rl_text")
        self.assertEqual(next(value for _, name, value in rows if name == "probe/accuracy"), before["text_accuracy"])

    def test_an_ablation_shares_the_common_prefix(self):
        self.run_demo()
        ablation = self.demo / "ablation"
        self.run_demo("--bypass", "cmkd", "--artefacts", self.run_folder / "artefacts", run=ablation)
        states = self.stage_states(ablation)
        self.assertEqual(states["rl_caption"], "reused")
        self.assertEqual(states["distil"], "bypassed")
        self.assertEqual(states["rl_multimodal"], "done")
        self.assertNotIn("distil", [stage["stage"] for stage in self.report(ablation)["stages"]])
        told = "select stage, count(*) from events where kind = 'left-out' group by stage"
        before = self.query(told, database=ablation / "run.db")
        self.assertIn(("distil", 1), before)
        self.assertNotIn("left out", self.engine("resume", ablation).stdout)
        self.assertEqual(self.query(told, database=ablation / "run.db"), before)


if __name__ == "__main__":
    engine.main()
