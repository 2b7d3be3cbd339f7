# SPDX-License-Identifier: GPL-3.0-or-later
"""msrl-engine debug against activations, tokens and gradients of the reference implementation."""
import array
import json
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import tensors

ENGINE = None
DATA = pathlib.Path(__file__).resolve().parent.parent / "data"
MODEL = DATA / "model"
INPUTS = ("input_ids", "attention_mask", "position_ids", "pixel_values", "pixel_values_videos", "image_sizes")


class CommandTest(unittest.TestCase):
    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="msrl-model-"))
        self.addCleanup(shutil.rmtree, self.work)

    def run_engine(self, *arguments, stdin=None, expect=0):
        done = subprocess.run([ENGINE, *map(str, arguments)], capture_output=True, text=True, timeout=600, input=stdin)
        self.assertEqual(done.returncode, expect, f"{arguments}\n{done.stdout}\n{done.stderr}")
        if expect == 2:
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        return done

    def inputs_of(self, golden, **more):
        path = self.work / "in.safetensors"
        tensors.write(path, {**{k: golden[k] for k in INPUTS if k in golden}, **more})
        return path

    def debug(self, what, model, inputs, *options, expect=0):
        out = self.work / "out.safetensors"
        done = self.run_engine("debug", what, "--model", model, "--tensors", inputs, "--out", out, *options, expect=expect)
        if expect:
            self.assertFalse(out.exists())
            return done.stderr
        return tensors.read(out)

    def folder(self, spelling):
        """A model folder; the original spelling has its image token's id in a tokenizer."""
        if "original" not in spelling:
            return MODEL / spelling
        copy = self.work / "original"
        shutil.copytree(MODEL / spelling, copy, dirs_exist_ok=True)
        shutil.copy(DATA / "tokenizer" / "tokenizer.json", copy)
        return copy


class Forward(CommandTest):
    def compare(self, model, golden, prefix="", names=None, options=()):
        if prefix:
            golden = {k[len(prefix):]: v for k, v in golden.items() if k.startswith(prefix)}
        got = self.debug("forward", self.folder(model), self.inputs_of(golden), "--trace", *options)
        wanted = [k for k in golden if k not in INPUTS and not k.startswith("greedy") and k not in ("proj_ps_v1", "logits_bf16")]
        for name in names or wanted:
            rows = golden["attention_mask"].values if name == "logits" or name.startswith("lm.") else None
            largest, good = tensors.difference(got[name], golden[name], rows=rows)
            self.assertTrue(good, f"{model} {name}: {largest}")
        return got

    def test_every_stage_in_every_spelling(self):
        image = tensors.read(MODEL / "golden_image.safetensors")
        for model in ("hf_disk", "hf_prefixed", "sharded", "original"):
            self.compare(model, image)
        for name in ("golden_text", "golden_batch"):
            self.compare("hf_disk", tensors.read(MODEL / (name + ".safetensors")))

    def test_qwen2_decoder(self):
        self.compare("internvl3_qwen2", tensors.read(MODEL / "internvl3_qwen2" / "golden.safetensors"))

    def test_any_resolution_packing(self):
        golden = tensors.read(MODEL / "llava_onevision" / "golden.safetensors")
        for prefix in ("img0.", "img1.", "img2.", "multi.", "video."):
            self.compare("llava_onevision", golden, prefix)

    def test_the_vision_tower_by_the_names_of_transformers_5(self):
        golden = tensors.read(MODEL / "llava_onevision" / "golden.safetensors")
        golden = {k[5:]: v for k, v in golden.items() if k.startswith("img1.")}
        renamed = self.work / "renamed"
        renamed.mkdir()
        shutil.copy(MODEL / "llava_onevision" / "config.json", renamed)
        weights = tensors.read(MODEL / "llava_onevision" / "model.safetensors")
        for prefix in ("vision_tower.", "model.vision_tower."):
            tensors.write(renamed / "model.safetensors", {name.replace("vision_tower.vision_model.", prefix): tensors.Tensor("F32", t.shape, t.values)
                                                          for name, t in weights.items()})
            got = self.debug("forward", renamed, self.inputs_of(golden))
            self.assertTrue(tensors.difference(got["logits"], golden["logits"])[1], prefix)

    def test_float64_is_nearer_than_the_tolerance(self):
        got = self.compare("hf_disk", tensors.read(MODEL / "golden_image.safetensors"), options=("--dtype", "float64"))
        self.assertEqual(got["logits"].dtype, "F64")

    def test_bfloat16_errs_like_the_reference(self):
        for name in ("golden_image", "golden_text"):
            golden = tensors.read(MODEL / (name + ".safetensors"))
            got = self.debug("forward", MODEL / "hf_disk", self.inputs_of(golden), "--dtype", "bfloat16")["logits"]
            self.assertEqual(got.dtype, "BF16")
            want = golden["logits"].values
            theirs = [a - b for a, b in zip(golden["logits_bf16"].values, want)]
            ours = [a - b for a, b in zip(got.values, want)]
            rms = lambda x: math.sqrt(sum(v * v for v in x) / len(x))
            self.assertLessEqual(rms(ours), 1.5 * rms(theirs))
            self.assertLessEqual(max(map(abs, ours)), 2 * max(map(abs, theirs)))

    def test_greedy_tokens_through_the_cache(self):
        cases = [("hf_disk", name, "") for name in ("golden_image", "golden_text", "golden_batch")]
        cases += [("internvl3_qwen2", "internvl3_qwen2/golden", "")]
        cases += [("llava_onevision", "llava_onevision/golden", f"img{i}.") for i in range(3)]
        for model, name, prefix in cases:
            golden = {k[len(prefix):]: v for k, v in tensors.read(MODEL / (name + ".safetensors")).items() if k.startswith(prefix)}
            got = self.debug("generate", MODEL / model, self.inputs_of(golden), "--max-new-tokens", 12)
            self.assertEqual(got["greedy_ids"].values, golden["greedy_ids"].values, name + prefix)
            if "greedy_logits" in golden:
                self.assertTrue(tensors.difference(got["greedy_logits"], golden["greedy_logits"])[1], name + prefix)

    def test_generation_goes_on_from_one_token_and_from_an_image(self):
        """Every new token is the best of a forward over all before it."""
        image = self.inputs_of(tensors.read(MODEL / "golden_image.safetensors"))
        ids = list(tensors.read(image)["input_ids"].values)
        last = max(i for i, token in enumerate(ids) if token == 884)
        cut = {k: t if k == "pixel_values" else tensors.Tensor(t.dtype, [1, last + 1], list(t.values)[:last + 1])
               for k, t in tensors.read(image).items()}
        for name, start in (("one", {"input_ids": tensors.Tensor("I64", [1, 1], [17])}), ("image", cut)):
            made = self.debug("generate", MODEL / "hf_disk", self.inputs_of(start), "--max-new-tokens", 3)["greedy_ids"].values
            rows = list(start["input_ids"].values)
            for token in made:
                whole = {"input_ids": tensors.Tensor("I64", [1, len(rows)], rows)}
                if "pixel_values" in start:
                    whole["pixel_values"] = start["pixel_values"]
                logits = self.debug("forward", MODEL / "hf_disk", self.inputs_of(whole))["logits"]
                ends = logits.values[-logits.shape[-1]:]
                self.assertEqual(token, max(range(len(ends)), key=lambda i: ends[i]), name)
                rows.append(token)

    def test_a_file_of_recorded_results_is_an_input(self):
        golden = tensors.read(MODEL / "golden_image.safetensors")
        out = self.work / "out.safetensors"
        said = self.run_engine("debug", "forward", "--model", MODEL / "hf_disk", "--tensors", MODEL / "golden_image.safetensors", "--out", out).stdout
        self.assertIn("not read", said)
        self.assertIn("greedy_ids", said)
        self.assertTrue(tensors.difference(tensors.read(out)["logits"], golden["logits"])[1])

    def test_whole_numbers_of_any_width(self):
        golden = tensors.read(MODEL / "golden_image.safetensors")
        narrow = {name: tensors.Tensor("I32", golden[name].shape, list(golden[name].values)) for name in ("input_ids", "attention_mask")}
        got = self.debug("forward", MODEL / "hf_disk", self.inputs_of({**golden, **narrow}))
        self.assertTrue(tensors.difference(got["logits"], golden["logits"])[1])

    def test_positions_are_taken_as_given(self):
        golden = tensors.read(MODEL / "golden_text.safetensors")
        length = golden["input_ids"].shape[1]
        shifted = tensors.Tensor("I64", [1, length], [7 + t for t in range(length)])
        plain = self.debug("forward", MODEL / "hf_disk", self.inputs_of(golden))["logits"]
        moved = self.debug("forward", MODEL / "hf_disk", self.inputs_of(golden, position_ids=shifted))["logits"]
        self.assertTrue(tensors.difference(moved, plain, absolute=5e-5)[1])  # rotary positions are relative
        spread = tensors.Tensor("I64", [1, length], [3 * t for t in range(length)])
        other = self.debug("forward", MODEL / "hf_disk", self.inputs_of(golden, position_ids=spread))["logits"]
        self.assertFalse(tensors.difference(other, plain, absolute=1e-2)[1])

    def test_generation_counts_on_from_the_last_position(self):
        golden = tensors.read(MODEL / "golden_text.safetensors")
        length, new = golden["input_ids"].shape[1], 4

        def generated(positions, rows=1):
            ids = list(golden["input_ids"].values) * rows
            given = {"input_ids": tensors.Tensor("I64", [rows, length], ids),
                     "attention_mask": tensors.Tensor("I64", [rows, length], [1] * len(ids))}
            if positions:
                given["position_ids"] = tensors.Tensor("I64", [1, length], positions)
            return self.debug("generate", MODEL / "hf_disk", self.inputs_of(given), "--max-new-tokens", new)

        plain = generated(None)
        moved = generated([7 + t for t in range(length)])
        self.assertEqual(list(moved["greedy_ids"].values), list(plain["greedy_ids"].values))
        self.assertTrue(tensors.difference(moved["greedy_logits"], plain["greedy_logits"], absolute=5e-5)[1])

        spread = [3 * t for t in range(length)]
        both = generated(spread, rows=2)  # one row of positions for all
        made = list(both["greedy_ids"].values)
        self.assertEqual(made[:new], made[new:])
        ids = list(golden["input_ids"].values) + made[:new - 1]
        whole = self.debug("forward", MODEL / "hf_disk", self.inputs_of({
            "input_ids": tensors.Tensor("I64", [1, len(ids)], ids),
            "position_ids": tensors.Tensor("I64", [1, len(ids)], spread + [spread[-1] + 1 + t for t in range(new - 1)])}))["logits"]
        width = whole.shape[-1]
        last = tensors.Tensor(whole.dtype, [1, new, width], whole.values[-new * width:])
        steps = tensors.Tensor(whole.dtype, [1, new, width], both["greedy_logits"].values[:new * width])
        self.assertTrue(tensors.difference(steps, last, absolute=5e-5)[1])
        self.assertFalse(tensors.difference(steps, plain["greedy_logits"], absolute=1e-2)[1])


class Holes(CommandTest):
    """Masks that hide tokens between others, against transformers."""

    def setUp(self):
        super().setUp()
        self.golden = tensors.read(MODEL / "golden_holes.safetensors")
        self.rows, self.columns = self.golden["input_ids"].shape

    def last_two(self, inputs, *options):
        got = self.debug("forward", MODEL / "hf_disk", inputs, *options)["logits"]
        width = got.shape[-1]
        rows = [got.values[(row * self.columns + t) * width:(row * self.columns + t + 1) * width]
                for row in range(self.rows) for t in (self.columns - 2, self.columns - 1)]
        return got, tensors.Tensor(got.dtype, [self.rows, 2, width], [v for row in rows for v in row])

    def counted(self):
        """Positions that count shown tokens alone."""
        mask, out = self.golden["attention_mask"].values, []
        for row in range(self.rows):
            seen = 0
            for shown in mask[row * self.columns:(row + 1) * self.columns]:
                seen += shown
                out.append(max(0, seen - 1))
        return tensors.Tensor("I64", [self.rows, self.columns], out)

    def test_logits_are_the_reference_ones(self):
        for positions, name in (({}, "logits_last2"), ({"position_ids": self.counted()}, "logits_last2_counted")):
            got, last = self.last_two(self.inputs_of(self.golden, **positions))
            self.assertTrue(tensors.difference(last, self.golden[name])[1], name)
            width = got.shape[-1]
            for at, shown in enumerate(self.golden["attention_mask"].values):
                self.assertEqual(any(got.values[at * width:(at + 1) * width]), bool(shown), at)

    def test_hidden_tokens_change_nothing(self):
        _, before = self.last_two(self.inputs_of(self.golden))
        ids, mask = list(self.golden["input_ids"].values), self.golden["attention_mask"].values
        other = tensors.Tensor("I64", self.golden["input_ids"].shape, [i if shown else (i + 7) % 800 for i, shown in zip(ids, mask)])
        self.assertNotEqual(other.values, ids)
        _, after = self.last_two(self.inputs_of({**self.golden, "input_ids": other}))
        self.assertEqual(list(after.values), list(before.values))

    def test_greedy_tokens(self):
        got = self.debug("generate", MODEL / "hf_disk", self.inputs_of(self.golden), "--max-new-tokens", 6)
        self.assertEqual(list(got["greedy_ids"].values), list(self.golden["greedy_ids"].values))

    def test_training_ignores_what_is_hidden(self):
        """The gradient of a row with hidden tokens is that of the row without them at the same positions."""
        ids = self.golden["input_ids"].values[:self.columns]
        mask = self.golden["attention_mask"].values[:self.columns]
        kept = [t for t in range(self.columns) if mask[t]]
        labels = [-100] * (self.columns - 4) + list(ids[-4:])

        def step(tokens, shown, positions, wanted):
            row = lambda values: tensors.Tensor("I64", [1, len(values)], values)
            path = self.work / "in.safetensors"
            tensors.write(path, {"input_ids": row(tokens), "attention_mask": row(shown), "position_ids": row(positions), "labels": row(wanted)})
            return self.debug("train-step", MODEL / "hf_disk", path, "--dtype", "float64")

        holes = step(list(ids), list(mask), list(range(self.columns)), labels)
        short = step([ids[t] for t in kept], [1] * len(kept), kept, [labels[t] for t in kept])
        self.assertAlmostEqual(holes["loss"].values[0], short["loss"].values[0], delta=1e-12)
        for name in (n for n in short if n.startswith("grad.")):
            self.assertTrue(tensors.difference(holes[name], short[name], absolute=1e-10)[1], name)


class WithoutTokenizer(CommandTest):
    """The original form leaves the image token's id to the tokenizer, and here there is none."""

    def test_the_image_token_is_concluded_or_named(self):
        image = tensors.read(MODEL / "golden_image.safetensors")
        for options in ((), ("--image-token", 884)):
            got = self.debug("forward", MODEL / "original", self.inputs_of(image), *options)
            self.assertTrue(tensors.difference(got["logits"], image["logits"])[1])
        said = self.run_engine("debug", "forward", "--model", MODEL / "original", "--tensors", self.inputs_of(image), "--out",
                               self.work / "said.safetensors").stdout
        self.assertIn("884", said)
        text = tensors.read(MODEL / "golden_text.safetensors")
        got = self.debug("forward", MODEL / "original", self.inputs_of(text))
        self.assertTrue(tensors.difference(got["logits"], text["logits"])[1])

    def test_refusals(self):
        image = tensors.read(MODEL / "golden_image.safetensors")
        ids = list(image["input_ids"].values)
        no_image = tensors.Tensor("I64", image["input_ids"].shape, [i if i != 884 else t % 5 for t, i in enumerate(ids)])
        message = self.debug("forward", MODEL / "original", self.inputs_of({**image, "input_ids": no_image}), expect=2)
        self.assertIn("--image-token", message)
        self.assertIn("896", self.debug("forward", MODEL / "original", self.inputs_of(image), "--image-token", 896, expect=2))
        self.assertIn("884", self.debug("forward", MODEL / "hf_disk", self.inputs_of(image), "--image-token", 5, expect=2))
        out = self.work / "converted"
        self.assertIn("tokenizer.json", self.run_engine("convert", MODEL / "original", out, expect=2).stderr)
        self.run_engine("convert", MODEL / "original", out, "--spelling", "original")
        self.assertIn("896", self.run_engine("convert", MODEL / "original", self.work / "no", "--image-token", 896, expect=2).stderr)
        self.run_engine("convert", MODEL / "original", self.work / "named", "--image-token", 884)
        self.assertEqual(json.loads((self.work / "named" / "config.json").read_text())["image_token_id"], 884)
        self.assertIn("884", self.run_engine("convert", MODEL / "hf_disk", self.work / "no", "--image-token", 5, expect=2).stderr)
        self.assertFalse((self.work / "no").exists())


class FromPictureToWords(CommandTest):
    def test_messages_and_png_files_give_the_recorded_completion(self):
        """Template, tokenizer, tiles, forward and the cache in one chain."""
        recorded = tensors.read(DATA / "e2e" / "golden.safetensors")
        cases = json.loads((DATA / "e2e" / "cases.json").read_text())["cases"]
        for case in cases:
            asked = {"messages": case["messages"], "add_generation_prompt": True, "tiles": case["tiles"], "tokens_per_tile": 4}
            said = json.loads(self.run_engine("tokenize", "--model", DATA / "tokenizer", "--chat", stdin=json.dumps(asked) + "\n").stdout)
            self.assertEqual(said, {"text": case["prompt_text"], "ids": case["ids"]}, case["name"])
            given = {"input_ids": tensors.Tensor("I64", [1, len(said["ids"])], said["ids"])}
            if case["images"]:
                given["pixel_values"] = self.pixels_of(case)
            inputs = self.inputs_of(given)
            last = self.debug("forward", MODEL / "hf_disk", inputs)["logits"].values[-896:]
            want = recorded[case["name"] + ".last_logits"]
            self.assertTrue(tensors.difference(tensors.Tensor("F32", [896], last), want)[1], case["name"])
            made = self.debug("generate", MODEL / "hf_disk", inputs, "--max-new-tokens", len(case["greedy_ids"]))
            self.assertEqual(list(made["greedy_ids"].values), case["greedy_ids"], case["name"])
            words = json.loads(self.run_engine("tokenize", "--model", DATA / "tokenizer", "--decode",
                                               stdin=json.dumps({"ids": case["greedy_ids"]}) + "\n").stdout)
            self.assertEqual(words["text"], case["greedy_text"], case["name"])
        self.assertEqual(len(cases), 4)

    def pixels_of(self, case):
        values, tiles = array.array("f"), []
        for name in case["images"]:
            out = self.work / "pixels.safetensors"
            self.run_engine("preprocess", "--model", MODEL / "hf_disk", "--image", DATA / "preprocess" / name, "--max-tiles", case["max_num"],
                            "--resize", case["preproc"], "--out", out)
            pixels = tensors.read(out)["pixel_values"]
            out.unlink()
            tiles.append(pixels.shape[0])
            values.extend(pixels.values)
        self.assertEqual(tiles, case["tiles"], case["name"])
        return tensors.Tensor("F32", [sum(tiles), 3, case["image_size"], case["image_size"]], values)


class Refusals(CommandTest):
    def refused(self, words, *options, what="forward", model="hf_disk", **change):
        golden = tensors.read(MODEL / "golden_image.safetensors")
        golden.update(change)
        kept = {k: v for k, v in golden.items() if v is not None}
        more = {k: v for k, v in change.items() if v is not None and k not in INPUTS}
        message = self.debug(what, self.folder(model), self.inputs_of(kept, **more), *options, expect=2)
        for word in words:
            self.assertIn(word, message)

    def test_inputs_that_do_not_fit(self):
        golden = tensors.read(MODEL / "golden_image.safetensors")
        ids = golden["input_ids"]
        shape = ids.shape
        self.refused(["12", "8"], pixel_values=tensors.Tensor("F32", [2, 3, 56, 56], golden["pixel_values"].values[:2 * 3 * 56 * 56]))
        self.refused(["12 image tokens", "give 0"], pixel_values=None)
        self.refused(["896"], input_ids=tensors.Tensor("I64", shape, [900] + list(ids.values[1:])))
        self.refused(["-1"], input_ids=tensors.Tensor("I64", shape, [-1] + list(ids.values[1:])))
        self.refused(["[3,3,28,112]"], pixel_values=tensors.Tensor("F32", [3, 3, 28, 112], golden["pixel_values"].values))
        self.refused(["600 tokens", "512"], input_ids=tensors.Tensor("I64", [1, 600], [1] * 600), attention_mask=None, pixel_values=None)
        self.refused(["posit", "512"], position_ids=tensors.Tensor("I64", shape, [512] * shape[1]))
        self.refused(["hides all of row 0"], attention_mask=tensors.Tensor("I64", shape, [0] * shape[1]))
        holes = tensors.Tensor("I64", shape, [1, 0] * (shape[1] // 2) + [1] * (shape[1] % 2))
        self.refused(["label", "hides"], what="train-step", labels=ids, attention_mask=holes)
        self.refused(["row 0", "padded on the right"], "--max-new-tokens", 2, what="generate",
                     attention_mask=tensors.Tensor("I64", shape, [1] * (shape[1] - 1) + [0]))
        late = tensors.Tensor("I64", shape, list(range(511 - shape[1], 511)))
        self.refused(["row 0 ends at position 510", "512"], "--max-new-tokens", 3, what="generate", position_ids=late)
        self.refused(["attention_mask", "[1,3]"], attention_mask=tensors.Tensor("I64", [1, 3], [1, 1, 1]))
        self.refused(["whole numbers"], input_ids=tensors.Tensor("F32", shape, [float(i) for i in ids.values]))
        self.refused(["attention_mask", "integers"], attention_mask=tensors.Tensor("F32", shape, [1.0] * shape[1]))
        nowhere = self.work / "no" / "out.safetensors"
        said = self.run_engine("debug", "forward", "--model", MODEL / "hf_disk", "--tensors", self.inputs_of(golden), "--out", nowhere, expect=2).stderr
        self.assertIn("no/out.safetensors: cannot be written", said)
        self.refused(["float8"], "--dtype", "float8")
        self.refused(["512"], "--max-new-tokens", 500, what="generate")
        self.refused(["labels"], what="train-step")
        self.refused(["--lr"], "--lr", -1, what="train-step", labels=ids)


def main():
    global ENGINE
    ENGINE = sys.argv.pop(1)
    unittest.main()


if __name__ == "__main__":
    main()
