# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input is refused before work: exit code 2, one line with the place on standard error, nothing written."""
import json

import engine


class BadInput(engine.EngineTest):
    def refused(self, *expected, options=()):
        done = self.run_demo(*options, expect=2)
        lines = done.stderr.strip().splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        for text in expected:
            self.assertIn(text, lines[0])
        self.assertFalse(self.run_folder.exists(), "something was written")

    def rows(self, name):
        path = self.demo / "data" / name
        return path, [json.loads(line) for line in path.read_text().splitlines()]

    def rewrite(self, path, rows):
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))

    def data_file(self, node_id):
        return self.node(self.project(), node_id)["params"]["path"].rsplit("/", 1)[-1]

    def test_missing_project(self):
        (self.demo / "project.msrl").unlink()
        self.refused("project.msrl", "no such file")

    def test_project_that_is_not_json(self):
        (self.demo / "project.msrl").write_text('{"schema": ')
        self.refused("project.msrl", "not valid JSON")

    def test_unknown_field(self):
        self.set_parameter("rl_text", "learnig_rate", 1)
        self.refused("node rl_text", "field learnig_rate")

    def test_value_out_of_range(self):
        self.set_parameter("rl_text", "group_size", 1)
        self.refused("node rl_text", "field group_size", "out of range")

    def test_unknown_node_type(self):
        project = self.project()
        self.node(project, "rl_text")["type"] = "rll"
        self.write_project(project)
        self.refused("node rl_text", "'rll'")

    def test_cycle(self):
        project = self.project()
        for edge in project["edges"]:
            if edge["to"] == "sft.policy":
                edge["from"] = "rl_text.policy"
        self.write_project(project)
        self.refused("circle")

    def test_wrong_port(self):
        project = self.project()
        project["edges"].append({"from": "heldout_text.samples", "to": "export.policy"})
        self.write_project(project)
        self.refused("export", "policy")

    def test_missing_image(self):
        image = next(self.demo.glob("data/**/*.png"))
        image.unlink()
        self.refused(image.parent.name)

    def test_unreadable_image(self):
        image = sorted(self.demo.glob("data/**/*.png"))[0]
        image.write_bytes(image.read_bytes()[:40])
        self.refused(image.name)

    def test_gold_that_is_not_a_or_b(self):
        path, rows = self.rows(self.data_file("text_rl"))
        rows[2]["gold"] = "C"
        self.rewrite(path, rows)
        self.refused(f"{path.name}:3", "gold")

    def test_row_that_is_not_json(self):
        path, rows = self.rows(self.data_file("text_rl"))
        path.write_text(path.read_text() + "{oops\n")
        self.refused(f"{path.name}:{len(rows) + 1}")

    def test_missing_tensor(self):
        model = self.demo / self.node(self.project(), "base")["params"]["path"] / "model.safetensors"
        data = model.read_bytes()
        self.assertIn(b"layers.0.mlp.down_proj.weight", data)
        model.write_bytes(data.replace(b"layers.0.mlp.down_proj.weight", b"layers.0.mlp.down_prox.weight"))
        self.refused("down_pro")

    def test_prompt_over_the_limit(self):
        self.set_parameter("rl_text", "max_prompt_tokens", 8)
        self.refused("node rl_text", "tokens", "limit is 8")

    def test_a_prompt_and_its_completion_over_the_token_budget(self):
        self.set_parameter("rl_text", "token_budget", 64)
        self.refused("node rl_text", "token budget of 64", "sample")

    def test_a_dataset_without_samples(self):
        path, _ = self.rows(self.data_file("text_rl"))
        path.write_text("")
        self.refused("node text_rl", path.name, "holds no samples")

    def test_new_tokens_beyond_the_positions(self):
        self.set_parameter("rl_multimodal", "max_new_tokens", 100000)
        self.refused("node rl_multimodal", "100000 new tokens", "positions")

    def test_frozen_stage_without_a_result(self):
        project = self.project()
        self.node(project, "rl_text")["frozen"] = True
        self.write_project(project)
        self.refused("node rl_text", "frozen", "no result")

    def test_export_into_a_folder_with_other_things(self):
        self.set_parameter("export", "path", "judge")
        (self.demo / "judge").mkdir()
        (self.demo / "judge" / "thesis.txt").write_text("precious")
        self.refused("node export", "thesis.txt", "nothing is overwritten")
        self.assertEqual([path.name for path in (self.demo / "judge").iterdir()], ["thesis.txt"])

    def test_unknown_node_to_bypass(self):
        self.refused("nobody", options=("--bypass", "nobody"))

    def test_unknown_device(self):
        self.refused("'tpu'", "cuda:N", options=("--device", "tpu"))

    def test_folder_that_is_not_a_run(self):
        self.run_folder.mkdir()
        (self.run_folder / "thesis.txt").write_text("precious")
        done = self.run_demo(expect=2)
        self.assertIn("run", done.stderr)
        self.assertEqual([path.name for path in self.run_folder.iterdir()], ["thesis.txt"])

    def test_unknown_option(self):
        self.assertIn("--sede", self.engine("run", "x", "--run", "y", "--sede", "1", expect=2).stderr)

    def test_demo_into_a_folder_with_content(self):
        (self.demo / "keep").mkdir()
        (self.demo / "keep" / "me.txt").write_text("mine")
        done = self.engine("demo", self.demo / "keep", expect=2)
        self.assertIn("keep", done.stderr)
        self.assertEqual((self.demo / "keep" / "me.txt").read_text(), "mine")


if __name__ == "__main__":
    engine.main()
