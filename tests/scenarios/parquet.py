# SPDX-License-Identifier: GPL-3.0-or-later
"""A curriculum whose data are Parquet files, and the audited set exported as one."""
import json
import pathlib

import engine


READERS = pathlib.Path(__file__).resolve().parents[1] / "data" / "readers"


class Published(engine.ToolTest):
    """Files as hubs have them."""

    def test_a_benchmark_is_read_from_its_parquet_file(self):
        # Its three rows prefer the first, the second and the first response.
        answers = {"RLAIF-V_0": "A", "mathverse_1": "A", "mmmu_2": "A"}
        predictions = self.work / "predictions.jsonl"
        predictions.write_text("".join(json.dumps({"id": key, "output": f"<think></think><answer>{answer}</answer>"}) + "\n"
                                       for key, answer in answers.items()))
        for benchmark in ("vl_rewardbench", "own"):
            data = READERS / "hf_pairs.parquet"
            if benchmark == "own":
                data = self.work / "own.parquet"
                self.engine("data", "convert", READERS / "hf_pairs.parquet", data, "--map", "id=id", "--map", "query=query", "--map", "responses=response",
                            "--map", "gold=human_ranking.0", "--map", "gold:0=A", "--map", "gold:1=B")
            figures = json.loads(self.engine("evaluate", "--benchmark", benchmark, "--data", data, "--predictions", predictions, "--json").stdout)
            self.assertEqual((figures["ours"]["accuracy"]["right"], figures["ours"]["accuracy"]["n"]), (2, 3))

    def test_what_a_row_cannot_be_is_refused_with_its_place(self):
        self.refused(["arrow_types.parquet[0], row group 0", "column pair.0", "not a text"],
                     "data", "inspect", READERS / "arrow_types.parquet", "--map", "query=name", "--map", "a=name", "--map", "b=pair.0")
        self.refused(["arrow_types.parquet", "'turns.0.contents'", "did you mean 'turns.content'"],
                     "data", "check", READERS / "arrow_types.parquet", "--map", "query=turns.0.contents")
        self.refused(["hf_pairs.parquet[0], row group 0", "task"], "data", "inspect", READERS / "hf_pairs.parquet")
        cut = self.work / "cut.parquet"
        cut.write_bytes((READERS / "hf_pairs.parquet").read_bytes()[:-20])
        self.refused(["cut.parquet", "damaged or cut off"], "data", "convert", cut, self.work / "out.jsonl")
        self.assertFalse((self.work / "out.jsonl").exists())


class Parquet(engine.EngineTest):
    def datasets(self, project):
        return [node for node in project["nodes"] if node["type"] == "dataset"]

    def targets(self):
        return self.query("select sample_id, target from candidates order by sample_id")

    def exported_rows(self, file):
        """Prompt, target and the bytes of the images, by id."""
        names = ("id=id", "query=messages.1.content", "a=messages.2.content", "b=messages.0.role", "images=images")
        target = file.with_suffix(file.suffix + ".jsonl")
        if not target.exists():
            self.engine("data", "convert", file, target, "--media", self.demo / "out", *(f"--map={name}" for name in names))
        rows = {}
        for row in map(json.loads, target.read_text().splitlines()):
            images = [(self.demo / medium["image"]).read_bytes() for medium in row.pop("media", [])]
            rows[row["id"]] = row, images
        return rows

    def test_a_run_on_parquet_is_the_run_on_json_lines(self):
        self.run_demo("--until", "gate")
        wanted = self.targets()
        self.assertTrue(wanted)
        exported = self.demo / "set.parquet"
        done = self.engine("audit", self.run_folder, "--export", exported)
        self.assertIn("rows written", done.stdout)
        self.assertIn("is there already", self.engine("audit", self.run_folder, "--export", exported, expect=2).stderr)
        lines = self.demo / "set.jsonl"
        self.engine("audit", self.run_folder, "--export", lines)
        self.assertEqual(self.exported_rows(exported), self.exported_rows(lines))
        self.assertEqual(len(self.exported_rows(lines)), len(lines.read_text().splitlines()))
        self.engine("audit", self.run_folder, "--export", self.demo / "pairs.parquet", "--format", "pairs")

        project = self.project()
        for node in self.datasets(project):
            path = self.demo / node["params"]["path"]
            table = path.with_suffix(".parquet")
            if not table.exists():
                media = node["params"].get("media_root")
                self.engine("data", "convert", path, table, *(("--media-root", self.demo / media) if media else ()))
            node["params"]["path"] = str(table.relative_to(self.demo))
        self.write_project(project)
        first, self.run_folder = self.run_folder, self.demo / "again"
        self.run_demo("--until", "gate")
        self.assertEqual(self.targets(), wanted)
        self.assertEqual(self.stage_states(), self.stage_states(first))

    def test_columns_of_a_dataset_node_are_mapped_and_checked(self):
        project = self.project()
        node = next(node for node in self.datasets(project) if node["params"].get("content", "text-preferences") == "text-preferences")
        path = self.demo / node["params"]["path"]
        names = {"id": "key", "context": "passage", "query": "question", "a": "left", "b": "right", "gold": "better"}
        rows = []
        for row in map(json.loads, path.read_text().splitlines()):
            renamed = {names[name]: value for name, value in row.items() if name in names}
            renamed["better"] = {"A": 0, "B": 1}[row["gold"]] if "gold" in row else -1
            rows.append(json.dumps(renamed))
        path.with_suffix(".dat").write_text("\n".join(rows))
        wanted = json.loads(self.engine("data", "inspect", path, "--json").stdout)
        columns = ", ".join(f"{field}={column}" for field, column in names.items()) + ", gold:0=A, gold:1=B, gold:-1=none"
        options = [option for entry in columns.split(", ") for option in ("--map", entry)]
        found = json.loads(self.engine("data", "inspect", path.with_suffix(".dat"), *options, "--json").stdout)
        for part in ("samples", "gold", "text_bytes", "text_histogram", "duplicates"):
            self.assertEqual(found[part], wanted[part])
        node["params"]["path"] = str(path.with_suffix(".dat").relative_to(self.demo))
        self.write_project(project)
        self.run_demo(expect=2)
        node["params"]["columns"] = columns.replace("query", "querry")
        self.write_project(project)
        refused = self.run_demo(expect=2).stderr
        for word in (node["id"], "columns", "'querry'", "did you mean 'query'"):
            self.assertIn(word, refused)
        node["params"]["columns"] = columns
        self.write_project(project)
        follower = next(edge["to"].split(".")[0] for edge in project["edges"] if edge["from"] == node["id"] + ".samples")
        self.run_demo("--until", follower)


if __name__ == "__main__":
    engine.main()
