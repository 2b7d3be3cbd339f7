# SPDX-License-Identifier: GPL-3.0-or-later
"""The first batch of a stage before anything runs, and that the run then takes just these samples."""
import collections
import json
import pathlib

import engine


class Preview(engine.EngineTest):
    def preview(self, stage, *options):
        return json.loads(self.engine("preview", self.demo / "project.msrl", "--stage", stage, "--json", *options).stdout)

    def test_the_batch_is_the_one_that_the_run_takes(self):
        project = self.project()
        self.node(project, "rl_text")["params"].update(steps=1, log_samples_every=1)
        self.write_project(project)
        seen = self.preview("rl_text")
        self.run_demo("--until", "rl_text")
        taken = [row[0] for row in self.query("select distinct sample_id from samples where stage = 'rl_text' and step = 1")]
        self.assertEqual(sorted(row["sample"] for row in seen["batch"]), sorted(taken))

    def test_replay_lengths_and_roles(self):
        project = self.project()
        params = self.node(project, "rl_caption")["params"]
        params.update(prompts_per_step=12, replay_ratio=2.0)
        self.write_project(project)
        seen = self.preview("rl_caption")
        self.assertEqual(collections.Counter(row["source"] for row in seen["batch"]), {"new": 8, "replay": 4})
        for row in seen["batch"]:
            self.assertEqual(sum(piece["tokens"] for piece in row["pieces"]), row["tokens"])
            self.assertLessEqual(row["tokens"], seen["limits"]["prompt_tokens"])
            self.assertTrue({"template", "data", "special"} <= {piece["role"] for piece in row["pieces"]})
        params["replay_schedule"] = "0:5, 10:2"
        self.write_project(project)
        self.assertEqual(collections.Counter(row["source"] for row in self.preview("rl_caption")["batch"]), {"new": 10, "replay": 2})

    def test_pictures_are_counted_and_long_prompts_refused(self):
        seen = self.preview("rl_multimodal")
        self.assertTrue(all(sum(row["images"]) > 0 for row in seen["batch"]))
        self.set_parameter("rl_multimodal", "max_prompt_tokens", 3)
        seen = self.preview("rl_multimodal", "--check", 7)
        self.assertEqual([source["refused"] for source in seen["sources"]], [7])
        self.assertIn("max_prompt_tokens", seen["batch"][0]["refused"])

    def test_every_dataset_is_counted(self):
        project = self.project()
        self.node(project, "text_rl")["params"].update(limit=5)
        self.node(project, "captioned")["params"].update(path="data/nothing.jsonl")
        self.write_project(project)
        counts = json.loads(self.engine("preview", self.demo / "project.msrl", "--counts", "--json").stdout)["datasets"]
        known = {one["node"]: one for one in counts}
        self.assertEqual(set(known), {node["id"] for node in project["nodes"] if node["type"] == "dataset"})
        self.assertEqual((known["text_rl"]["samples"], known["text_rl"]["media"]), (5, 0))
        self.assertIn("nothing.jsonl", known["captioned"]["problem"])
        rows = (self.demo / "data" / "labelled.jsonl").read_text().splitlines()
        self.assertEqual(known["labelled"]["samples"], len(rows))
        self.assertGreaterEqual(known["labelled"]["media"], len(rows))

    def samples(self, *options):
        return json.loads(self.engine("preview", self.demo / "project.msrl", "--samples", "labelled", "--json", *options).stdout)

    def test_a_dataset_shows_its_first_samples(self):
        data = self.demo / "data" / "labelled.jsonl"
        rows = [json.loads(line) for line in data.read_text().splitlines()]
        lines = self.samples("--first", 6)
        self.assertEqual(lines["counts"]["samples"], len(rows))
        self.assertEqual(len(lines["samples"]), 6)
        self.assertLessEqual({row["id"] for row in lines["samples"]}, {row["id"] for row in rows})
        # The same from Parquet, where the images stand inside the rows.
        self.engine("data", "convert", data, data.with_suffix(".parquet"))
        project = self.project()
        self.node(project, "labelled")["params"]["path"] = "data/labelled.parquet"
        self.write_project(project)
        inside = self.samples("--first", 6, "--pictures", self.demo / "pictures")
        self.assertEqual(inside["counts"]["by_task"], lines["counts"]["by_task"])

        def images(shown):
            return [[pathlib.Path(medium["image"]).read_bytes()
                     for medium in (*row.get("media", []), *(row[key] for key in ("media_a", "media_b") if key in row)) if "image" in medium]
                    for row in shown["samples"]]
        self.assertTrue(any(images(lines)))
        self.assertEqual(images(inside), images(lines))
        self.assertIn("data:image/png;base64,", json.dumps(self.samples("--first", 6)))
        refused = self.engine("preview", self.demo / "project.msrl", "--samples", "rl_text", expect=2)
        self.assertIn("there is no dataset 'rl_text'", refused.stderr)

    def test_what_cannot_be_shown_is_said(self):
        for stage, words in (("nothing", "there is no node 'nothing'"), ("base", "reads no samples"), ("distil", "yet to be written by gate")):
            refused = self.engine("preview", self.demo / "project.msrl", "--stage", stage, expect=2)
            self.assertIn(words, refused.stderr)


if __name__ == "__main__":
    engine.main()
