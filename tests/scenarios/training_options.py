# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of training through the project file: what they promise about the result holds in whole runs."""
import json
import random
import struct
import subprocess

import engine


class TrainingOptions(engine.EngineTest):
    def set_parameters(self, *nodes, **parameters):
        project = self.project()
        for node in nodes:
            self.node(project, node)["params"].update(parameters)
        self.write_project(project)

    def run_until(self, stage, name):
        """The hash of the last policy, and the folder of the run."""
        run = self.demo / name
        self.run_demo("--until", stage, run=run)
        return self.report(run)["parameters_sha256"], run

    def events(self, run, kind):
        self.run_folder = run
        return [json.loads(data) for (data,) in self.query("select data from events where kind = ? order by id", kind)]

    def manifest(self, run, stage):
        self.run_folder = run
        (address,), = self.query("select hash from stages where stage = ?", stage)
        return run / "artefacts" / address, json.loads((run / "artefacts" / address / "manifest.json").read_text())

    def kill_and_resume(self, stage, steps, until):
        """Killed once at each of the steps, then left alone."""
        self.run_folder = self.demo / "killed"
        process = self.start_demo("--until", until)
        for step in steps:
            self.wait_for_metric(process, stage, step)
            process.kill()
            process.communicate()
            process = subprocess.Popen([engine.ENGINE, "resume", str(self.run_folder)], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
        _, err = process.communicate(timeout=600)
        self.assertEqual(process.returncode, 0, err)
        return self.report()["parameters_sha256"]

    def test_what_is_kept_or_computed_again_changes_no_bit(self):
        self.set_parameters("rl_multimodal", steps=6)
        expected, plain = self.run_until("rl_multimodal", "plain")
        seen = self.events(plain, "features")[-1]
        self.assertGreater(seen["computed"], 0)
        self.assertGreater(seen["memory"], 0, "six steps show some pictures again")
        self.set_parameters("sft", "rl_text", "rl_caption", "distil", "rl_multimodal", recompute=True)
        self.set_parameters("rl_multimodal", feature_memory=0)
        recomputed, disk = self.run_until("rl_multimodal", "disk")
        self.assertEqual(recomputed, expected)
        on_disk = self.events(disk, "features")[-1]
        self.assertEqual((on_disk["computed"], on_disk["disk"]), (seen["computed"], seen["memory"]))
        self.assertEqual(list(disk.rglob("features")), [], "they go with the stage")
        self.set_parameters("rl_multimodal", feature_disk=0)
        without, bare = self.run_until("rl_multimodal", "without")
        self.assertEqual(self.events(bare, "features")[-1]["memory"], 0)
        self.assertEqual(without, expected)

    def test_bfloat16_keeps_its_weights_in_float32_and_resumes_bit_for_bit(self):
        self.set_parameters("sft", "rl_text", compute_dtype="bfloat16", checkpoint_every=1)
        self.set_parameters("rl_text", steps=4)
        expected, run = self.run_until("rl_text", "undisturbed")
        folder, _ = self.manifest(run, "rl_text")
        raw = (folder / "policy" / "model.safetensors").read_bytes()
        size, = struct.unpack_from("<Q", raw)
        header = json.loads(raw[8:8 + size])
        trained = header["language_model.model.norm.weight"]
        self.assertEqual({entry["dtype"] for name, entry in header.items() if name != "__metadata__"}, {"F32"})
        begin, end = (8 + size + at for at in trained["data_offsets"])
        words = struct.unpack(f"<{(end - begin) // 4}I", raw[begin:end])
        self.assertTrue(any(word & 0xFFFF for word in words), "more bits than bfloat16 has")
        chance = random.Random(4)
        self.assertEqual(self.kill_and_resume("rl_text", [chance.randint(1, 2), 3], "rl_text"), expected)

    def test_the_best_policy_becomes_the_result(self):
        self.set_parameters("rl_text", steps=5, lr=3e-3, result_policy="best", best_every=1, checkpoint_keep=1)
        expected, run = self.run_until("rl_text", "undisturbed")
        _, manifest = self.manifest(run, "rl_text")
        rewards = [value for (value,) in self.query(
            "select value from metrics where stage = 'rl_text' and name = 'reward' and source = '' order by step")]
        self.assertEqual(len(rewards), 5)
        best = max(rewards)
        want = 5 if rewards[4] == best else rewards.index(best) + 1
        self.assertEqual(manifest["summary"]["result_step"], want)
        self.assertEqual(self.kill_and_resume("rl_text", [2, 4], "rl_text"), expected)

    def test_every_option_of_the_objective_trains_and_resumes(self):
        self.set_parameters(
            "rl_text", steps=5, checkpoint_every=1, beta=0.1, kl_estimator="k1", reference_reset=2, ratio="sequence", delta=2.0,
            dual_clip=3.0, log_ratio_clamp=5.0, entropy_weight=0.001, aggregation="dr_grpo", scale_rewards="batch",
            sampling_rounds=3, overlong="penalty", overlong_tokens=16, overlong_weight=0.5)
        expected, run = self.run_until("rl_text", "undisturbed")
        self.run_folder = run
        prompts = [value for (value,) in self.query("select value from metrics where stage = 'rl_text' and name = 'sampling/prompts'")]
        self.assertEqual(len(prompts), 5)
        self.assertTrue(all(4 <= value <= 12 and value % 4 == 0 for value in prompts), prompts)
        learnt = [value for (value,) in self.query("select value from metrics where stage = 'rl_text' and name = 'sampling/learnt'")]
        self.assertEqual(len(learnt), 5)
        self.assertTrue(all(0 <= value <= 4 for value in learnt), learnt)
        self.assertTrue(self.query("select 1 from metrics where stage = 'rl_text' and name = 'reward/length'"))
        self.assertEqual(len(self.query("select 1 from events where stage = 'rl_text' and kind = 'reference'")), 2)
        kl = [value for (value,) in self.query("select value from metrics where stage = 'rl_text' and name = 'kl' order by step")]
        self.assertAlmostEqual(kl[0], 0, delta=1e-6)
        self.assertGreater(kl[1], kl[2], "the reference is the policy itself again")
        self.assertEqual(self.kill_and_resume("rl_text", [3, 4], "rl_text"), expected)

    def test_the_importance_cap_the_mask_and_a_schedule_of_replay_train(self):
        self.set_parameters("rl_text", importance_cap=2.0, overlong="mask", aggregation="grpo")
        self.set_parameters("rl_caption", steps=4, replay_schedule="0:2, 3:1")
        _, run = self.run_until("rl_caption", "run")
        self.run_folder = run
        ratios = [value for (value,) in self.query(
            "select value from metrics where stage = 'rl_caption' and name = 'replay_ratio' order by step")]
        self.assertEqual((ratios[0], ratios[-1]), (2.0, 1.0))
        self.assertEqual(sorted(ratios, reverse=True), ratios)
        wanted = [value for (value,) in self.query(
            "select value from metrics where stage = 'rl_caption' and name = 'replay_ratio/set' order by step")]
        for value, expected in zip(wanted, (2, 5 / 3, 4 / 3, 1), strict=True):
            self.assertAlmostEqual(value, expected)
        use = {name: dict(self.query("select step, value from metrics where stage = 'rl_caption' and name = ?", f"replay_use/{name}"))
               for name in ("least", "mean", "most")}
        for step in range(1, 5):
            self.assertTrue(use["least"][step] <= use["mean"][step] <= use["most"][step], use)
        self.assertGreater(use["mean"][4], use["mean"][1])
        told = {step: json.loads(data) for step, data in self.query("select step, data from events where kind = 'replay-use'")}
        self.assertEqual(max(told), 4, "the last step tells it, whatever was kept before")
        self.assertEqual(told[4]["samples"][0]["times"], use["most"][4])
        self.assertEqual(told[4]["mean"], use["mean"][4])
        counts = [one["times"] for one in told[4]["samples"]]
        self.assertEqual(counts, sorted(counts, reverse=True))
        self.assertEqual(self.query("select step, text from events where kind = 'replay'"), [(4, "replay 1 : 1")])

    def test_a_stop_text_a_replay_by_outcomes_and_a_tight_clip_train_and_resume(self):
        end = "</answer>"
        self.set_parameters("rl_text", steps=2, stop_text=end, temperature=0.9, top_k=40, top_p=0.95, log_samples_every=1)
        self.set_parameters("rl_caption", steps=4, checkpoint_every=1, replay_ratio=1, replay_sampling="non-zero-variance",
                            clip_norm=0.01)
        expected, run = self.run_until("rl_caption", "undisturbed")
        self.run_folder = run
        written = [text for (text,) in self.query("select completion from samples where stage = 'rl_text'")]
        self.assertTrue(any(end in text for text in written), "none has come to its end")
        for text in written:
            self.assertIn(text.find(end), (-1, len(text) - len(end)), "it went on after the stop text")
        self.assertEqual(self.kill_and_resume("rl_caption", [2, 3], "rl_caption"), expected)

    def test_impossible_bounds_are_refused_before_the_run(self):
        self.set_parameters("rl_text", delta=1.1)
        done = self.run_demo(expect=2)
        self.assertIn("field delta", done.stderr)


if __name__ == "__main__":
    engine.main()
