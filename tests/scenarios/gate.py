# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit gate: nothing distilled trains the student before the sign-off, and decisions decide."""
import json

import engine


class Gate(engine.EngineTest):
    def wait_for_gate(self, process):
        while json.loads(self.engine("status", self.run_folder, "--json").stdout)["phase"] != "awaiting-audit":
            self.assertIsNone(process.poll(), process.stderr.read() if process.poll() else "")

    def wait_for_folder(self, process):
        while not (self.run_folder / "run.json").exists():
            self.assertIsNone(process.poll())

    def accepted(self):
        """Sample id -> target, as the student was given them."""
        for manifest in (self.run_folder / "artefacts").glob("*/manifest.json"):
            if json.loads(manifest.read_text())["type"] == "gate":
                rows = (manifest.parent / "samples.jsonl").read_text().splitlines()
                return {row["id"]: row["completion"] for row in map(json.loads, rows)}
        self.fail("the gate left no set")

    def test_the_run_waits_and_follows_the_auditor(self):
        process = self.start_demo(gate="wait")
        self.wait_for_folder(process)
        self.wait_for_gate(process)
        self.assertEqual(self.query("select count(*) from metrics where stage = 'distil'"), [(0,)])
        self.assertIn("goes on when its set is signed off", self.engine("resume", self.run_folder).stdout)
        self.assertIn("once the gate is passed", self.engine("pause", self.run_folder).stdout)
        self.assertIn("still waits at the audit gate", self.engine("resume", self.run_folder).stdout)
        # Another path of the right format, of an item that has a choice.
        overridden, position, text = self.query(
            "select c.sample_id, p.position, p.text from candidates c join candidate_paths p on p.candidate = c.id "
            "where c.chosen >= 0 and p.format_ok = 1 and p.position <> c.chosen order by c.id limit 1")[0]
        items = self.query("select sample_id, target from candidates where chosen >= 0 and sample_id <> ? order by id limit 2", overridden)
        (kept, kept_target), (rejected, _) = items
        self.engine("audit", self.run_folder, "--auditor", "Ann", "--accept", kept, "--reject", rejected)
        refused = self.engine("audit", self.run_folder, "--auditor", "Ann", "--override", f"{overridden}={position + 1}", expect=2)
        self.assertIn("reason", refused.stderr)
        for words, *options in ((["decided twice", rejected], "--accept", rejected, "--reject", rejected),
                                (["no distilled set 'none'", "cmkd"], "--stage", "none", "--accept", kept),
                                (["--svg", "--risk"], "--svg", self.demo / "risk.svg")):
            refused = self.engine("audit", self.run_folder, "--auditor", "Ann", *options, expect=2)
            for word in words:
                self.assertIn(word, refused.stderr)
        tie = self.query("select sample_id from candidates where chosen < 0 limit 1")
        if tie:
            refused = self.engine("audit", self.run_folder, "--auditor", "Ann", "--accept", tie[0][0], expect=2)
            self.assertIn("no machine choice", refused.stderr)
        bad = self.query("select c.sample_id, p.position from candidates c join candidate_paths p on p.candidate = c.id where p.format_ok = 0 limit 1")
        if bad:
            refused = self.engine("audit", self.run_folder, "--auditor", "Ann", "--reason", "r", "--override", f"{bad[0][0]}={bad[0][1] + 1}", expect=2)
            self.assertIn("not in the format", refused.stderr)
        for number in ("4294967297", "99999999999999999999", "0", "1x", ""):
            refused = self.engine("audit", self.run_folder, "--auditor", "Ann", "--reason", "r", "--override", f"{overridden}={number}", expect=2)
            self.assertIn("not of the form SAMPLE=PATH", refused.stderr)
        self.engine("audit", self.run_folder, "--auditor", "Ann", "--override", f"{overridden}={position + 1}",
                    "--reason", "a better thought")
        self.engine("audit", self.run_folder, "--auditor", "Ann", "--sign-off")
        _, err = process.communicate(timeout=600)
        self.assertEqual(process.returncode, 0, err)
        accepted = self.accepted()
        self.assertEqual(accepted[kept], kept_target)
        self.assertNotIn(rejected, accepted)
        self.assertTrue(accepted[overridden].endswith(text.split("</type>")[-1]))

    def test_a_waiting_run_can_be_stopped_and_resumed(self):
        process = self.start_demo(gate="wait")
        self.wait_for_folder(process)
        self.wait_for_gate(process)
        self.engine("stop", self.run_folder)
        process.communicate(timeout=300)
        self.assertEqual(process.returncode, 3)
        self.engine("audit", self.run_folder, "--auditor", "Ann", "--sign-off")
        self.engine("resume", self.run_folder)
        self.assertEqual(len(self.report()["stages"]), 6)

    def test_a_sign_off_counts_only_for_the_set_that_it_was_given_for(self):
        self.run_demo("--until", "gate")
        self.engine("audit", self.run_folder, "--auditor", "Ann", "--sign-off")
        self.run_demo("--until", "distil", gate="wait")  # the same set: goes through
        self.set_parameter("cmkd", "paths", 3)
        process = self.start_demo("--until", "distil", gate="wait")
        self.wait_for_gate(process)
        self.engine("stop", self.run_folder)
        process.communicate(timeout=300)
        self.assertEqual(process.returncode, 3)


if __name__ == "__main__":
    engine.main()
