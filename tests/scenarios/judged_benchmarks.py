# SPDX-License-Identifier: GPL-3.0-or-later
"""`evaluate --model`: the judge runs, its predictions are kept, and counting them again gives the same figures."""
import csv
import json
import os
import subprocess

import engine

JUDGE = ("--prompts", "demo", "--max-new-tokens", 96, "--threads", 1)


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


class JudgedBenchmarks(engine.EngineTest):
    def setUp(self):
        super().setUp()
        self.data = self.demo / "data"
        rows = read_lines(self.data / "labelled.jsonl")  # three of each kind
        self.rows = {task: [row for row in rows if row["task"] == task]
                     for task in ("image_understanding", "image_generation", "video_understanding", "video_generation")}

    def write(self, name, rows):
        path = self.data / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    def evaluate(self, name, data, *options):
        return json.loads(self.engine("evaluate", "--benchmark", name, "--data", data, *options, "--json").stdout)

    def judge_and_count_again(self, name, data, *options):
        """Figures of the judge, which must be those of its predictions."""
        out = self.demo / f"{name}-out"
        figures = self.evaluate(name, data, "--model", self.demo / "base", *JUDGE, "--out", out, *options)
        again = self.evaluate(name, data, "--predictions", out, *options)
        self.assertEqual(figures, again)
        self.assertEqual(figures["predictions"], str(out))
        return figures, out

    def check_ours(self, ours, votes, items):
        self.assertEqual(ours["k"], votes)
        self.assertEqual(ours["n"], items)
        self.assertEqual(ours["judgements"], 2 * votes * items)
        # The whole curve comes from the one sampling of both orders, and its last point is the figure asked for.
        self.assertEqual([point["k"] for point in ours["voting"]], list(range(1, votes + 1)))
        self.assertEqual(ours["voting"][-1]["accuracy"], ours["accuracy"])
        self.assertEqual(ours["both_orders"]["consistent"]["n"], items)

    def benchmark_files(self):
        """Each benchmark's own form, from the demo's pairs."""
        frames = lambda video: sorted(str(path.relative_to(self.data)) for path in (self.data / video).iterdir())
        und, gen = self.rows["image_understanding"], self.rows["image_generation"]
        vund, vgen = self.rows["video_understanding"], self.rows["video_generation"]
        self.write("data.jsonl", [{"id": f"RLAIF-V_{i}", "query": row["query"], "response": [row["a"], row["b"]],
                                   "image": row["media"][0]["image"], "human_ranking": [0, 1] if row["gold"] == "A" else [1, 0]}
                                  for i, row in enumerate(und)])
        (self.data / "all_data.json").write_text(json.dumps([
            {"ID": f"vqa-{i}", "Text": row["query"], "Image": row["media"][0]["image"], "Output1": row["a"], "Output2": row["b"],
             "Better": "Output1" if row["gold"] == "A" else "Output2", "Category": "vqa"} for i, row in enumerate(und)]))
        vote = {"A": "leftvote", "B": "rightvote"}
        self.write("image_generation.jsonl", [{"prompt": row["query"], "vote_type": vote[row["gold"]], "left_image": row["media_a"]["image"],
                                               "right_image": row["media_b"]["image"]} for row in gen])
        self.write("video_generation.jsonl", [{"prompt": row["query"], "vote_type": vote[row["gold"]], "left_video": row["media_a"]["video"],
                                               "right_video": row["media_b"]["video"]} for row in vgen])
        self.write("image_edition.jsonl", [{"instruct_prompt": "p", "vote_type": "leftvote", "source_image": "s", "left_output_image": "l",
                                            "right_output_image": "r"}])
        with (self.data / "videogen-rewardbench.csv").open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["path_A", "path_B", "prompt", "VQ", "MQ", "TA", "Overall"])
            for row in vgen:
                table.writerow([row["media_a"]["video"] + ".mp4", row["media_b"]["video"] + ".mp4", row["query"], "A", "B", "same", row["gold"]])
        number = {"A": "Response 1 is better than Response 2.", "B": "Response 2 is better than Response 1."}
        self.write("sharegpt.jsonl", [{"prompt": row["query"], "images": frames(row["media"][0]["video"]), "responses": [row["a"], row["b"]],
                                       "answer": number[row["gold"]]} for row in vund])
        (self.data / "short").mkdir()
        pairs = []
        for i, row in enumerate(und):
            name = f"short/{i}.png"
            (self.data / name).write_bytes((self.data / row["media"][0]["image"]).read_bytes())
            better, worse = (row["a"], row["b"]) if row["gold"] == "A" else (row["b"], row["a"])
            pairs.append({"id": f"q{i // 2}", "image": name, "prompt": row["query"], "chosen": better, "rejected": worse})
        self.write("mm_reward_bench.jsonl", pairs)

    def test_every_benchmark_counts_what_the_judge_wrote(self):
        self.benchmark_files()
        for name, data in (("vl_rewardbench", self.data), ("multimodal_rewardbench", self.data), ("videogen_rewardbench", self.data),
                           ("sharegpt_v", self.data / "sharegpt.jsonl"), ("mm_rlhf", self.data)):
            with self.subTest(name):
                figures, out = self.judge_and_count_again(name, data, "--both-orders", "--voting", 2)
                self.check_ours(figures["ours"], 2, 3)
                rows = read_lines(out)
                self.assertEqual([(row["row"], row["sample"]) for row in rows], [(item, sample) for item in range(3) for sample in range(4)])
                # In turn; where the benchmark does not fix the first order it is drawn for each item.
                orders = [[row["swapped"] for row in rows[4 * item:4 * item + 4]] for item in range(3)]
                self.assertTrue(all(order in ([False, True, False, True], [True, False, True, False]) for order in orders), orders)
        figures, _ = self.judge_and_count_again("genai_bench", self.data, "--both-orders", "--voting", 2)
        self.assertNotIn("image_edition", figures)
        for task in ("image_generation", "video_generation"):
            self.check_ours(figures[task]["ours"], 2, 3)

    def test_nothing_is_written_that_was_not_asked_for(self):
        own, folder = self.write("own.jsonl", self.rows["image_understanding"]), self.demo / "empty"
        folder.mkdir()
        done = subprocess.run([engine.ENGINE, *map(str, ("evaluate", "--benchmark", "own", "--data", own, "--model", self.demo / "base",
                                                         *JUDGE, "--json"))],
                              cwd=folder, env={**os.environ, "TMPDIR": str(folder)}, capture_output=True, text=True, timeout=600)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(list(folder.iterdir()), [])
        kept, out = self.judge_and_count_again("own", own)
        self.assertEqual({**json.loads(done.stdout), "predictions": str(out)}, kept)

    def test_own_rows_have_the_accuracy_that_the_outputs_have(self):
        rows = [row for rows in self.rows.values() for row in rows]
        figures, out = self.judge_and_count_again("own", self.write("own.jsonl", rows))
        letters = [row["output"].partition("<answer>")[2].partition("</answer>")[0].strip() for row in read_lines(out)]
        self.assertEqual(figures["ours"]["accuracy"]["right"], sum(letter == row["gold"] for letter, row in zip(letters, rows)))
        self.assertEqual(figures["ours"]["parse_failures"], sum(letter not in ("A", "B") for letter in letters))

    def test_a_random_order_is_the_same_each_time(self):
        self.benchmark_files()
        _, out = self.judge_and_count_again("vl_rewardbench", self.data, "--voting", 4)
        orders = [row["swapped"] for row in read_lines(out)]
        self.assertEqual(set(orders), {False, True})
        first = out.read_bytes()
        out.unlink()
        (self.demo / "vl_rewardbench-out.state").unlink()
        self.judge_and_count_again("vl_rewardbench", self.data, "--voting", 4)
        self.assertEqual(out.read_bytes(), first)

    def test_refusals(self):
        own = self.write("own.jsonl", self.rows["image_understanding"])

        def refused(*options, words):
            done = self.engine("evaluate", "--benchmark", "own", "--data", own, *options, expect=2)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            for word in words:
                self.assertIn(word, done.stderr)

        refused(words=["--model", "--predictions"])
        refused("--model", self.demo / "base", "--predictions", own, words=["--model", "--predictions"])
        refused("--predictions", own, "--out", "x", words=["--out"])
        refused("--model", self.demo / "base", *JUDGE, "--out", own, words=["already there"])
        refused("--model", self.demo, *JUDGE, words=["config.json"])
        image = self.data / self.rows["image_understanding"][1]["media"][0]["image"]
        image.write_bytes(image.read_bytes()[:image.stat().st_size // 2])
        out = self.demo / "none.jsonl"
        refused("--model", self.demo / "base", *JUDGE, "--out", out, words=["own.jsonl:2", image.name])
        self.assertFalse(out.exists())


if __name__ == "__main__":
    engine.main()
