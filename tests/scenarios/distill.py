# SPDX-License-Identifier: GPL-3.0-or-later
"""Distillation alone: one teacher or several, a second round where the first leaves it open, stopped and gone on with, audited and exported."""
import json
import os
import signal
import subprocess
import time

import engine


class Distill(engine.EngineTest):
    """The base judge is at chance: it writes the right format and votes both ways, which is what these tests need."""

    def setUp(self):
        super().setUp()
        self.data = self.demo / "data" / "unlabelled.jsonl"
        self.base = self.demo / "base"

    def words(self, *options, run=None, teachers=None):
        words = ["distill", self.data, "--run", run or self.run_folder, "--prompts", "demo", "--paths", 4, "--max-new-tokens", 80, "--threads", 1]
        for teacher in teachers or [self.base]:
            words += ["--teacher", teacher]
        return [*words, *options]

    def distill(self, *options, run=None, teachers=None, expect=0):
        return self.engine(*self.words(*options, run=run, teachers=teachers), expect=expect)

    def paths(self, run=None):
        """Sample id -> [(text, answer, teacher, round)] in their order."""
        items = {}
        for sample, *path in self.query_of(run, "select c.sample_id, p.text, p.answer, p.teacher, p.round from candidates c "
                                                "join candidate_paths p on p.candidate = c.id order by c.sample_id, p.position"):
            items.setdefault(sample, []).append(tuple(path))
        return items

    def query_of(self, run, sql):
        before, self.run_folder = self.run_folder, run or self.run_folder
        rows = self.query(sql)
        self.run_folder = before
        return rows

    def test_one_teacher_leaves_a_set_to_audit(self):
        done = self.distill()
        self.assertIn("results made", done.stdout)
        self.assertIn("msrl-engine audit", done.stdout)
        items = self.paths()
        self.assertEqual(len(items), len(self.data.read_text().splitlines()))
        self.assertTrue(all(len(paths) == 4 for paths in items.values()))
        self.assertEqual({path[2:] for paths in items.values() for path in paths}, {("", 1)}, "one teacher needs no name")
        self.assertEqual(self.query("select count(*) from decisions", database="audit.db"), [(0,)])
        self.assertIn("0 results made", self.distill().stdout)
        self.assertEqual(self.paths(), items)
        # The run's own project is what was asked, and resume needs the folder alone.
        self.assertIn("0 results made", self.engine("resume", self.run_folder).stdout)

    def test_several_teachers_vote_together_and_each_path_names_its_own(self):
        alone, both = self.demo / "alone", self.demo / "both"
        self.distill(run=alone)
        self.distill(run=both, teachers=[f"first={self.base}", f"second={self.base}"])
        one, two = self.paths(alone), self.paths(both)
        for sample, paths in two.items():
            self.assertEqual([path[2] for path in paths], ["first"] * 4 + ["second"] * 4)
            self.assertEqual([path[0] for path in paths[:4]], [path[0] for path in one[sample]], "the first is asked as if alone")
        self.assertNotEqual([path[0] for paths in two.values() for path in paths[4:]], [path[0] for paths in two.values() for path in paths[:4]])
        votes = self.query_of(both, "select sample_id, votes_a, votes_b, chosen, teacher, reason from candidates")
        for sample, a, b, chosen, teacher, reason in votes:
            answers = [path[1] for path in two[sample]]
            self.assertEqual((a, b), (answers.count("A"), answers.count("B")))
            self.assertEqual(teacher, two[sample][chosen][2] if chosen >= 0 else "")
            first = [path[1] for path in two[sample][:4]]
            self.assertIn(f"first {first.count('A')}:{first.count('B')}", reason)
        self.assertEqual({teacher for *_, teacher, _ in votes} - {""}, {"first", "second"})

    def test_a_second_round_asks_only_where_the_first_left_it_open(self):
        again = self.demo / "again"
        self.distill()
        self.distill("--second-round", "undecided", "--second-paths", 3, run=again)
        first, second = self.paths(), self.paths(again)
        chosen = dict(self.query("select sample_id, chosen from candidates"))
        self.assertTrue(any(choice < 0 for choice in chosen.values()) and any(choice >= 0 for choice in chosen.values()),
                        "the set must hold both kinds for this test to say anything")
        for sample, paths in second.items():
            self.assertEqual(paths[:4], first[sample])
            self.assertEqual([path[3] for path in paths[4:]], [2] * 3 if chosen[sample] < 0 else [])
        # What is added is what more paths would have been from the start.
        longer = self.demo / "longer"
        self.distill("--paths", 7, run=longer)
        for sample, paths in self.paths(longer).items():
            self.assertEqual([path[0] for path in second[sample]], [path[0] for path in paths][:len(second[sample])])
        summary = next(json.loads(manifest.read_text()) for manifest in (again / "artefacts").glob("*/manifest.json")
                       if json.loads(manifest.read_text())["type"] == "cmkd")["summary"]
        self.assertEqual(summary["asked_again"], sum(choice < 0 for choice in chosen.values()))
        unsure = self.demo / "unsure"
        self.distill("--second-round", "unsure", "--second-paths", 1, "--second-below", 0.5, run=unsure)
        self.assertTrue(all(len(paths) == 5 for paths in self.paths(unsure).values()), "a log-probability is never above 0.5")

    def test_killed_and_called_again_it_leaves_the_same(self):
        rows = [json.loads(line) for line in self.data.read_text().splitlines()]
        # Two parts: the first is kept on the disk before the second begins.
        self.data.write_text("".join(json.dumps({**rows[i % len(rows)], "id": f"s{i:03}"}) + "\n" for i in range(200)))
        undisturbed = self.demo / "undisturbed"
        self.distill(run=undisturbed)
        process = subprocess.Popen([engine.ENGINE, *map(str, self.words())], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 300
        while not list(self.run_folder.glob("artefacts/*.work/part-*.jsonl")) and process.poll() is None:
            self.assertLess(time.monotonic(), deadline)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        part = next(self.run_folder.glob("artefacts/*.work/part-*.jsonl"))
        written = part.stat().st_mtime_ns
        self.distill()
        self.assertEqual(self.paths(), self.paths(undisturbed))
        if part.exists():
            self.assertEqual(part.stat().st_mtime_ns, written, "what was finished is not written anew")

    def test_a_gate_makes_the_accepted_set(self):
        self.distill()
        self.assertIn("no gate", self.engine("audit", self.run_folder, "--export", self.demo / "set.jsonl", expect=2).stderr)
        (rejected,) = self.query("select sample_id from candidates where chosen >= 0 limit 1")[0]
        self.engine("audit", self.run_folder, "--auditor", "Ann", "--reject", rejected, "--sign-off")
        done = self.distill("--gate", "wait")  # the set is found, and is signed off already
        self.assertIn("--export", done.stdout)
        self.engine("audit", self.run_folder, "--export", self.demo / "set.jsonl")
        ids = [json.loads(line)["id"] for line in (self.demo / "set.jsonl").read_text().splitlines()]
        self.assertNotIn(rejected, ids)
        self.assertTrue(ids)

    def test_captions_may_lie_in_a_file_of_their_own(self):
        self.distill()
        wanted = self.paths()
        rows = [json.loads(line) for line in self.data.read_text().splitlines()]
        captions = self.demo / "captions.jsonl"
        with captions.open("w") as file:
            for row in rows:
                for medium, caption in [*((medium, row.get("caption")) for medium in row.get("media", [])),
                                        *((row[f"media_{side}"], row.get(f"caption_{side}")) for side in "ab" if f"media_{side}" in row)]:
                    file.write(json.dumps({**medium, "caption": caption}) + "\n")
        bare = self.data.with_name("bare.jsonl")
        bare.write_text("".join(json.dumps({key: value for key, value in row.items() if not key.startswith("caption")}) + "\n" for row in rows))
        self.data = bare
        other = self.demo / "other"
        self.assertIn("caption", self.distill(run=other, expect=2).stderr)
        self.distill("--captions", captions, run=other)
        self.assertEqual(self.paths(other), wanted)
        captions.write_text("".join(captions.read_text().splitlines(keepends=True)[1:]))
        self.assertIn("has no row in", self.distill("--captions", captions, run=self.demo / "third", expect=2).stderr)

    def test_what_does_not_fit_is_refused_before_anything_is_written(self):
        for options, words in (
                (["--second-paths", 3], ["second_paths", "second_round"]),
                (["--paths", 0], ["--paths", "1"]),
                (["--label-mode", "dice"], ["--label-mode"]),
                (["--teacher", self.demo / "nowhere"], ["nowhere", "does not exist"])):
            refused = self.distill(*options, expect=2).stderr
            for word in words:
                self.assertIn(word, refused)
            self.assertFalse(self.run_folder.exists(), options)
        refused = self.distill(teachers=[f"one={self.base}", f"one={self.base}"], expect=2).stderr
        self.assertIn("'one' is taken", refused)
        self.run_demo("--until", "sft")
        self.assertIn("holds a run of", self.distill(expect=2).stderr)


if __name__ == "__main__":
    engine.main()
