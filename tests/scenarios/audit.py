# SPDX-License-Identifier: GPL-3.0-or-later
"""What an audit leaves for other programs: the accepted set as lines, table and pairs, its card, and what a confidence is worth."""
import hashlib
import json
import math
import pathlib
import xml.etree.ElementTree

import engine


def upper_bound(wrong, checked):
    """Clopper and Pearson, one-sided at 95 %, by bisection of the binomial sum: nothing of the engine's own."""
    low, high = wrong / checked, 1.0
    for _ in range(200):
        middle = (low + high) / 2
        tail = sum(math.comb(checked, k) * middle**k * (1 - middle)**(checked - k) for k in range(wrong + 1))
        low, high = (middle, high) if tail > 0.05 else (low, middle)
    return low


class Audit(engine.EngineTest):
    """One distilled set per test, from the base judge, which votes both ways."""

    def setUp(self):
        super().setUp()
        self.data = self.demo / "data" / "unlabelled.jsonl"
        self.engine("distill", self.data, "--run", self.run_folder, "--teacher", self.demo / "base", "--prompts", "demo", "--paths", 3,
                    "--max-new-tokens", 80, "--threads", 1)
        self.items = self.query("select sample_id, label, chosen, target, gold from candidates order by id")

    def let_through(self, *options, gate="auto"):
        self.engine("distill", self.data, "--run", self.run_folder, "--teacher", self.demo / "base", "--prompts", "demo", "--paths", 3,
                    "--max-new-tokens", 80, "--threads", 1, "--gate", gate, *options)

    def audit(self, *options, expect=0):
        return self.engine("audit", self.run_folder, "--auditor", "Ann", *options, expect=expect)

    def paths(self, sample):
        return self.query("select p.text, p.answer, p.format_ok, json_extract(p.confidence, '$.mean_logprob') from candidate_paths p "
                          "join candidates c on c.id = p.candidate where c.sample_id = ? order by position", sample)

    def gate_folder(self):
        return next(manifest.parent for manifest in (self.run_folder / "artefacts").glob("*/manifest.json")
                    if json.loads(manifest.read_text())["type"] == "gate")

    def exported(self, name, *options):
        out = self.audit("--export", self.demo / name, *options).stdout
        return [json.loads(line) for line in (self.demo / name).read_text().splitlines()], out

    def test_lines_hold_prompt_target_and_media(self):
        self.let_through()
        rows, out = self.exported("set.jsonl")
        targets = {sample: target for sample, _, chosen, target, _ in self.items if chosen >= 0}
        self.assertTrue(rows)
        self.assertIn(f"{len(rows)} rows written", out)
        self.assertIn("has let no set through", self.audit("--export", self.demo / "none.jsonl", "--gate", "nobody", expect=2).stderr)
        sources = {row["id"]: row for row in map(json.loads, self.data.read_text().splitlines())}
        for row in rows:
            system, user, assistant = row["messages"]
            self.assertEqual([turn["role"] for turn in row["messages"]], ["system", "user", "assistant"])
            self.assertEqual(assistant["content"], targets[row["id"]])
            kind = "video" if sources[row["id"]]["task"].startswith("video") else "image"
            media = row[kind + "s"]
            self.assertEqual(user["content"].count(f"<{kind}>"), len(media), "a mark for each medium")
            for files in media:
                for file in [files] if isinstance(files, str) else files:
                    self.assertTrue(pathlib.Path(file).read_bytes(), file)
            self.assertTrue(system["content"])

    def test_pairs_hold_the_surest_path_that_says_the_other_letter(self):
        self.let_through()
        accepted = {row["id"]: row["messages"][-1]["content"] for row in self.exported("set.jsonl")[0]}
        pairs, out = self.exported("pairs.jsonl", "--format", "pairs")
        labels = {sample: label for sample, label, *_ in self.items}
        expected = {}
        for sample in accepted:
            others = [path for path in self.paths(sample) if path[2] and path[1] == ("B" if labels[sample] == "A" else "A")]
            if others:
                expected[sample] = max(others, key=lambda path: path[3])[0]
        self.assertTrue(expected and len(expected) < len(accepted), "both kinds must occur for this test to say anything")
        self.assertEqual({pair["id"] for pair in pairs}, set(expected))
        self.assertIn(f"{len(accepted) - len(expected)} items left out", out)
        for pair in pairs:
            self.assertEqual(pair["messages"][-1]["content"], accepted[pair["id"]])
            rejected = pair["rejected_response"]
            thought = expected[pair["id"]][expected[pair["id"]].index("<think>"):]
            self.assertTrue(rejected.endswith(thought), rejected)
            self.assertEqual(rejected.split("<caption>")[1].split("</caption>")[0],
                             accepted[pair["id"]].split("<caption>")[1].split("</caption>")[0], "the same caption")

    def test_a_table_holds_the_same_rows_with_the_images_inside(self):
        self.let_through()
        lines, _ = self.exported("set.jsonl")
        for name, options in (("set.parquet", ()), ("pairs.parquet", ("--format", "pairs"))):
            self.audit("--export", self.demo / name, *options)
            kept = self.demo / f"{name}.jsonl"
            self.engine("data", "convert", self.demo / name, kept, "--media", self.demo / "out", "--map", "id=id", "--map", "query=messages.2.content",
                        "--map", "a=messages.0.role", "--map", "b=messages.1.role", "--map", "images=images")
            rows = {row["id"]: row for row in map(json.loads, kept.read_text().splitlines())}
            if not options:
                self.assertEqual({key: row["query"] for key, row in rows.items()}, {row["id"]: row["messages"][2]["content"] for row in lines})
            for row in lines:
                if row["id"] not in rows or "images" not in row:
                    continue
                inside = [(self.demo / medium["image"]).read_bytes() for medium in rows[row["id"]]["media"]]
                self.assertEqual(inside, [pathlib.Path(file).read_bytes() for file in row["images"]])

    def test_the_card_says_who_decided_what_and_names_the_content(self):
        chosen = [sample for sample, _, choice, _, _ in self.items if choice >= 0]
        self.audit("--accept", chosen[0], "--reject", chosen[1], "--flag", chosen[2])
        self.audit("--sign-off", "--statement", "looked at three")
        self.let_through(gate="wait")
        folder = self.gate_folder()
        card = json.loads((folder / "data_card.json").read_text())
        self.assertEqual(card["decisions"], {"Ann": {"accept": 1, "flag": 1, "reject": 1}})
        self.assertEqual(card["sign_off"]["statement"], "looked at three")
        self.assertEqual(card["policy"]["policy"], "wait")
        self.assertEqual(card["hashes"]["samples"], hashlib.sha256((folder / "samples.jsonl").read_bytes()).hexdigest())
        counts = card["counts"]
        self.assertEqual(counts["candidates"], len(self.items))
        self.assertEqual(counts["accepted"], len((folder / "samples.jsonl").read_text().splitlines()))
        self.assertEqual(counts["by_auditor"] + counts["by_machine"] + counts["overridden"], counts["accepted"])

    def test_risk_is_what_counting_by_hand_gives(self):
        gold = {}
        for i, (sample, label, _, _, _) in enumerate(self.items):
            other = "B" if label == "A" else "A"
            gold[sample] = other if label and i % 4 == 0 else label or "A"
        answers = self.demo / "answers.jsonl"
        answers.write_text("".join(json.dumps({"id": sample, "gold": side, "other": 1}) + "\n" for sample, side in gold.items()))
        report = json.loads(self.audit("--risk", "--gold", answers, "--json").stdout)
        choices = [(self.paths(sample)[chosen][3], label == gold[sample]) for sample, label, chosen, _, _ in self.items if chosen >= 0]
        self.assertEqual((report["choices"], report["wrong"]), (len(choices), sum(not right for _, right in choices)))
        measure = next(one for one in report["measures"] if one["measure"] == "mean_logprob")
        for point in measure["points"]:
            above = [right for value, right in choices if value >= point["threshold"]]
            self.assertEqual((point["accepted"], point["wrong"]), (len(above), sum(not right for right in above)))
            self.assertAlmostEqual(point["error"], point["wrong"] / point["accepted"])
            self.assertLessEqual(point["low"], point["error"])
            self.assertLessEqual(point["error"], point["high"])
        self.assertEqual(measure["points"][-1]["accepted"], len(choices))
        picture = self.demo / "risk.svg"
        table = self.audit("--risk", "--gold", answers, "--svg", picture).stdout
        drawn = xml.etree.ElementTree.parse(picture).getroot()
        titles = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text") if text.get("font-weight") == "600"]
        self.assertEqual(len(titles), len(report["measures"]), "a panel for each measure")
        for one in report["measures"]:
            self.assertIn(one["measure"] + ": mean error", table)
        self.assertIn("no item with a choice", self.audit("--risk", expect=2).stderr)
        answers.write_text('{"id": "x", "gold": "C"}\n')
        self.assertIn("answers.jsonl:1", self.audit("--risk", "--gold", answers, expect=2).stderr)

    def test_a_sample_opens_the_gate_when_it_rules_the_error_out(self):
        chosen = sorted(sample for sample, _, choice, _, _ in self.items if choice >= 0)
        self.audit("--reject", chosen[0], *(word for sample in chosen[1:] for word in ("--accept", sample)))
        bound = upper_bound(1, len(chosen))
        self.let_through("--gate-sample", len(chosen), "--gate-min-vote-share", 0, "--gate-max-error", bound + 1e-4, gate="sampled")
        card = json.loads((self.gate_folder() / "data_card.json").read_text())
        self.assertEqual((card["random_sample"]["checked"], card["random_sample"]["wrong"]), (len(chosen), 1))
        self.assertAlmostEqual(card["random_sample"]["error_below"], bound, places=6)


if __name__ == "__main__":
    engine.main()
