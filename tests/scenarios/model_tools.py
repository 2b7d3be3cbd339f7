# SPDX-License-Identifier: GPL-3.0-or-later
"""tokenize, inspect and convert against recorded cases and a second reader of the files."""
import json
import pathlib
import shutil

import engine
import tensors

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
MODEL, TOKENIZER = DATA / "model", DATA / "tokenizer"


def rows_of(name):
    return [json.loads(line) for line in (TOKENIZER / name).read_text().split("\n") if line]


class Tokenize(engine.ToolTest):
    def ask(self, rows, *options, model=TOKENIZER):
        done = self.engine("tokenize", "--model", model, *options, text="".join(json.dumps(row) + "\n" for row in rows))
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(answers), len(rows))
        return answers

    def test_text_to_ids(self):
        cases = rows_of("cases.jsonl")
        for case, answer in zip(cases, self.ask([{"text": case["text"]} for case in cases])):
            self.assertEqual(answer, {"ids": case["ids"]}, case["text"])

    def test_ids_to_text(self):
        cases = rows_of("cases.jsonl") + rows_of("decode_cases.jsonl")
        asked = [{"ids": case["ids"]} for case in cases]
        for key, options in (("decoded", ()), ("decoded_skip_special", ("--skip-special",))):
            for case, answer in zip(cases, self.ask(asked, "--decode", *options)):
                self.assertEqual(answer, {"text": case[key]}, case["ids"])

    def test_conversations_follow_the_template(self):
        cases = [case for case in rows_of("chat_cases.jsonl") if case["flavour"] == "hf"]
        self.assertIn("inject", [case["name"] for case in cases])
        asked = [{key: case[key] for key in ("messages", "add_generation_prompt")} for case in cases]
        for case, answer in zip(cases, self.ask(asked, "--chat")):
            self.assertEqual(answer, {"text": case["text"], "ids": case["ids"]}, case["name"])

    def test_images_in_conversations_become_their_tokens(self):
        cases = rows_of("chat_cases.jsonl")
        plain = {case["name"]: case["messages"] for case in cases if case["flavour"] == "hf"}
        expanded = [case for case in cases if case["flavour"] == "hf_expanded"]
        asked = [{"messages": plain[case["name"]], "add_generation_prompt": True, "tiles": case["tiles"], "frames": case["frames"],
                  "tokens_per_tile": case["image_seq_length"]} for case in expanded]
        for case, answer in zip(expanded, self.ask(asked, "--chat"), strict=True):
            self.assertEqual(answer, {"text": case["text"], "ids": case["ids"]}, case["name"])
        original, asked = [case for case in cases if case["flavour"] == "remote_code"], []
        for case in original:
            turns = [(role, text) for pair in case["history"] for role, text in zip(("user", "assistant"), pair)] + [("user", case["question"])]
            if case["name"] in ("no_system", "r1"):  # the others have the code's own
                turns.insert(0, ("system", case["system"]))
            asked.append({"messages": [{"role": role, "content": text} for role, text in turns], "add_generation_prompt": True,
                          "tiles": case["tiles"], "tokens_per_tile": case["num_image_token"]})
        for case, answer in zip(original, self.ask(asked, "--chat", "--flavour", "original"), strict=True):
            self.assertEqual(answer, {"text": case["text"], "ids": case["ids"]}, case["name"])

    def test_the_demos_judge_has_the_known_template(self):
        base = DATA.parents[1] / "resources" / "demo" / "base"
        said, = self.ask([{"messages": [{"role": "user", "content": "red"}], "add_generation_prompt": True}], "--chat", model=base)
        self.assertEqual(said["text"], "<|im_start|>user\nred<|im_end|>\n<|im_start|>assistant\n")

    def test_a_tokenizer_without_the_image_tokens(self):
        tokenizer = json.loads((TOKENIZER / "tokenizer.json").read_text())
        tokenizer["added_tokens"] = [token for token in tokenizer["added_tokens"] if token["content"] != "<IMG_CONTEXT>"]
        (self.work / "tokenizer.json").write_text(json.dumps(tokenizer))
        shutil.copy(TOKENIZER / "chat_template.jinja", self.work)
        image = json.dumps({"messages": [{"role": "user", "content": [{"type": "image"}]}]}) + "\n"
        self.refused(["standard input:1", "no <IMG_CONTEXT>"], "tokenize", "--model", self.work, "--chat", text=image)
        text, = self.ask([{"messages": [{"role": "user", "content": "a", "name": "passed over"}]}], "--chat", model=self.work)
        self.assertEqual(text["text"], "<|im_start|>user\na<|im_end|>\n")

    def test_literal_text_makes_no_special_token(self):
        end = self.ask([{"text": "<|im_end|>"}])[0]["ids"]
        self.assertEqual(len(end), 1)
        message = {"messages": [{"role": "user", "content": "a <|im_end|> b"}]}
        plain, = self.ask([message], "--chat")
        literal, = self.ask([message], "--chat", "--literal")
        self.assertEqual(plain["text"], literal["text"])
        self.assertEqual((plain["ids"].count(end[0]), literal["ids"].count(end[0])), (2, 1))
        text, = self.ask([{"text": "<|im_end|>"}], "--literal")
        self.assertNotIn(end[0], text["ids"])
        self.assertEqual(self.ask([text], "--decode"), [{"text": "<|im_end|>"}])

    def test_refusals(self):
        model = ("tokenize", "--model", TOKENIZER)
        self.refused(["standard input:2", "text"], *model, text='{"text": "a"}\n{"txt": "b"}\n')
        self.refused(["standard input:1"], *model, text="[1]\n")
        self.refused(["999999"], *model, "--decode", text='{"ids": [999999]}\n')
        self.refused(["-1"], *model, "--decode", text='{"ids": [-1]}\n')
        self.refused(["audio", "text, image, video"], *model, "--chat",
                     text='{"messages": [{"role": "user", "content": [{"type": "audio"}]}]}\n')
        self.refused(["wizard"], *model, "--chat", text='{"messages": [{"role": "wizard", "content": ""}]}\n')
        self.refused(["--chat"], *model, "--chat", "--decode", text="")
        self.refused(["tokenizer.json"], "tokenize", "--model", self.work, text="")
        self.assertIn("--literal", self.engine("tokenize", "--help").stdout)

    def test_a_template_that_says_something_else_is_refused(self):
        shutil.copytree(TOKENIZER, self.work, dirs_exist_ok=True)
        path = self.work / "chat_template.jinja"
        known = path.read_text()
        path.write_text(known.replace("<|im_end|>", "<|endoftext|>"))
        self.refused(["chat_template.jinja", "<|endoftext|>"], "tokenize", "--model", self.work, "--chat", text="")
        path.write_text("Be brief. " + known)
        self.refused(["Be brief."], "tokenize", "--model", self.work, "--chat", text="")
        path.unlink()
        self.assertIn("chat_template", json.loads((self.work / "tokenizer_config.json").read_text()))
        self.engine("tokenize", "--model", self.work, "--chat", text="")
        (self.work / "tokenizer_config.json").unlink()
        self.refused(["no chat template"], "tokenize", "--model", self.work, "--chat", text="")


def header(path):
    with path.open("rb") as file:
        return json.loads(file.read(int.from_bytes(file.read(8), "little")))


class Inspect(engine.ToolTest):
    def inspect(self, model):
        return json.loads(self.engine("inspect", model, "--json").stdout)

    def test_what_a_folder_holds(self):
        for name, architecture, decoder, spelling in (("hf_disk", "internvl", "qwen3", "hf"), ("tied", "internvl", "qwen3", "hf"),
                                                      ("internvl3_qwen2", "internvl", "qwen2", "hf"),
                                                      ("llava_onevision", "llava_onevision", "qwen2", "hf")):
            said = self.inspect(MODEL / name)
            self.assertEqual((said["architecture"], said["decoder"], said["spelling"], said["dtype"]), (architecture, decoder, spelling, "bfloat16"))
            parts = {"vision": 0, "projector": 0, "language": 0}
            for tensor, entry in header(MODEL / name / "model.safetensors").items():
                if tensor != "__metadata__":
                    part = "vision" if "vision_tower" in tensor else "language" if "language_model" in tensor else "projector"
                    size = 1
                    for length in entry["shape"]:
                        size *= length
                    parts[part] += size
            self.assertEqual(said["parameters"], {**parts, "total": sum(parts.values())}, name)
            self.assertIsNone(said["token_ids"])

    def test_tokens_and_memory(self):
        folder = self.work / "original"
        shutil.copytree(MODEL / "original", folder)
        said = self.inspect(folder)
        self.assertEqual((said["spelling"], said["image_token_id"], said["token_ids"]), ("original", None, None))
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(TOKENIZER / name, folder)
        said = self.inspect(folder)
        self.assertEqual((said["spelling"], said["image_token_id"]), ("original", 884))
        self.assertEqual({k: said["token_ids"][k] for k in ("<|im_end|>", "<IMG_CONTEXT>", "eos", "pad", "<image>")},
                         {"<|im_end|>": 858, "<IMG_CONTEXT>": 884, "eos": 858, "pad": 856, "<image>": None})
        count = said["parameters"]["total"]
        self.assertEqual(count, 232616)
        memory = said["memory_bytes"]
        self.assertEqual(memory["float32"]["training"], {"weights": 4 * count, "gradients": 4 * count, "adamw_states": 8 * count, "fp32_master": 0})
        self.assertEqual(memory["bfloat16"]["training"],
                         {"weights": 2 * count, "gradients": 2 * count, "adamw_states": 8 * count, "fp32_master": 4 * count})
        for row in memory["bfloat16"]["by_devices"]:
            self.assertEqual(row["training_replicated"], 16 * count)
            self.assertEqual(row["training_sharded"], -(-16 * count // row["devices"]))
        self.assertIn("232616 in total", self.engine("inspect", folder).stdout)

    def test_refusals(self):
        self.refused(["config.json"], "inspect", self.work)
        shutil.copy(MODEL / "hf_disk" / "config.json", self.work)
        self.refused(["safetensors"], "inspect", self.work)
        weights = tensors.read(MODEL / "tied" / "model.safetensors")
        missing = next(name for name in weights if name.endswith("q_norm.weight"))
        del weights[missing]
        tensors.write(self.work / "model.safetensors", {name: tensors.Tensor("F32", t.shape, t.values) for name, t in weights.items()})
        self.refused([missing, "missing"], "inspect", self.work)


class Convert(engine.ToolTest):
    def weights(self, folder):
        out = {}
        for path in sorted(folder.glob("model*.safetensors")):
            out.update(tensors.read(path))
        return out

    def same(self, got, want):
        self.assertEqual(set(got), set(want))
        for name, tensor in want.items():
            self.assertEqual((got[name].shape, list(got[name].values)), (tensor.shape, list(tensor.values)), name)

    def test_every_spelling_is_the_recorded_one(self):
        disk, original = (self.weights(MODEL / name) for name in ("hf_disk", "original"))
        with_tokens = self.work / "source"
        shutil.copytree(MODEL / "original", with_tokens)
        shutil.copy(TOKENIZER / "tokenizer.json", with_tokens)
        for dtype in ("float32", "bfloat16"):
            for source in (MODEL / "hf_disk", with_tokens):
                for spelling, want in (("hf", disk), ("original", original)):
                    out = self.work / f"{dtype}-{source.name}-{spelling}"
                    self.engine("convert", source, out, "--spelling", spelling, "--dtype", dtype)
                    got = self.weights(out)
                    self.same(got, want)
                    self.assertEqual({t.dtype for t in got.values()}, {"F32" if dtype == "float32" else "BF16"})
                    kind = json.loads((out / "config.json").read_text())["model_type"]
                    self.assertEqual(kind, "internvl_chat" if spelling == "original" else "internvl")
                    self.assertEqual((out / "tokenizer.json").exists(), source == with_tokens)

    def test_memory_names_and_back_again(self):
        for model in ("hf_disk", "tied", "internvl3_qwen2", "llava_onevision"):
            there, back = self.work / (model + "-there"), self.work / (model + "-back")
            self.engine("convert", MODEL / model, there, "--spelling", "transformers", "--dtype", "float32")
            self.assertTrue(all(name.startswith(("model.", "lm_head.")) for name in self.weights(there)))
            self.engine("convert", there, back, "--spelling", "hf", "--dtype", "bfloat16")
            self.same(self.weights(back), self.weights(MODEL / model))

    def test_shards(self):
        out = self.work / "shards"
        said = json.loads(self.engine("convert", MODEL / "hf_disk", out, "--dtype", "bfloat16", "--max-shard-size", "100KB", "--json").stdout)
        index = json.loads((out / "model.safetensors.index.json").read_text())
        files = sorted(path.name for path in out.glob("*.safetensors"))
        self.assertEqual(sorted(said["weight_files"]), files)
        self.assertGreater(len(files), 2)
        self.assertEqual(index["metadata"]["total_size"], 2 * 232616)
        for name in files:
            entries = {k: v for k, v in header(out / name).items() if k != "__metadata__"}
            self.assertEqual({k for k, v in index["weight_map"].items() if v == name}, set(entries))
            size = max(entry["data_offsets"][1] for entry in entries.values())
            self.assertTrue(size <= 100_000 or len(entries) == 1, (name, size))
        self.same(self.weights(out), self.weights(MODEL / "hf_disk"))
        self.engine("inspect", out)

    def test_half_precision(self):
        out = self.work / "half"
        self.engine("convert", MODEL / "hf_disk", out, "--dtype", "float16")
        self.assertEqual({entry["dtype"] for name, entry in header(out / "model.safetensors").items() if name != "__metadata__"}, {"F16"})
        self.assertEqual(json.loads(self.engine("inspect", out, "--json").stdout)["dtype"], "float16")

    def test_the_stored_format_is_kept_unless_another_is_named(self):
        for dtype, stored in (("float16", "F16"), ("float32", "F32")):
            first, second = self.work / dtype, self.work / (dtype + "-again")
            self.engine("convert", MODEL / "hf_disk", first, "--dtype", dtype)
            self.assertEqual(json.loads(self.engine("convert", first, second, "--json").stdout)["dtype"], dtype)
            kinds = {entry["dtype"] for name, entry in header(second / "model.safetensors").items() if name != "__metadata__"}
            self.assertEqual(kinds, {stored})
        mixed = tensors.read(self.work / "float32" / "model.safetensors")
        name = sorted(mixed)[0]
        mixed[name] = tensors.Tensor("F64", mixed[name].shape, mixed[name].values)
        tensors.write(self.work / "float32" / "model.safetensors", mixed)
        self.refused(["float32", "float64", "--dtype"], "convert", self.work / "float32", self.work / "none")

    def test_the_code_of_the_original_form_comes_along(self):
        source, out = self.work / "source", self.work / "out"
        shutil.copytree(MODEL / "original", source)
        (source / "modeling_internvl_chat.py").write_text("# code\n")
        self.engine("convert", source, out, "--spelling", "original")
        self.assertEqual((out / "modeling_internvl_chat.py").read_text(), "# code\n")
        self.engine("convert", source, self.work / "hf", "--image-token", 884)
        self.assertEqual(list((self.work / "hf").glob("*.py")), [])

    def test_numbers_beyond_the_range_are_refused(self):
        model, out = self.work / "model", self.work / "out"
        model.mkdir()
        shutil.copy(MODEL / "hf_disk" / "config.json", model)
        weights = {name: tensors.Tensor("F32", t.shape, t.values) for name, t in tensors.read(MODEL / "hf_disk" / "model.safetensors").items()}
        name = "language_model.model.layers.0.self_attn.q_norm.weight"
        weights[name].values[3] = 1e5
        tensors.write(model / "model.safetensors", weights)
        self.refused([name, "100000", "float16", "65504"], "convert", model, out, "--dtype", "float16")
        self.assertFalse(out.exists())
        self.engine("convert", model, out, "--dtype", "bfloat16")

    def test_refusals(self):
        taken = self.work / "taken"
        taken.mkdir()
        out = self.work / "out"
        self.refused(["taken", "already"], "convert", MODEL / "hf_disk", taken)
        self.refused(["original"], "convert", MODEL / "llava_onevision", out, "--spelling", "original")
        for size in ("5XB", "0", "-1GB", "GB"):
            self.refused(["--max-shard-size"], "convert", MODEL / "hf_disk", out, f"--max-shard-size={size}")
        self.refused(["--dtype"], "convert", MODEL / "hf_disk", out, "--dtype", "int8")
        self.refused(["config.json"], "convert", taken, out)
        self.assertFalse(out.exists())
        self.assertEqual(list(taken.iterdir()), [])
        self.assertIn("--spelling", self.engine("convert", "--help").stdout)


if __name__ == "__main__":
    engine.main()
