# SPDX-License-Identifier: GPL-3.0-or-later
"""`data inspect`, `check` and `convert` on files as people have them."""
import base64
import gzip
import json
import pathlib
import tempfile

import engine
import pictures


def row(preference, first="4", second="5"):
    return json.dumps({"domain": "general", "language": "en", "context": [{"role": "user", "content": "2+2?"}],
                       "response1": first, "response2": second, "overall_preference": preference,
                       "individual_preference": []}) + "\n"


class Data(engine.CommandTest):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)

    def write(self, *rows):
        path = self.folder / "train.jsonl.gz"
        path.write_bytes(gzip.compress("".join(rows).encode()))
        return path

    def inspect(self, path, *options):
        return json.loads(self.engine("data", "inspect", path, "--format", "helpsteer3", "--json", *options).stdout)

    def test_counts_duplicates_and_contradictions(self):
        # The third repeats the first; the fourth is the first exchanged, with the same candidate better; the
        # fifth is exchanged too and says the opposite.
        path = self.write(row(-1), row(0, "6", "7"), row(-3), row(2, "5", "4"), row(-2, "5", "4"))
        found = self.inspect(path)
        self.assertEqual(found["samples"], 5)
        self.assertEqual(found["gold"], {"A": 3, "B": 1, "none": 1})
        self.assertEqual(found["by_task"], {"text": 5})
        self.assertEqual(found["duplicates"], 3)
        self.assertEqual(found["contradictions"], 1)
        self.assertEqual([one["contradicts"] for one in found["repetitions"]], [False, False, True])
        self.assertIn("train.jsonl.gz:5", found["repetitions"][2]["sample"])
        self.assertEqual(found["text_bytes"], {"least": 6, "mean": 6.0, "most": 6})
        done = self.engine("data", "check", path, "--format", "helpsteer3", expect=2)
        self.assertIn("1 contradictory", done.stderr)
        self.engine("data", "check", self.write(row(-1), row(0, "6", "7")), "--format", "helpsteer3")

    def test_converted_rows_read_the_same(self):
        path = self.write(row(-1), row(0, "6", "7"), row(3, "8", "9"))
        target = self.folder / "rows.jsonl"
        self.engine("data", "convert", path, target, "--format", "helpsteer3")
        self.assertEqual(self.inspect(path) | {"repetitions": 0},
                         json.loads(self.engine("data", "inspect", target, "--json").stdout) | {"repetitions": 0})
        done = self.engine("data", "convert", path, target, "--format", "helpsteer3", expect=2)
        self.assertIn("already there", done.stderr)

    def test_what_a_benchmark_shares_with_the_data_is_found(self):
        (self.folder / "images").mkdir()
        for name, grey in (("train.png", 7), ("bench.png", 7), ("other.png", 8)):
            pictures.write_png(self.folder / "images" / name, (2, 1, [bytes([grey]) * 6]))

        def own(name, image, query, a, b):
            return {"id": name, "task": "image_understanding", "query": query, "media": [{"image": "images/" + image}], "a": a, "b": b}

        train = self.folder / "own.jsonl"
        train.write_text("".join(json.dumps(row) + "\n" for row in (
            own("picture", "train.png", "Which animal?", "dog", "cat"), own("pair", "other.png", "what IS it?", "A lamp", "a  tram"))))
        (self.folder / "data.jsonl").write_text(json.dumps({"id": "RLAIF-V_0", "query": "What is it?", "response": ["a tram", "A LAMP"],
                                                            "image": "images/bench.png", "human_ranking": [0, 1]}) + "\n")
        options = ("--against", self.folder, "--benchmark", "vl_rewardbench")
        done = self.engine("data", "check", train, *options, "--json", expect=2)
        found = json.loads(done.stdout)["leakage"]
        self.assertEqual((found["media"], found["pair"], found["question"]), (1, 1, 0))
        self.assertIn("picture", found["list"][0]["sample"])
        self.assertIn("RLAIF-V_0", found["list"][0]["benchmark"])
        self.assertIn("share a medium", done.stderr)
        train.write_text(json.dumps(own("new", "other.png", "Where?", "here", "there")) + "\n")
        self.engine("data", "check", train, *options)
        self.engine("data", "check", train, "--against", train, expect=2)

    def test_missing_media_are_named(self):
        table = self.folder / "videogen-rewardbench.csv"
        table.write_text("path_A,path_B,prompt,Overall\nv/0.mp4,v/1.mp4,cat,A\n")
        found = json.loads(self.engine("data", "inspect", table, "--json").stdout)
        self.assertEqual(len(found["missing_media"]), 1)
        self.assertIn("v/0", found["missing_media"][0])
        self.engine("data", "check", table, expect=2)

    def test_check_decodes_images_and_videos(self):
        good = self.folder / "good.png"
        pictures.write_png(good, (40, 30, [bytes(120)] * 30))
        (self.folder / "cut.png").write_bytes(good.read_bytes()[:50])
        frames = [(8, 8, [bytes([grey]) * 24] * 8) for grey in range(9)]
        pictures.write_avi(self.folder / "good.avi", frames, 5)
        (self.folder / "text.avi").write_text("no video")
        inside = "data:image/png;base64," + base64.b64encode(good.read_bytes()).decode()
        rows = [self.pair(0, "good.png", "A"), self.pair(1, "cut.png", "A"), self.pair(2, inside, "B"), self.pair(3, "good.png", "B")]
        rows[3]["media"].append({"image": "cut.png"})
        for number, names in ((4, ("good", "good")), (5, ("good", "text"))):
            media = [{"video": name + ".avi", "frames": 4 + side} for side, name in enumerate(names)]
            rows.append({"id": str(number), "task": "video_generation", "query": f"q{number}", "media_a": media[0], "media_b": media[1]})
        path = self.folder / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))

        done = self.engine("data", "check", path, "--json", expect=2)
        found = json.loads(done.stdout)["decoded"]
        # good.png, cut.png and the one in the row; good.avi with four frames and with five, text.avi.
        self.assertEqual((found["images"], found["videos"]), (3, 3))
        for fault, words in zip(found["faults"], (("rows.jsonl:2", "sample 1", "field media[0]", "cut.png"),
                                                  ("rows.jsonl:4", "sample 3", "field media[1]", "cut.png"),
                                                  ("rows.jsonl:6", "sample 5", "field media_b", "text.avi")), strict=True):
            for word in words:
                self.assertIn(word, fault)
        self.assertIn("3 media that cannot be decoded", done.stderr)
        self.assertIn("3 images and 3 videos decoded, 3 fields", self.engine("data", "check", path, "--tiles", expect=2).stdout)
        self.assertNotIn("decoded", json.loads(self.engine("data", "check", path, "--no-decode", "--json").stdout))
        self.assertNotIn("decoded", self.inspect_own(path))

        path.write_text("".join(json.dumps(rows[number]) + "\n" for number in (0, 2, 4)))
        found = json.loads(self.engine("data", "check", path, "--json").stdout)["decoded"]
        self.assertEqual(found, {"images": 2, "videos": 2, "faults": []})

    def inspect_own(self, path):
        return json.loads(self.engine("data", "inspect", path, "--json").stdout)

    def pair(self, number, image, gold):
        return {"id": str(number), "task": "image_understanding", "query": f"q{number}", "media": [{"image": image}], "a": "x", "b": "y", "gold": gold}

    def rows_with_pictures(self):
        (self.folder / "i").mkdir()
        pictures.write_png(self.folder / "i/wide.png", (900, 450, [bytes(2700)] * 450))
        pictures.write_png(self.folder / "i/small.png", (20, 20, [b"\xff" * 60] * 20))
        rows = [self.pair(0, "i/wide.png", "A"), self.pair(1, "i/small.png", "B"), self.pair(2, "i/small.png", "B")]
        path = self.folder / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    def lines(self, path):
        return [json.loads(line) for line in path.read_text().splitlines()]

    def test_parquet_and_back_keeps_rows_and_pictures(self):
        rows = self.rows_with_pictures()
        table, again = self.folder / "rows.parquet", self.folder / "again.jsonl"
        self.engine("data", "convert", rows, table)
        self.assertEqual(table.read_bytes()[:4], b"PAR1")
        self.engine("data", "convert", table, again, "--media", self.folder / "out")
        written = self.lines(again)
        for before, after in zip(self.lines(rows), written, strict=True):
            image = after["media"][0].pop("image")
            self.assertEqual((self.folder / image).read_bytes(), (self.folder / before["media"][0].pop("image")).read_bytes())
            self.assertEqual(before, after)
        self.assertEqual(len(list((self.folder / "out").iterdir())), 2)  # one picture is in two rows
        found = [json.loads(self.engine("data", "inspect", path, "--json", "--tiles").stdout) for path in (rows, table, again)]
        for one in found:
            self.assertEqual(one["gold"], {"A": 1, "B": 2, "none": 0})
            # 900 x 450 is cut in two and has a thumbnail.
            self.assertEqual(one["tile_histogram"], [{"tiles": 1, "samples": 2}, {"tiles": 3, "samples": 1}])
            self.assertEqual(one["text_histogram"], [{"from": 4, "below": 8, "samples": 3}])
        self.assertIn("3 tiles", self.engine("data", "inspect", table, "--tiles").stdout)
        damaged = self.folder / "damaged.parquet"
        damaged.write_bytes(table.read_bytes()[:-9])
        done = self.engine("data", "check", damaged, expect=2)
        self.assertIn("damaged.parquet", done.stderr)
        self.assertIn("already there", self.engine("data", "convert", rows, table, expect=2).stderr)

    def test_rows_in_another_folder_still_find_their_pictures(self):
        rows = self.rows_with_pictures()
        (self.folder / "elsewhere").mkdir()
        target = self.folder / "elsewhere" / "rows.jsonl"
        self.engine("data", "convert", rows, target)
        self.assertEqual(self.lines(target)[0]["media"], [{"image": "../i/wide.png"}])
        self.engine("data", "check", target)
        (self.folder / "far" / "away").mkdir(parents=True)
        (self.folder / "link").symlink_to(self.folder / "far" / "away")
        self.engine("data", "convert", rows, self.folder / "link" / "rows.jsonl")
        self.engine("data", "check", self.folder / "link" / "rows.jsonl")
        self.assertIn(".jsonl", self.engine("data", "convert", rows, self.folder / "rows.txt", expect=2).stderr)
        self.assertFalse((self.folder / "rows.txt").exists())

    def test_columns_of_other_names_are_mapped(self):
        table = self.folder / "votes.csv"
        table.write_text("question,left,right,vote\n2+2?,4,5,left is better\n3+3?,5,6,right is better\n1+1?,2,2,tie\n")
        names = ("--map", "query=question", "--map", "a=left", "--map", "b=right", "--map", "gold=vote")
        values = ("--map", "gold:left is better=A", "--map", "gold:right is better=B", "--map", "gold:tie=none")
        target = self.folder / "rows.jsonl"
        self.engine("data", "convert", table, target, *names, *values)
        self.assertEqual([row.get("gold") for row in self.lines(target)], ["A", "B", None])
        self.assertEqual(self.lines(target)[1], {"id": "row-1", "task": "text", "query": "3+3?", "a": "5", "b": "6", "gold": "B"})
        found = json.loads(self.engine("data", "inspect", table, *names, *values, "--json").stdout)
        self.assertEqual(found["gold"], {"A": 1, "B": 1, "none": 1})
        for options, words in ((names, ("votes.csv:2", "column vote", "gold:VALUE=A")),
                               (("--map", "query=questoin", *names[2:]), ("'questoin'", "did you mean 'question'")),
                               (("--map", "qury=question"), ("'qury'", "did you mean 'query'")),
                               ((*names, "--map", "prompt=left"), ("query", "two columns")),
                               ((*names, "--format", "gram"), ("gram", "columns"))):
            done = self.engine("data", "check", table, *options, expect=2)
            for word in words:
                self.assertIn(word, done.stderr)

    def test_a_broken_row_writes_nothing(self):
        target = self.folder / "rows.jsonl"
        done = self.engine("data", "convert", self.write(row(-1), row(7)), target, "--format", "helpsteer3", expect=2)
        self.assertIn("train.jsonl.gz:2", done.stderr)
        self.assertFalse(target.exists())


if __name__ == "__main__":
    engine.main()
