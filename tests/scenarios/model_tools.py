# SPDX-License-Identifier: GPL-3.0-or-later
"""tokenize, preprocess, inspect and convert against recorded cases and a second reader of the files."""
import json
import pathlib
import shutil
import tempfile
import unittest

import engine

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
TOKENIZER = DATA / "tokenizer"


class ToolTest(engine.CommandTest):
    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="msrl-tools-"))
        self.addCleanup(shutil.rmtree, self.work)

    def refused(self, words, *arguments, text=None):
        done = self.engine(*arguments, expect=2, text=text)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)


def rows_of(name):
    return [json.loads(line) for line in (TOKENIZER / name).read_text().split("\n") if line]


class Tokenize(ToolTest):
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
        self.refused(["outside its tags"], "tokenize", "--model", self.work, "--chat", text="")
        path.unlink()
        self.assertIn("chat_template", json.loads((self.work / "tokenizer_config.json").read_text()))
        self.engine("tokenize", "--model", self.work, "--chat", text="")
        (self.work / "tokenizer_config.json").unlink()
        self.refused(["no chat template"], "tokenize", "--model", self.work, "--chat", text="")


if __name__ == "__main__":
    engine.main()
