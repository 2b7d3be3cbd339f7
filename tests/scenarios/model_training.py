# SPDX-License-Identifier: GPL-3.0-or-later
"""msrl-engine debug train-step against losses, gradients and parameters of the reference implementation."""
import json
import math
import sys
import unittest

import model_commands
import tensors
from model_commands import MODEL, CommandTest


class TrainStep(CommandTest):
    def three_steps(self, *options):
        golden = tensors.read(MODEL / "golden_image.safetensors")
        ids = golden["input_ids"].values
        labels = tensors.Tensor("I64", golden["input_ids"].shape, [-100] * (len(ids) - 10) + list(ids[-10:]))
        return self.debug("train-step", MODEL / "hf_disk", self.inputs_of(golden, labels=labels), "--steps", 3, "--lr", 1e-3, "--beta1", 0.9,
                          "--beta2", 0.95, "--weight-decay", 0.1, "--eps", 1e-8, "--clip", 1.0, *options)

    def test_every_gradient_and_every_parameter_after_three_steps(self):
        """Of each tensor the sum of squares, and its largest and some other elements."""
        limits = json.loads((MODEL / "train.json").read_text())["after3_atol"]
        samples = json.loads((MODEL / "train_samples.json").read_text())
        for decay, key in (("all", "after"), ("split", "after_split")):
            got = self.three_steps("--decay", decay)
            self.assertEqual(set(samples), {name[5:] for name in got if name.startswith("grad.")})
            for name, want in samples.items():
                grad, after = got["grad." + name].values, got["after." + name].values
                self.assertTrue(math.isclose(sum(v * v for v in grad), want["squares"], rel_tol=1e-4, abs_tol=1e-12), name)
                for at, value in zip(want["at"], want["grad"]):
                    self.assertLessEqual(abs(grad[at] - value), 2e-5 + 1e-5 * abs(value), name)
                for at, value in zip(want["at"], want.get(key, ())):
                    self.assertLessEqual(abs(after[at] - value), limits[name], (decay, name))
        self.assertGreater(sum("after_split" in want for want in samples.values()), 50)

    def test_loss_gradients_and_steps(self):
        want = json.loads((MODEL / "train.json").read_text())
        got = self.three_steps()
        self.assertAlmostEqual(got["loss"].values[0], want["loss"], delta=1e-5)
        for a, b in zip(got["losses"].values, want["all_decay"]["losses"], strict=True):
            self.assertAlmostEqual(a, b, delta=2e-4)
        for a, b in zip(got["grad_norms"].values, want["all_decay"]["grad_norms"], strict=True):
            self.assertAlmostEqual(a, b, delta=2e-3)
        names = {n[5:] for n in got if n.startswith("grad.")}
        self.assertEqual(names, set(want["after3_atol"]))
        self.assertEqual(names, {n[6:] for n in got if n.startswith("after.")})
        squares = sum(v * v for n in names for v in got["grad." + n].values)
        self.assertAlmostEqual(math.sqrt(squares), want["grad_norm"], delta=1e-3)

    def test_the_tied_embedding_has_one_gradient(self):
        golden = tensors.read(MODEL / "golden_image.safetensors")
        tied = tensors.read(MODEL / "golden_tied.safetensors")
        ids = golden["input_ids"].values
        labels = tensors.Tensor("I64", golden["input_ids"].shape, [-100] * (len(ids) - 10) + list(ids[-10:]))
        got = self.debug("train-step", MODEL / "tied", self.inputs_of(golden, labels=labels))
        name = "grad.language_model.model.embed_tokens.weight"
        self.assertTrue(tensors.difference(got[name], tied[name])[1])
        self.assertAlmostEqual(got["loss"].values[0], tied["loss"].values[0], delta=1e-5)


if __name__ == "__main__":
    model_commands.ENGINE = sys.argv.pop(1)
    unittest.main()
