# SPDX-License-Identifier: GPL-3.0-or-later
"""`debug objective`, `parse` and `select` through their JSON lines, against the recorded cases (float64)."""
import json
import math
import pathlib
import random
import statistics
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


def loss_by_hand(row):
    """The objective token by token, in Python's floats: loss, gradient, clip shares and KL."""
    logp, mask, advantages = row["logp"], row["mask"], row["advantages"]
    old, ref = row.get("old"), row.get("ref")
    low, high, bound = 1 - row["eps_low"], 1 + row["eps_high"], row.get("logratio_clamp")
    totals = [sum(line) for line in mask]
    weight = {"grpo": lambda i: 1 / (max(1, totals[i]) * len(logp)), "bnpo": lambda i: 1 / max(1, sum(totals)),
              "dapo": lambda i: 1 / max(1, sum(totals)), "dr_grpo": lambda i: 1 / (len(logp) * row["max_completion_length"])}
    loss = kl = below = above = 0.0
    grad = [[0.0] * len(line) for line in logp]
    for i, line in enumerate(logp):
        for t, value in enumerate(line):
            if not mask[i][t]:
                continue
            a, scale = advantages[i], weight[row["aggregation"]](i)
            log_ratio = value - old[i][t] if old else 0.0
            inside = bound is None or abs(log_ratio) <= bound
            rho = math.exp(log_ratio if inside else math.copysign(bound, log_ratio))
            first = min(rho, row["delta"]) if row.get("delta") is not None else rho
            second = min(max(rho, low), high)
            take_first = first * a <= second * a
            slope = -a * rho * inside * ((first == rho) if take_first else (low <= rho <= high))
            term = -min(first * a, second * a)
            if row.get("dual_clip") is not None and a < 0 and -row["dual_clip"] * a < term:
                term, slope = -row["dual_clip"] * a, 0.0
            below += rho < low and a < 0
            above += rho > high and a > 0
            if ref:
                d = ref[i][t] - value
                clipped = d if bound is None else min(max(d, -bound), bound)
                k3 = math.exp(clipped) - clipped - 1
                kl += k3
                term += row["beta"] * k3
                slope += row["beta"] * (1 - math.exp(clipped)) * (clipped == d)
            loss += scale * term
            grad[i][t] = scale * slope
    tokens = max(1, sum(totals))
    return {"loss": loss, "grad": grad, "clip_ratio_low": below / tokens, "clip_ratio_high": above / tokens,
            "kl": kl / tokens if ref else None}


def odd_losses(chance):
    """Shapes and gaps that a batch may have: one completion, one token, rows or all of it masked, no old, no reference."""
    for n, t in ((1, 1), (1, 5), (4, 1), (3, 6), (2, 24)):
        for masked in ("none", "tail", "row", "all"):
            def numbers(deviation):
                return [[chance.gauss(-2, deviation) for _ in range(t)] for _ in range(n)]
            mask = [[int(masked == "none" or masked != "all" and (j == 0 or chance.random() < 0.6)) for j in range(t)] for _ in range(n)]
            if masked == "row":
                mask[0] = [0] * t
            row = {"op": "loss", "logp": numbers(1), "mask": mask, "advantages": [chance.choice((0.0, chance.gauss(0, 1))) for _ in range(n)],
                   "eps_low": chance.choice((0.2, 0.0003)), "eps_high": chance.choice((0.2, 0.28)), "beta": 0.0,
                   "max_completion_length": t + chance.randint(0, 9)}
            for key, value in (("old", numbers(1)), ("delta", chance.uniform(1.05, 3)), ("dual_clip", chance.uniform(1.5, 4)),
                               ("logratio_clamp", chance.uniform(0.5, 20))):
                if chance.random() < 0.6:
                    row[key] = value
                elif key != "old" and chance.random() < 0.5:
                    row[key] = None
            if chance.random() < 0.6:
                row |= {"ref": numbers(1), "beta": chance.choice((0.0, 0.04))}
            for aggregation in ("grpo", "bnpo", "dr_grpo", "dapo"):
                yield {**row, "aggregation": aggregation}


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

    def test_losses_of_odd_shapes_against_a_second_computation(self):
        rows = list(odd_losses(random.Random(11)))
        for row, answer in zip(rows, self.ask("objective", rows)):
            for key, value in loss_by_hand(row).items():
                self.assertClose(answer[key], value, f"{key} of {row}")

    def test_what_stands_under_the_mask_does_not_matter(self):
        row = {"op": "loss", "aggregation": "grpo", "logp": [[-1.0, -2.0, -3.0]], "old": [[-1.1, -1.9, -0.5]], "ref": [[-1.0, -2.5, -1.0]],
               "mask": [[1, 1, 0]], "advantages": [0.7], "eps_low": 0.2, "eps_high": 0.2, "beta": 0.1}
        garbage = {key: [[*row[key][0][:2], 1e308]] for key in ("logp", "old", "ref")}
        plain, other, boolean = self.ask("objective", [row, {**row, **garbage, "old": [[-1.1, -1.9, -1e308]]},
                                                       {**row, "mask": [[True, True, False]]}])
        self.assertEqual(plain["grad"][0][2], 0.0)
        self.assertEqual(other, plain)
        self.assertEqual(boolean, plain)

    def test_other_ratios_and_estimators(self):
        row = {"op": "loss", "aggregation": "grpo", "logp": [[-1.0, -0.2], [-0.5, -1.5]], "old": [[-1.4, -0.9], [-0.3, -0.6]],
               "ref": [[-1.0, -0.5], [-0.4, -1.0]], "mask": [[1, 1], [1, 0]], "advantages": [1.5, -0.5], "eps_low": 0.2, "eps_high": 0.2}
        sequence, capped, k1, k2 = self.ask("objective", [
            {**row, "ratio": "sequence"}, {**row, "importance_cap": 1.3}, *({**row, "beta": 1.0, "kl_estimator": k} for k in ("k1", "k2"))])
        ratios = math.exp((0.4 + 0.7) / 2), math.exp(-0.2)
        self.assertClose(sequence["loss"], -(min(ratios[0], 1.2) * 1.5 - max(ratios[1], 0.8) * 0.5) / 2, "sequence")
        weights = [[1.3, 1.3], [math.exp(-0.2), 0.0]]
        self.assertClose(capped["loss"], -(1.3 * 1.5 - math.exp(-0.2) * 0.5) / 2, "importance_cap")
        self.assertClose(capped["grad"], [[-w * a / n for w in line] for line, a, n in zip(weights, row["advantages"], (4, 2))], "grad")
        base, = self.ask("objective", [row])
        d = [[row["logp"][i][t] - row["ref"][i][t] for t in (0, 1)] for i in (0, 1)]
        self.assertClose(k1["loss"] - base["loss"], (sum(d[0]) / 2 + d[1][0]) / 2, "k1")
        self.assertClose(k2["loss"] - base["loss"], (sum(x * x / 2 for x in d[0]) / 2 + d[1][0] ** 2 / 2) / 2, "k2")

    def test_advantages_of_odd_groups_against_a_second_computation(self):
        chance = random.Random(12)
        rows = []
        for size, groups in ((1, 1), (1, 4), (2, 1), (3, 5), (8, 2)):
            for scale in ("group", "batch", "none"):
                rewards = [chance.choice((0.0, 1.0, 1.2, chance.random())) for _ in range(size * groups)]
                rewards[:size] = [0.3] * size  # 0.3 is no binary fraction: its spread is rounding
                rows.append({"op": "advantages", "rewards": rewards, "num_generations": size, "scale_rewards": scale})
        for row, answer in zip(rows, self.ask("objective", rows)):
            size, rewards = row["num_generations"], row["rewards"]
            parts = [rewards[i:i + size] for i in range(0, len(rewards), size)]

            def spread(values):
                return statistics.stdev(values) if len(values) > 1 else 0.0
            want = []
            for part in parts:
                divisor = {"group": spread(part) + 1e-4, "batch": spread(rewards) + 1e-4, "none": 1}[row["scale_rewards"]]
                want += [(reward - statistics.fmean(part)) / divisor for reward in part]
            self.assertClose(answer["advantages"], want, row)
            flat = sum(spread(part) < 1e-8 for part in parts) / len(parts)
            self.assertClose(answer["frac_reward_zero_std"], flat, row)

    def test_logprobs_of_odd_shapes_against_a_second_computation(self):
        chance = random.Random(13)
        rows = []
        for tokens, width, words in ((1, 1, 1), (1, 3, 2), (300, 2, 5), (2, 4, 700)):
            def numbers(count, deviation):
                return [[chance.gauss(0, deviation) for _ in range(width)] for _ in range(count)]
            rows.append({"op": "logprob", "hidden": numbers(tokens, 2), "weight": numbers(words, 2),
                         "targets": [chance.randrange(words) for _ in range(tokens)], "temperature": chance.choice((1.0, 0.5, 2.0))})
        for row, answer in zip(rows, self.ask("objective", rows)):
            for h, target, got, entropy in zip(row["hidden"], row["targets"], answer["logprob"], answer["entropy"], strict=True):
                z = [math.fsum(a * b for a, b in zip(h, w)) / row["temperature"] for w in row["weight"]]
                total = max(z) + math.log(math.fsum(math.exp(x - max(z)) for x in z))
                self.assertClose(got, z[target] - total, "logprob", absolute=1e-9)
                self.assertClose(entropy, math.fsum(math.exp(x - total) * (total - x) for x in z), "entropy", absolute=1e-9)

    def test_choices_from_odd_sets(self):
        def path(answer, logprobs=(-0.5,), format_ok=True, **more):
            return {"answer": answer, "format_ok": format_ok, "logprobs": list(logprobs), "topk_logprobs": [[-1.0]] * len(logprobs),
                    "answer_logprobs": None, **more}
        common = {"gold": None, "label_mode": "vote", "tie_policy": "drop", "window": 8}
        none, one, wrong, gold, settled, equal = self.ask("select", [
            {**common, "paths": []}, {**common, "paths": [path("B")]}, {**common, "paths": [path(None), path("A", format_ok=False)]},
            {**common, "paths": [path("A"), path("A"), path("B")], "gold": "B", "label_mode": "gold"},
            {**common, "paths": [path("A", (-2.0,)), path("B", (-1.0, -1.2)), path("B", ()), path("A", (-0.9,))], "tie_policy": "confidence"},
            {**common, "paths": [path("A", ()), path("A", (-0.25,)), path("A", (-0.25,))]}])
        self.assertEqual((none["votes"], none["tie"], none["label"], none["chosen"]), ({"A": 0, "B": 0}, False, None, None))
        self.assertEqual((one["vote_share"], one["label"], one["chosen"]), ({"A": 0.0, "B": 1.0}, "B", 0))
        self.assertEqual((wrong["label"], wrong["filtered"], wrong["confidence"], wrong["chosen"]), ("A", [], [None, None], None))
        self.assertEqual((gold["majority"], gold["label"], gold["filtered"], gold["chosen"]), ("A", "B", [2], 2))
        self.assertEqual((settled["tie"], settled["label"], settled["chosen"]), (True, "B", 1), "-1.1 against -1.45")
        self.assertEqual((equal["confidence"], equal["chosen"]), ([None, -0.25, -0.25], 1))

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

    def test_labels_and_types_that_are_not_ours(self):
        """The scripts compare any label; nothing equals an empty one."""
        think = "<think>x</think>"
        rows = [{"completion": completion, "gold": gold, "task_type": task} for completion, gold, task in (
            (think + "<answer>tie</answer>", "Tie", "x"), ("tie", "<answer>TIE</answer>", "x"), (think + "<answer>C</answer>", "A", "x"),
            ("", "", ""), ("<type>a_b</type>", "", "<type>A b</type>"), (think + "<answer>A</answer>", "tie", "_"), ("<answer> </answer>", " ", "-"))]
        script = self.ask("parse", rows, "--mode", "script")
        self.assertEqual([answer["accuracy"] for answer in script], [1, 1, 0, 0, 0, 0, 0])
        self.assertEqual([answer["task"] for answer in script], [0, 0, 0, 0, 0.2, 0, 0])
        strict = self.ask("parse", rows, "--mode", "strict")
        self.assertEqual([(answer["accuracy"], answer["task"]) for answer in strict], [(0, 0)] * len(rows))

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
        self.refused("objective", {"op": 5}, "standard input:1", "field op")
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
