# SPDX-License-Identifier: GPL-3.0-or-later
"""A curriculum whose data are Parquet files, and the audited set exported as one."""
import json

import engine


class Parquet(engine.EngineTest):
    def datasets(self, project):
        return [node for node in project["nodes"] if node["type"] == "dataset"]

    def targets(self):
        return self.query("select sample_id, target from candidates order by sample_id")

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
        found = [json.loads(self.engine("data", "inspect", file, "--format", "ms-swift", "--json").stdout) for file in (lines, exported)]
        for one in found:  # places differ
            one.pop("repetitions")
        self.assertEqual(*found)
        self.assertEqual(found[0]["samples"], len(lines.read_text().splitlines()))
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
