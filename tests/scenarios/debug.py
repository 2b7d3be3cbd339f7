# SPDX-License-Identifier: GPL-3.0-or-later
"""`debug objective`, `parse` and `select` through their JSON lines, against the recorded cases (float64)."""
import json
import math
import pathlib
import struct

import engine

DATA = pathlib.Path(__file__).resolve().parents[1] / "data" / "rl"
RELATIVE = ABSOLUTE = 1e-10


def read_tensors(path):
    """Every tensor of a safetensors file as nested lists."""
    raw = path.read_bytes()
    size, = struct.unpack_from("<Q", raw)
    tensors = {}
    for name, entry in json.loads(raw[8:8 + size]).items():
        if name == "__metadata__":
            continue
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        code = {"F64": "d", "I64": "q"}[entry["dtype"]]
        flat = list(struct.unpack(f"<{(end - begin) // 8}{code}", raw[begin:end]))
        shape = entry["shape"]
        width = shape[-1]
        tensors[name] = [flat[i:i + width] for i in range(0, len(flat), width)] if len(shape) == 2 else flat
    return tensors


class Debug(engine.CommandTest):
    def ask(self, command, rows, *options):
        done = self.engine("debug", command, *options, text="".join(json.dumps(row) + "\n" for row in rows))
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(answers), len(rows))
        return answers

    def assertClose(self, got, want, where, absolute=ABSOLUTE):
        if isinstance(want, list):
            self.assertEqual(len(got), len(want), where)
            for a, b in zip(got, want):
                self.assertClose(a, b, where, absolute)
        elif isinstance(want, float):
            self.assertTrue(math.isclose(got, want, rel_tol=RELATIVE, abs_tol=absolute), f"{where}: {got} {want}")
        else:
            self.assertEqual(got, want, where)

    def test_advantages(self):
        cases = json.loads((DATA / "advantages.json").read_text())["cases"]
        keys = ("rewards", "num_generations", "scale_rewards")
        answers = self.ask("objective", [{"op": "advantages", **{key: case[key] for key in keys}} for case in cases])
        for i, (case, answer) in enumerate(zip(cases, answers)):
            self.assertClose(answer["advantages"], case["advantages"], i)
            self.assertClose(answer["frac_reward_zero_std"], case["frac_reward_zero_std"], i)

    def test_losses_and_gradients(self):
        tensors = read_tensors(DATA / "losses.safetensors")
        options = ("eps_low", "eps_high", "beta", "delta", "dual_clip", "logratio_clamp", "max_completion_length")
        rows, wanted = [], []
        for case in json.loads((DATA / "losses.json").read_text())["cases"]:
            batch = case["batch"]
            for aggregation, loss in case["loss"].items():
                row = {"op": "loss", "aggregation": aggregation, **{key: case[key] for key in options if key in case}}
                row |= {key: tensors[f"{batch}.{name}"] for key, name in
                        (("logp", "logp"), ("ref", "ref_logp"), ("mask", "mask"), ("advantages", "advantages"))}
                if not tensors[f"{batch}.old_equals_new"][0]:
                    row["old"] = tensors[f"{batch}.old_logp"]
                rows.append(row)
                wanted.append((case, loss, tensors[f"{batch}.{case['conf']}.grad.{aggregation}"]))
        self.assertEqual(len(rows), 132)
        for row, answer, (case, loss, grad) in zip(rows, self.ask("objective", rows), wanted):
            where = f"{case['batch']} {case['conf']} {row['aggregation']}"
            self.assertClose(answer["loss"], loss, where)
            self.assertClose(answer["grad"], grad, where)
            self.assertClose(answer["clip_ratio_low"], case["clip_ratio_low"], where)
            self.assertClose(answer["clip_ratio_high"], case["clip_ratio_high"], where)
            self.assertClose(answer["kl"], case["kl_k3_mean"], where)

    def test_logprobs(self):
        tensors = read_tensors(DATA / "logprobs.safetensors")
        batches = sorted({name.split(".")[0] for name in tensors})
        rows = [{"op": "logprob", "temperature": tensors[f"{batch}.temperature"][0],
                 **{key: tensors[f"{batch}.{key}"] for key in ("hidden", "weight", "targets")}} for batch in batches]
        for batch, answer in zip(batches, self.ask("objective", rows)):
            self.assertClose(answer["logprob"], tensors[f"{batch}.logprob"], batch)
            # It cancels when the logits are near 1e3.
            self.assertClose(answer["entropy"], tensors[f"{batch}.entropy"], batch, absolute=1e-9)

    def test_parse(self):
        rows = [json.loads(line) for line in (DATA / "reward_parser.jsonl").read_text().splitlines()]
        asked = [{key: row[key] for key in ("completion", "gold", "task_type")} for row in rows]
        for row, answer in zip(rows, self.ask("parse", asked, "--mode", "strict")):
            self.assertEqual(answer, row["strict"], row)
        for row, answer in zip(rows, self.ask("parse", asked, "--mode", "script")):
            if row["flags"]:  # Python's Unicode white space and case: ASCII here
                continue
            for key in ("format", "accuracy", "task"):
                self.assertEqual(answer[key], row["script"][key], row)

    def test_select(self):
        rows = [json.loads(line) for line in (DATA / "cmkd.jsonl").read_text().splitlines()]
        for measure in rows[0]["expected"]:
            for row, answer in zip(rows, self.ask("select", rows, "--confidence", measure)):
                want = row["expected"][measure]
                self.assertEqual(answer.keys(), want.keys())
                for key, value in want.items():
                    self.assertClose(answer[key], value, f"{row['id']} {measure} {key}")

    def refused(self, command, row, *expected):
        done = self.engine("debug", command, text=json.dumps(row) + "\n", expect=2)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for text in expected:
            self.assertIn(text, done.stderr)

    def test_refuses_what_it_cannot_compute(self):
        loss = {"op": "loss", "logp": [[-1.0, -2.0]], "mask": [[1, 1]], "advantages": [1.0]}
        self.refused("objective", {"op": "sum"}, "standard input:1", "field op", "'sum'")
        self.refused("objective", {**loss, "beta": 0.1}, "field ref")
        self.refused("objective", {**loss, "mask": [[1]]}, "field mask", "[1, 1]", "[1, 2]")
        self.refused("objective", {**loss, "logp": [[-1.0], [-1.0, -2.0]]}, "field logp")
        self.refused("objective", {**loss, "aggregation": "mean"}, "field aggregation", "'mean'")
        self.refused("objective", {**loss, "aggregation": "dr_grpo"}, "field max_completion_length")
        self.refused("objective", {**loss, "dual_clip": 0.5}, "dual clip")
        self.refused("objective", {"op": "advantages", "rewards": [1, 2, 3], "num_generations": 2}, "num_generations")
        self.refused("objective", {"op": "logprob", "hidden": [[1.0]], "weight": [[1.0]], "targets": [1]}, "targets")
        self.refused("select", {"paths": [{"answer": "C", "format_ok": True}]}, "path 0", "field answer")
        self.refused("select", {"paths": [], "window": 0}, "field window")
        self.refused("parse", {"gold": "A", "task_type": None}, "completion")


if __name__ == "__main__":
    engine.main()
