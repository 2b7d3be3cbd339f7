# SPDX-License-Identifier: GPL-3.0-or-later
"""score, best-of-n, rejection-sample and export-pairs: what they write, and what a kill leaves behind."""
import json
import pathlib
import select
import subprocess

import engine

JUDGE = ("--prompts", "demo", "--max-new-tokens", 96, "--threads", 1)


def read_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


class Scoring(engine.EngineTest):
    def setUp(self):
        super().setUp()
        self.model = self.demo / "base"
        self.out = self.demo / "out.jsonl"

    def rows(self, count):
        """Pairs of all task types with their media, from the demo's labelled data."""
        rows = read_lines(self.demo / "data" / "labelled.jsonl")[:count]
        for row in rows:
            row.pop("completion", None)
        return rows

    def write(self, rows, name="rows.jsonl"):
        path = self.demo / "data" / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    def command(self, name, data, *options, out=None):
        judge = JUDGE if "--max-new-tokens" not in options else ("--prompts", "demo", "--threads", 1)
        return [str(part) for part in (name, "--model", self.model, "--data", data, "--out", out or self.out, *judge, *options)]

    def run_command(self, name, data, *options, expect=0, out=None):
        return self.engine(*self.command(name, data, *options, out=out), expect=expect)

    def test_every_row_has_its_judgements_and_figures(self):
        rows = self.rows(12)
        done = self.run_command("score", self.write(rows), "--both-orders", "--voting", 3, "--json")
        said = json.loads(done.stdout)
        scored = read_lines(self.out)
        self.assertEqual([row["id"] for row in scored], [row["id"] for row in rows])
        self.assertEqual(said["judgements"], 12 * 6)
        unparsed = 0
        for row, source in zip(scored, rows):
            self.assertEqual(row.get("gold"), source.get("gold"))
            judgements = row["judgements"]
            self.assertEqual([one["swapped"] for one in judgements], [False, True] * 3)
            answers = []
            for one in judgements:
                letter = one["output"].partition("<answer>")[2].partition("</answer>")[0].strip()
                answer = {"A": "AB", "B": "BA"}.get(letter, (None, None))[one["swapped"]]
                self.assertEqual(one["answer"], answer, one["output"])
                answers.append(answer)
                if one["probability"] is not None:
                    self.assertTrue(0 < one["probability"] < 1)
            self.assertEqual(row["votes"], {"A": answers.count("A"), "B": answers.count("B"), "unparsed": answers.count(None)})
            winner = "A" if answers.count("A") > answers.count("B") else "B" if answers.count("B") > answers.count("A") else None
            self.assertEqual(row["winner"], winner)
            means = [[one["probability"] for one in judgements if one["swapped"] == order and one["probability"] is not None]
                     for order in (False, True)]
            if all(means):
                self.assertAlmostEqual(row["probability"], sum(sum(one) / len(one) for one in means) / 2, places=9)
                self.assertAlmostEqual(row["margin"], 2 * row["probability"] - 1, places=9)
            unparsed += answers.count(None)
        self.assertEqual(said["unparsed"], unparsed)
        self.assertGreater(sum(row["probability"] is not None for row in scored), 0, "no judgement was read at all")

    def test_columns_of_other_names_are_mapped(self):
        rows = [row for row in self.rows(12) if row["task"] == "image_generation"]
        self.run_command("score", self.write(rows))
        foreign = [{"request": row["query"], "left": row["media_a"]["image"], "right": row["media_b"]["image"],
                    "vote": {"A": "left", "B": "right"}[row["gold"]], "note": 1} for row in rows]
        path = self.write(foreign, "foreign.jsonl")
        names = [part for entry in ("query=request", "media_a=left", "media_b=right", "gold=vote", "gold:left=A", "gold:right=B")
                 for part in ("--map", entry)]
        mapped = self.demo / "mapped.jsonl"
        self.run_command("score", path, *names, out=mapped)
        own = [dict(row, id=f"row-{i}") for i, row in enumerate(read_lines(self.out))]
        self.assertEqual([{key: row[key] for key in ("id", "gold", "winner", "probability")} for row in read_lines(mapped)],
                         [{key: row[key] for key in ("id", "gold", "winner", "probability")} for row in own])
        wrong = self.run_command("score", path, "--map", "query=requests", "--map", "media_a=left", "--map", "media_b=right",
                                 expect=2, out=self.demo / "none.jsonl")
        self.assertIn("did you mean 'request'?", wrong.stderr)

    @staticmethod
    def still_works(process):
        """Waits for the end of the process's output, though not long: False when it has ended."""
        select.select([process.stderr], [], [], 0.005)
        return process.poll() is None

    def test_the_two_orders_are_the_same_question(self):
        """Rows with A and B exchanged by hand are judged as the engine exchanges them itself."""
        rows = self.rows(8)
        exchange = {"a": "b", "b": "a", "media_a": "media_b", "media_b": "media_a", "caption_a": "caption_b", "caption_b": "caption_a"}
        flipped = [{exchange.get(key, key): value for key, value in row.items() if key != "gold"} for row in rows]
        self.run_command("score", self.write(rows), "--both-orders")
        other = self.demo / "flipped.jsonl"
        self.run_command("score", self.write(flipped, "flipped.jsonl"), "--both-orders", out=other)
        for first, second in zip(read_lines(self.out), read_lines(other)):
            self.assertEqual([one["output"] for one in first["judgements"]], [one["output"] for one in second["judgements"]][::-1])
            if first["probability"] is not None:
                self.assertAlmostEqual(first["probability"], 1 - second["probability"], places=5)

    def test_killed_again_and_again_it_loses_and_doubles_nothing(self):
        data = self.write([dict(row, id=f"{row['id']}-{copy}") for copy in range(10) for row in self.rows(12)])
        options = ("--voting", 2, "--batch", 5)
        undisturbed = self.demo / "undisturbed.jsonl"
        self.run_command("score", data, *options, out=undisturbed)
        state = pathlib.Path(str(self.out) + ".state")

        def batches_done():
            return state.read_text().count("\n") - 1 if state.exists() else -1

        kills = 0
        for target in (1, 3, 6, 9):
            process = subprocess.Popen([engine.ENGINE, *self.command("score", data, *options)], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.PIPE, text=True)
            while batches_done() < target and self.still_works(process):
                pass
            if process.poll() is None:
                process.kill()
                kills += 1
            process.communicate()
        self.assertGreater(kills, 1, "the job was never killed")
        done = json.loads(self.run_command("score", data, *options, "--json").stdout)
        self.assertEqual(done["rows_before"] + done["rows_judged"], 120)
        self.assertGreaterEqual(done["rows_before"], 30)
        self.assertEqual(self.out.read_bytes(), undisturbed.read_bytes())
        again = json.loads(self.run_command("score", data, *options, "--json").stdout)
        self.assertEqual((again["rows_before"], again["rows_judged"]), (120, 0))

    def test_an_interrupt_ends_after_a_whole_batch(self):
        data = self.write([dict(row, id=f"{row['id']}-{copy}") for copy in range(17) for row in self.rows(12)])
        process = subprocess.Popen([engine.ENGINE, *self.command("score", data, "--batch", 5)], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        state = pathlib.Path(str(self.out) + ".state")
        while not (state.exists() and state.read_text().count("\n") > 1) and self.still_works(process):
            pass
        process.terminate()
        _, error = process.communicate()
        self.assertEqual(process.returncode, 3, error)
        self.run_command("score", data, "--batch", 5)
        self.assertEqual([row["id"] for row in read_lines(self.out)], [row["id"] for row in read_lines(data)])

    def candidates(self):
        rows = [row for row in self.rows(12) if row["task"] == "image_understanding"]
        for i, row in enumerate(rows):
            row["responses"] = [row.pop("a"), row.pop("b"), f"it is number {i}"]
            row.pop("gold", None)
        return self.write(rows)

    def test_best_kept_and_preferred_agree_with_the_scores(self):
        data = self.candidates()
        options = ("--both-orders", "--voting", 2, "--temperature", 1)
        self.run_command("score", data, *options)
        scores = {row["id"]: row["scores"] for row in read_lines(self.out)}
        for row in read_lines(self.out):
            self.assertEqual([(pair["a"], pair["b"]) for pair in row["pairs"]], [(0, 1), (0, 2), (1, 2)])
            self.assertAlmostEqual(sum(row["scores"]), 1.5, places=9)
        texts = {row["id"]: row["responses"] for row in read_lines(data)}
        best, kept, pairs = (self.demo / name for name in ("best.jsonl", "kept.jsonl", "pairs.jsonl"))
        self.run_command("best-of-n", data, *options, out=best)
        for row in read_lines(best):
            self.assertEqual(row["scores"], scores[row["id"]])
            self.assertEqual(row["best"], row["scores"].index(max(row["scores"])))
            self.assertEqual(row["response"], texts[row["id"]][row["best"]])
        self.run_command("rejection-sample", data, *options, "--min-score", 0.5, "--keep", 2, out=kept)
        want = [(name, i) for name, values in scores.items()
                for i in sorted(range(3), key=lambda i: -values[i])[:2] if values[i] >= 0.5]
        self.assertEqual([(row["id"], row["candidate"]) for row in read_lines(kept)], want)
        self.run_command("export-pairs", data, *options, "--min-margin", 0.02, out=pairs)
        written = {row["id"]: row for row in read_lines(pairs)}
        for name, values in scores.items():
            margin = max(values) - min(values)
            self.assertEqual(name in written, margin >= 0.02, (name, margin))
            if name in written:
                self.assertEqual(written[name]["messages"][-1]["content"], texts[name][values.index(max(values))])
                self.assertAlmostEqual(written[name]["margin"], margin, places=12)

    def damaged_rows(self):
        """Files whose third row has a medium that begins well: an image, one of two candidates, a frame of a video."""
        files = {}
        for name, task in (("cut.png", "image_understanding"), ("cut-b.png", "image_generation"), ("cut-frame", "video_understanding")):
            rows = [row for row in self.rows(12) if row["task"] == task]
            damaged = rows[2] | {"id": "damaged-row"}
            media = damaged["media_b"] if task == "image_generation" else damaged["media"][0]
            kind, = {"image", "video"} & set(media)
            source, target = self.demo / "data" / media[kind], self.demo / "data" / name
            if kind == "video":
                target.mkdir(exist_ok=True)
                for frame in source.iterdir():
                    (target / frame.name).write_bytes(frame.read_bytes())
                frame = sorted(target.iterdir())[-1]
                frame.write_bytes(frame.read_bytes()[:frame.stat().st_size // 2])
            else:
                whole = source.read_bytes()
                target.write_bytes(whole[:len(whole) // 2])
            media = dict(media, **{kind: name})
            damaged |= {"media_b": media} if task == "image_generation" else {"media": [media]}
            files[name] = self.write([rows[0], rows[1], damaged], f"damaged-{name}.jsonl")
        return files

    def test_refusals_come_before_any_work(self):
        rows = self.rows(4)
        data = self.write(rows)

        def refused(words, *options, data=data, out=None):
            done = self.run_command("score", data, *options, expect=2, out=out)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            for word in words:
                self.assertIn(word, done.stderr)

        refused(["tokens", rows[0]["id"]], "--max-prompt-tokens", 5)
        refused(["--max-new-tokens"], "--max-new-tokens", 4000)
        visual = next(i for i, row in enumerate(rows) if row["task"] != "text")
        lost = json.loads(json.dumps(rows).replace(".png", ".gif").replace("/v", "/lost"))
        refused(["not found", rows[visual]["id"]], data=self.write(lost, "lost.jsonl"))
        for name, broken in self.damaged_rows().items():
            with self.subTest(name):
                refused([name, f"{broken.name}:3", "damaged-row"], data=broken)
        self.assertFalse(self.out.exists())
        self.assertFalse(pathlib.Path(str(self.out) + ".state").exists())
        # Who reads captions is shown no picture.
        captioned = [row | {"caption": "cross: red."} for row in read_lines(self.damaged_rows()["cut.png"])]
        self.run_command("score", self.write(captioned, "captioned-rows.jsonl"), "--mode", "caption", out=self.demo / "captions.jsonl")
        self.run_command("score", data)
        refused(["voting is 3, it was begun with 1"], "--voting", 3)
        self.out.write_text("mine")
        refused(["holds 4 bytes"])
        refused(["already there"], out=data)


if __name__ == "__main__":
    engine.main()
