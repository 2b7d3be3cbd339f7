# SPDX-License-Identifier: GPL-3.0-or-later
"""`evaluate` from predictions alone: every recorded figure of every benchmark, and what it refuses."""
import json
import math
import pathlib
import shutil
import tempfile

import engine

DATA = pathlib.Path(__file__).resolve().parents[1] / "data" / "bench"


class Benchmarks(engine.CommandTest):
    def evaluate(self, name, predictions, *options, data=None):
        done = self.engine("evaluate", "--benchmark", name, "--data", data or DATA / name, "--predictions", predictions,
                           *options, "--json")
        return json.loads(done.stdout)

    def expected(self, name):
        return json.loads((DATA / name / "expected.json").read_text())

    def assertHolds(self, got, want, where):
        """Every member of `want` is in `got`; numbers to 1e-12."""
        if isinstance(want, dict):
            for key, value in want.items():
                self.assertIn(key, got, where)
                self.assertHolds(got[key], value, f"{where}.{key}")
        elif isinstance(want, list):
            self.assertEqual(len(got), len(want), where)
            for i, (a, b) in enumerate(zip(got, want)):
                self.assertHolds(a, b, f"{where}[{i}]")
        elif isinstance(want, float):
            self.assertTrue(math.isclose(got, want, rel_tol=1e-12, abs_tol=1e-12), f"{where}: {got} {want}")
        else:
            self.assertEqual(got, want, where)

    def test_vl_rewardbench(self):
        want = self.expected("vl_rewardbench")
        folder = DATA / "vl_rewardbench"
        official = self.evaluate("vl_rewardbench", folder / "outputs_official.jsonl")
        tags = self.evaluate("vl_rewardbench", folder / "outputs_msrl.jsonl")
        for k in ("k1", "k3", "k5"):
            for key, value in want[k].items():
                self.assertHolds((official if "official" in key else tags)[k][key], value, f"{k}.{key}")
        one = self.evaluate("vl_rewardbench", folder / "outputs_official.jsonl", "--voting", 3)
        self.assertHolds(one["k3"]["official"], want["k3"]["official"], "voting 3")
        self.assertNotIn("k1", one)
        substring = self.evaluate("vl_rewardbench", folder / "outputs_unifiedreward.jsonl")
        self.assertHolds(substring["unifiedreward_substring_k1"], want["unifiedreward_substring_k1"], "substring")

    def test_multimodal_rewardbench(self):
        got = self.evaluate("multimodal_rewardbench", DATA / "multimodal_rewardbench" / "outputs.jsonl")
        want = self.expected("multimodal_rewardbench")
        want.pop("coin_note")
        self.assertHolds(got, want, "multimodal_rewardbench")
        self.assertEqual(set(got["unparsed_dropped"]), set(want["unparsed_dropped"]))

    def test_genai_bench(self):
        want = self.expected("genai_bench")
        self.assertHolds(self.evaluate("genai_bench", DATA / "genai_bench"), want, "genai_bench")
        one = self.evaluate("genai_bench", DATA / "genai_bench" / "image_edition_outputs_binary.jsonl")
        self.assertHolds(one["image_edition"]["binary"], want["image_edition"]["binary"], "one file")
        # One file that has a label and an answer in each output has the figures of both protocols, in either order.
        folder = DATA / "genai_bench"
        votes = [json.loads(line)["vote_type"] for line in (folder / "image_edition.jsonl").read_text().splitlines()]
        labels = {"leftvote": ("[[A>B]]", "[[B>A]]"), "rightvote": ("[[B>A]]", "[[A>B]]"), "tievote": ("[[A=B=Good]]",) * 2,
                  "bothbad_vote": ("[[A=B=Bad]]",) * 2}
        with tempfile.TemporaryDirectory() as temporary:
            path = pathlib.Path(temporary) / "image_edition_outputs.jsonl"

            def figures(swap):
                rows = [{"row": i, "swap": swap, "output": f"{labels[vote][swap]}\n<answer>{'AB'[swap]}</answer>"} for i, vote in enumerate(votes)]
                path.write_text("".join(json.dumps({key: value for key, value in row.items() if key != "swap" or swap}) + "\n" for row in rows))
                return self.evaluate("genai_bench", path)["image_edition"]

            for swap in (False, True):
                both = figures(swap)
                self.assertEqual(both["official_4way"]["acc"], 1)
                self.assertEqual(both["binary"]["acc_without_ties"], votes.count("leftvote") / both["binary"]["n_without_ties"])
            path.write_text("".join(json.dumps({"row": i, "output": "A is better"}) + "\n" for i in range(len(votes))))
            refused = self.engine("evaluate", "--benchmark", "genai_bench", "--data", folder, "--predictions", path, expect=2)
            self.assertIn("[[A>B]]", refused.stderr)

    def test_two_judges_are_compared_wherever_there_are_answers(self):
        genai = DATA / "genai_bench"
        with tempfile.TemporaryDirectory() as temporary:
            other = pathlib.Path(temporary)
            for path in genai.glob("*_outputs_binary.jsonl"):
                # A judge that always names the better one of the file's left side.
                rows = [dict(json.loads(line), output="<answer>A</answer>", swap=False) for line in path.read_text().splitlines()]
                (other / path.name).write_text("".join(json.dumps(row) + "\n" for row in rows))
            got = self.evaluate("genai_bench", genai, "--against", other)
        for task in ("image_generation", "image_edition", "video_generation"):
            votes = [json.loads(line)["vote_type"] for line in (genai / f"{task}.jsonl").read_text().splitlines()]
            both = got[task]["comparison"]
            self.assertEqual(both["first"]["right"], got[task]["ours"]["accuracy"]["right"])
            self.assertEqual(both["second"]["right"], votes.count("leftvote"))
            cells = [both[name] for name in ("only_first_right", "only_second_right", "both_right", "neither_right")]
            self.assertEqual(sum(cells), got[task]["binary"]["n_without_ties"])
            n = cells[0] + cells[1]
            tail = sum(math.comb(n, i) for i in range(min(cells[:2]) + 1)) / 2 ** n
            self.assertAlmostEqual(both["mcnemar_p"], min(1, 2 * tail), places=12)
        outputs = DATA / "videogen_rewardbench" / "judge_outputs.jsonl"
        same = self.evaluate("videogen_rewardbench", outputs, "--against", outputs)["comparison"]
        self.assertEqual((same["difference"], same["mcnemar_p"]), (0, 1))

    def test_videogen_rewardbench(self):
        folder = DATA / "videogen_rewardbench"
        got = self.evaluate("videogen_rewardbench", folder / "scores.jsonl")
        got |= self.evaluate("videogen_rewardbench", folder / "judge_outputs.jsonl")
        self.assertHolds(got, self.expected("videogen_rewardbench"), "videogen_rewardbench")
        with tempfile.TemporaryDirectory() as temporary:
            path = pathlib.Path(temporary) / "outputs.jsonl"
            rows = [json.loads(line) for line in (folder / "judge_outputs.jsonl").read_text().splitlines()]
            for output in ({}, {"output": None}):
                rows[2] = {"row": 2, **output}
                path.write_text("".join(json.dumps(row) + "\n" for row in rows))
                refused = self.engine("evaluate", "--benchmark", "videogen_rewardbench", "--data", folder, "--predictions", path, expect=2)
                self.assertIn("outputs.jsonl:3, field output", refused.stderr)

    def test_mm_rlhf(self):
        folder = DATA / "mm_rlhf"
        got = self.evaluate("mm_rlhf", folder / "outputs.jsonl")
        items = [json.loads(line) for line in (folder / "mm_reward_bench.jsonl").read_text().splitlines()]
        outputs = [json.loads(line) for line in (folder / "outputs.jsonl").read_text().splitlines()]
        right = [f"<answer>{'B' if row['swapped'] else 'A'}</answer>" in row["output"] for row in outputs]

        def figures(chosen):
            by_id = {}
            for i in chosen:
                by_id.setdefault(items[i]["id"], []).append(right[i])
            return {"acc": sum(right[i] for i in chosen) / len(chosen), "acc_plus": sum(map(all, by_id.values())) / len(by_id),
                    "pairs": len(chosen), "ids": len(by_id)}

        want = figures(range(len(items)))
        path = [item.get("image", item.get("video")) for item in items]
        want["by_category"] = {name: figures([i for i, one in enumerate(path) if name in one]) for name in ("mcq", "long", "short", "safety", "video")}
        self.assertEqual((want["acc"], want["acc_plus"]), (7 / 10, 3 / 6))
        self.assertHolds(got["official"], want, "mm_rlhf")
        self.assertEqual(got["ours"]["parse_failures"], 1)

    def test_our_figures_beside_the_official_ones(self):
        folder = DATA / "vl_rewardbench"
        predictions = [json.loads(line) for line in (folder / "outputs_msrl.jsonl").read_text().splitlines()]
        gold = [json.loads(line)["human_ranking"].index(0) for line in (folder / "data.jsonl").read_text().splitlines()]

        def answer(row):
            body = row["output"].partition("<answer>")[2].partition("</answer>")[0].strip().upper()
            return None if body not in ("A", "B") else "AB".index(body) ^ row["random_number"]

        with tempfile.TemporaryDirectory() as temporary:
            path = pathlib.Path(temporary) / "both.jsonl"
            rows = [dict(row, random_number=order) for row in predictions for order in (0, 1)]
            path.write_text("".join(json.dumps(row) + "\n" for row in rows))
            got = self.evaluate("vl_rewardbench", path, "--both-orders", "--voting", 2, "--against", path)
            refused = self.engine("evaluate", "--benchmark", "vl_rewardbench", "--data", folder, "--predictions", path, "--both-orders",
                                  "--against", folder / "outputs_msrl.jsonl", expect=2)
            self.assertIn("outputs_msrl.jsonl", refused.stderr)
            self.assertIn("one order only", refused.stderr)
        ours = got["ours"]
        # A judge that writes the same letter in both orders contradicts itself.
        self.assertEqual(ours["both_orders"]["consistent"]["right"], 0)
        self.assertEqual(ours["both_orders"]["right_in_both"]["n"], len(gold))
        # Where it is right in one order it is wrong in the other.
        letters = {}
        for row in predictions:
            letters.setdefault(row["row"], []).append(answer(dict(row, random_number=0)))
        decided = sum(len({one for one in row[:2] if one is not None}) == 1 for row in letters.values())
        self.assertEqual((ours["accuracy"]["right"], ours["accuracy"]["n"], ours["accuracy"]["pairs"]),
                         (decided, 2 * len(gold), len(gold)))
        self.assertEqual(ours["both_orders"]["right_in_both"]["right"], 0)
        self.assertEqual(ours["tied_pairs"], sum(any(one is not None for one in row[:2]) for row in letters.values()))
        self.assertEqual(ours["parse_failures"], sum(answer(row) is None for row in rows))
        self.assertEqual(got["comparison"]["first"], ours["accuracy"])
        self.assertEqual((got["comparison"]["alike"], got["comparison"]["sign_test_p"]), (len(gold), 1))
        single = self.evaluate("vl_rewardbench", folder / "outputs_msrl.jsonl")["ours"]
        first = {row["row"]: answer(row) for row in reversed(predictions)}
        self.assertEqual(single["accuracy"]["right"], sum(first[i] == side for i, side in enumerate(gold)))
        self.assertEqual(len(single["voting"]), 5)
        by_row = {}
        for row in predictions:
            by_row.setdefault(row["row"], []).append(answer(row) == gold[row["row"]])
        mean = sum(sum(right) / len(right) for right in by_row.values()) / len(gold)
        self.assertAlmostEqual(single["voting"][0]["expected_accuracy"], mean, places=12)

    def test_files_without_a_protocol_of_their_own(self):
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)

            def write(name, rows):
                (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
                return folder / name

            test = write("test.jsonl", [{"prompt": "p", "images": ["f0.png"], "responses": ["x", "y"], "answer":
                         f"Response {right} is better than Response {3 - right}."} for right in (1, 2, 1)])
            outputs = [{"row": i, "swap": swap, "output": f"<think>t</think><answer>{letter}</answer>"}
                       for i, letters in enumerate(("AB", "BB", "-A")) for swap, letter in zip((False, True), letters)]
            got = self.evaluate("sharegpt_v", write("out.jsonl", outputs), "--both-orders", data=test)["ours"]
            self.assertEqual((got["accuracy"]["right"], got["accuracy"]["n"], got["parse_failures"]), (3, 6, 1))
            self.assertEqual(got["both_orders"]["right_in_both"]["right"], 1)
            self.assertEqual(got["both_orders"]["consistent"]["right"], 1)
            self.assertEqual(got["first_shown_share"], 2 / 5)
            own = write("own.jsonl", [{"id": name, "task": "text", "query": "q", "a": "x", "b": "y",
                                       "gold": gold} for name, gold in (("a", "A"), ("b", "B"))])
            outputs = [{"id": name, "output": "<answer>A</answer>"} for name in "ba"]
            got = self.evaluate("own", write("out.jsonl", outputs), data=own)["ours"]
            self.assertEqual((got["accuracy"]["right"], got["accuracy"]["n"]), (1, 2))

    def test_refusals_name_the_place(self):
        def refused(name, predictions, *expected, options=(), data=None):
            done = self.engine("evaluate", "--benchmark", name, "--data", data or DATA / name, "--predictions",
                               predictions, *options, "--json", expect=2)
            self.assertEqual(done.stdout, "")
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            for text in expected:
                self.assertIn(text, done.stderr)

        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            lines = (DATA / "vl_rewardbench" / "outputs_msrl.jsonl").read_text().splitlines(keepends=True)
            path = folder / "some.jsonl"
            path.write_text("".join(lines[5:]))
            refused("vl_rewardbench", path, "some.jsonl", "no prediction for item 0")
            path.write_text("".join(lines).replace('"row":0', '"row":99', 1))
            refused("vl_rewardbench", path, "some.jsonl:1", "field row", "99")
            path.write_text("".join(lines).replace('"id":"RLAIF-V_1"', '"id":"other"', 1))
            refused("vl_rewardbench", path, "some.jsonl:6", "field id", "'other'")
            path.write_text("".join(lines))
            refused("vl_rewardbench", path, "--voting", options=("--voting", 6))
            path.write_text("".join(line for line in lines if '"random_number":0' in line or '"row":0,' not in line))
            refused("vl_rewardbench", path, "one order only", options=("--both-orders",))
            shutil.copy(DATA / "videogen_rewardbench" / "videogen-rewardbench.csv", folder / "videogen-rewardbench.csv")
            table = folder / "videogen-rewardbench.csv"
            table.write_text(table.read_text().replace("in two lines\",B,A,same,B", "in two lines\",B,A,equal,B"))
            refused("videogen_rewardbench", DATA / "videogen_rewardbench" / "scores.jsonl", "csv:2", "column TA", "'equal'",
                    data=folder)
        refused("genai_bench", DATA / "vl_rewardbench" / "outputs_msrl.jsonl", "does not say its task")
        refused("vl_rewardbench", "nowhere.jsonl", "nowhere.jsonl")


if __name__ == "__main__":
    engine.main()
