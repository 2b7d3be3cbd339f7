# SPDX-License-Identifier: GPL-3.0-or-later
"""`tail`, `export-run`, `run --detached` and what a second start says, on a real run."""
import csv
import json
import os
import signal
import struct
import time

import engine


def crc32c(data):
    """Bit by bit, unlike the engine's table."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(path):
    data = path.read_bytes()
    at = 0
    while at < len(data):
        head = data[at:at + 8]
        (length,) = struct.unpack("<Q", head)
        assert struct.unpack_from("<I", data, at + 8)[0] == masked(head)
        body = data[at + 12:at + 12 + length]
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(body)
        yield body
        at += length + 16


def fields(message):
    """(number, value) of a protobuf message."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        tag = varint()
        kind = tag & 7
        if kind == 0:
            value = varint()
        elif kind == 2:
            size = varint()
            value = message[at:at + size]
            at += size
        else:
            code, size = {1: ("<d", 8), 5: ("<f", 4)}[kind]
            (value,) = struct.unpack_from(code, message, at)
            at += size
        yield tag >> 3, value


class RunTools(engine.EngineTest):
    def points(self):
        return self.query("select stage, step, name, source, value from metrics order by id")

    def test_export_of_every_format_holds_the_rows_of_the_database(self):
        self.run_demo("--until", "sft")
        rows = self.points()
        self.assertGreater(len(rows), 10)
        self.engine("export-run", self.run_folder, "--format", "csv", "--out", self.demo / "m.csv")
        with open(self.demo / "m.csv", newline="") as file:
            got = [(r["stage"], int(r["step"]), r["name"], r["source"], float(r["value"])) for r in csv.DictReader(file)]
        self.assertEqual(got, rows)
        self.engine("export-run", self.run_folder, "--format", "json", "--out", self.demo / "m.json")
        series = json.loads((self.demo / "m.json").read_text())["series"]
        got = [(s["stage"], step, s["name"], s["source"], value) for s in series for step, value in zip(s["steps"], s["values"])]
        self.assertEqual(sorted(got), sorted(rows))
        self.engine("export-run", self.run_folder, "--format", "tensorboard", "--out", self.demo / "tb")
        got = []
        for path in (self.demo / "tb").rglob("events.out.tfevents.*"):
            place = path.parent.relative_to(self.demo / "tb").parts
            first, *events = records(path)
            self.assertEqual(dict(fields(first))[3], b"brain.Event:2")
            for event in events:
                event = dict(fields(event))
                value = dict(fields(dict(fields(event[5]))[1]))
                got.append((place[0], event[2], value[1].decode(), place[1] if len(place) > 1 else "", value[2]))
        single = [(*row[:4], struct.unpack("<f", struct.pack("<f", row[4]))[0]) for row in rows]
        self.assertEqual(sorted(got), sorted(single))
        refused = self.engine("export-run", self.run_folder, "--format", "csv", "--out", self.demo / "m.csv", expect=2)
        self.assertIn("exists already", refused.stderr)
        self.assertIn("'xls'", self.engine("export-run", self.run_folder, "--format", "xls", "--out", self.demo / "n", expect=2).stderr)

    def test_tail_tells_the_events_and_ends_with_the_run(self):
        process = self.start_demo("--until", "sft")
        while not (self.run_folder / "run.json").exists():
            self.assertIsNone(process.poll())
        followed = self.engine("tail", self.run_folder, "--follow", "-n", 100000, "--json", "--level", "debug")
        self.assertEqual(process.communicate()[1], "")
        got = [json.loads(line) for line in followed.stdout.splitlines()]
        self.assertEqual([(one["kind"], one["text"]) for one in got], self.query("select kind, text from events order by id"))
        self.assertEqual(got[-1]["kind"], "run-end")
        last = self.engine("tail", self.run_folder, "-n", 1).stdout
        self.assertIn("finished", last)
        self.assertEqual(last.count("\n"), 1)
        self.assertEqual(self.engine("tail", self.run_folder, "--level", "error").stdout, "")
        self.assertIn("no level", self.engine("tail", self.run_folder, "--level", "loud", expect=2).stderr)
        self.assertIn("run.json", self.engine("tail", self.demo, expect=2).stderr)

    def test_detached_gives_the_prompt_back(self):
        done = self.run_demo("--until", "sft", "--detached")
        info = json.loads((self.run_folder / "run.json").read_text())
        pid = info["pid"]
        self.assertIn(f"process {pid}", done.stdout)
        self.assertIn("tail", done.stdout)
        try:
            self.assertEqual(os.getsid(pid), pid)
        except ProcessLookupError:
            pass  # it has finished by now
        self.assertIn("finished", self.engine("tail", self.run_folder, "--follow", "-n", 1000).stdout)
        self.assertEqual(self.stage_states()["sft"], "done")

    def test_how_a_detached_engine_was_ended_is_known(self):
        self.set_parameter("sft", "epochs", 500)
        self.run_demo("--until", "sft", "--detached")
        pid = json.loads((self.run_folder / "run.json").read_text())["pid"]
        self.assertEqual(os.getpgid(pid), pid)  # so that the group of the engine can be signalled
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while not (self.run_folder / "process-end.json").exists():
            self.assertLess(time.monotonic(), deadline)
        status = json.loads(self.engine("status", self.run_folder, "--json").stdout)
        self.assertEqual((status["phase"], status["signal"], status["alive"]), ("killed", 9, False))
        self.assertIn("killed by signal 9 (SIGKILL)", self.engine("status", self.run_folder).stdout)
        self.set_parameter("sft", "epochs", 1)
        self.run_demo("--until", "sft", "--detached")
        self.assertIn("finished", self.engine("tail", self.run_folder, "--follow", "-n", 1000).stdout)
        self.assertNotIn("signal", json.loads(self.engine("status", self.run_folder, "--json").stdout))

    def test_detached_refusals_reach_the_terminal(self):
        self.set_parameter("rl_text", "group_size", 1)
        refused = self.run_demo("--detached", expect=2)
        self.assertIn("out of range", refused.stderr)
        self.assertEqual(refused.stderr.count("\n"), 1)
        self.assertFalse(self.run_folder.exists())

    def test_a_second_start_says_what_changed(self):
        self.run_demo("--until", "sft")
        self.set_parameter("sft", "lr", 0.00123)
        out = self.run_demo("--until", "sft", "--seed", 5).stdout
        told = next(line for line in out.splitlines() if "changed since the last start" in line)
        self.assertIn("sft.lr", told)
        self.assertIn("-> 0.00123", told)
        self.assertIn("option seed", told)
        self.assertNotIn("rl_text", told)
        self.assertEqual(self.query("select count(*) from events where kind = 'settings'"), [(1,)])
        self.assertNotIn("changed since", self.run_demo("--until", "sft", "--seed", 5).stdout)


if __name__ == "__main__":
    engine.main()
