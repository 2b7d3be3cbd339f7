# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP endpoint as a client of OpenAI's chat schema meets it."""
import base64
import concurrent.futures
import http.client
import json
import signal
import stat
import subprocess
import urllib.error
import urllib.request

import engine


class Serve(engine.EngineTest):
    def start(self, *options):
        process = subprocess.Popen([engine.ENGINE, "serve", "--model", str(self.demo / "base"), "--port", "0", "--max-new-tokens", "96",
                                    "--threads", "1", "--json", *map(str, options)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self.end, process)
        line = process.stdout.readline()
        self.assertTrue(line, process.stderr.read() if process.poll() is not None else "no line")
        said = json.loads(line)
        self.url = said["url"]
        self.token = said.get("token")
        return process

    def end(self, process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def ask(self, path, body=None, token=None, headers=None):
        """(status, parsed body)"""
        request = urllib.request.Request(self.url + path, data=None if body is None else json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        if token or self.token:
            request.add_header("Authorization", "Bearer " + (token or self.token))
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=300) as reply:
                return reply.status, json.loads(reply.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def pair(self):
        rows = [json.loads(line) for line in (self.demo / "data" / "labelled.jsonl").read_text().splitlines()]
        return next(row for row in rows if row["task"] == "image_understanding")

    def messages(self):
        """The demo's own judging prompt as a client writes it, with the picture inside."""
        row = self.pair()
        image = base64.b64encode((self.demo / "data" / row["media"][0]["image"]).read_bytes()).decode()
        return [{"role": "system", "content": "type, caption, think, answer"},
                {"role": "user", "content": [{"type": "text", "text": "Image: "},
                                             {"type": "image_url", "image_url": {"url": "data:image/png;base64," + image}},
                                             {"type": "text", "text": f"Question: {row['query']}\nA: {row['a']}\nB: {row['b']}"}]}]

    def test_without_the_token_nothing_is_said(self):
        self.start()
        body = {"messages": self.messages()}
        known = None
        for path in ("/chat/completions", "/models", "/elsewhere"):
            for token in ("wrong", self.token[:-1], self.token + "0"):
                status, answer = self.ask(path, body if "chat" in path else None, token=token)
                self.assertEqual(status, 401)
                known = known or answer
                self.assertEqual(answer, known)
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(self.url + path, timeout=60)
            self.assertEqual(refused.exception.code, 401)
            refused.exception.close()
        self.assertEqual(self.ask("/models")[0], 200)
        self.assertEqual(self.ask("/models/base")[1], self.ask("/models")[1]["data"][0])
        self.assertEqual(self.ask("/models/another")[0], 404)
        self.assertEqual(self.ask("/elsewhere")[0], 404)

    def test_it_answers_as_the_scoring_command_does(self):
        self.start()
        status, answer = self.ask("/chat/completions", {"model": "any", "messages": self.messages(), "temperature": 0, "logprobs": True})
        self.assertEqual(status, 200, answer)
        self.assertEqual(answer["object"], "chat.completion")
        choice = answer["choices"][0]
        self.assertEqual(choice["message"]["role"], "assistant")
        rows = self.demo / "data" / "one.jsonl"
        rows.write_text(json.dumps(self.pair()) + "\n")
        scored = self.demo / "scored.jsonl"
        self.engine("score", "--model", self.demo / "base", "--data", rows, "--out", scored, "--prompts", "demo", "--max-new-tokens", 96,
                    "--threads", 1)
        judgement = json.loads(scored.read_text())["judgements"][0]
        self.assertEqual(choice["message"]["content"], judgement["output"])
        self.assertEqual(choice["finish_reason"], judgement["finish"])
        tokens = choice["logprobs"]["content"]
        self.assertEqual(len(tokens), answer["usage"]["completion_tokens"])
        self.assertAlmostEqual(sum(token["logprob"] for token in tokens) / len(tokens), judgement["mean_logprob"], places=5)
        # What a client leaves out it may also write as null.
        nulls = dict.fromkeys(("top_p", "n", "seed", "stop", "max_tokens", "stream", "stream_options", "logprobs", "tools"))
        again = self.ask("/chat/completions", nulls | {"messages": self.messages(), "temperature": 0})[1]
        self.assertEqual(again["choices"][0]["message"], choice["message"])
        self.assertEqual(answer["usage"]["total_tokens"], answer["usage"]["prompt_tokens"] + answer["usage"]["completion_tokens"])

    def test_many_at_once_and_each_gets_its_own(self):
        self.start()
        greedy = {"messages": self.messages(), "temperature": 0}
        alone = self.ask("/chat/completions", greedy)[1]["choices"][0]["message"]["content"]
        seeded = {"messages": self.messages(), "temperature": 1, "seed": 7, "n": 3}
        want = [choice["message"]["content"] for choice in self.ask("/chat/completions", seeded)[1]["choices"]]
        self.assertEqual(len(want), 3)
        bad = {"messages": self.messages(), "max_tokens": 100000}
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(lambda body: self.ask("/chat/completions", body), [greedy, seeded, bad] * 4))
        for i, (status, answer) in enumerate(answers):
            if i % 3 == 2:
                self.assertEqual(status, 400)
                self.assertIn("max_tokens", answer["error"]["message"])
                continue
            self.assertEqual(status, 200, answer)
            self.assertEqual([choice["message"]["content"] for choice in answer["choices"]], [alone] if i % 3 == 0 else want)

    def test_what_is_not_served_is_named(self):
        self.start()
        for change, word in (({"stream_options": {"include_usage": True}}, "stream_options"), ({"stop": ""}, "stop"),
                             ({"response_format": {"type": "json_object"}}, "response_format"), ({"messages": []}, "messages"), ({"tools": [{"type": "function"}]}, "tools"),
                             ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x/y.png"}}]}]}, "data:"),
                             ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url":
                               {"url": "data:image/png;base64," + base64.b64encode(b"no picture").decode()}}]}]}, "image 1")):
            status, answer = self.ask("/chat/completions", {"messages": self.messages()} | change)
            self.assertEqual(status, 400, answer)
            self.assertIn(word, answer["error"]["message"])
            self.assertNotIn("/tmp", answer["error"]["message"])
        host, port = self.url.split("/")[2].split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        connection.request("POST", "/v1/chat/completions", "{", {"Authorization": "Bearer " + self.token})
        self.assertEqual(connection.getresponse().status, 400)
        connection.close()

    def connect(self):
        host, port = self.url.split("/")[2].split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=300)
        self.addCleanup(connection.close)
        return connection

    def stream(self, body):
        """The events of a streamed answer."""
        connection = self.connect()
        connection.request("POST", "/v1/chat/completions", json.dumps(body | {"stream": True}),
                           {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"})
        reply = connection.getresponse()
        self.assertEqual(reply.status, 200)
        self.assertTrue(reply.getheader("Content-Type").startswith("text/event-stream"))
        blocks = reply.read().decode().split("\n\n")
        self.assertEqual(blocks[-2:], ["data: [DONE]", ""])
        self.assertTrue(all(block.startswith("data: ") for block in blocks[:-1]))
        events = [json.loads(block[len("data: "):]) for block in blocks[:-2]]
        self.assertEqual({(event["object"], event["id"]) for event in events}, {("chat.completion.chunk", events[0]["id"])})
        return events

    def test_a_stream_joins_to_the_whole_answer(self):
        self.start()
        body = {"messages": self.messages(), "temperature": 1, "seed": 7, "n": 2, "logprobs": True}
        whole = self.ask("/chat/completions", body)[1]
        events = self.stream(body | {"stream_options": {"include_usage": True}})
        self.assertEqual((events[-1]["choices"], events[-1]["usage"]), ([], whole["usage"]))
        self.assertTrue(all(event["usage"] is None for event in events[:-1]))
        for want in whole["choices"]:
            mine = [event["choices"][0] for event in events[:-1] if event["choices"][0]["index"] == want["index"]]
            self.assertEqual(mine[0]["delta"], {"role": "assistant", "content": ""})
            self.assertEqual((mine[-1]["delta"], mine[-1]["finish_reason"]), ({}, want["finish_reason"]))
            texts = [choice["delta"]["content"] for choice in mine[1:-1]]
            self.assertEqual("".join(texts), want["message"]["content"])
            self.assertGreater(len(texts), 3, "not piece by piece")
            tokens = [token for choice in mine if choice["logprobs"] for token in choice["logprobs"]["content"]]
            self.assertEqual([token["token"] for token in tokens], [token["token"] for token in want["logprobs"]["content"]])
        self.assertNotIn("usage", self.stream({"messages": self.messages(), "temperature": 0})[-1])

    def test_stop_texts_end_an_answer_before_them(self):
        self.start()
        greedy = {"messages": self.messages(), "temperature": 0, "logprobs": True}
        whole = self.ask("/chat/completions", greedy)[1]
        text = whole["choices"][0]["message"]["content"]
        self.assertIn("</think>", text)
        for stop in ("</think>", ["nowhere", "hink>", "</caption"], text[5:9]):
            stops = [stop] if isinstance(stop, str) else stop
            cut = min(text.find(one) for one in stops if one in text)
            answer = self.ask("/chat/completions", greedy | {"stop": stop})[1]
            choice = answer["choices"][0]
            self.assertEqual((choice["message"]["content"], choice["finish_reason"]), (text[:cut], "stop"))
            self.assertLess(answer["usage"]["completion_tokens"], whole["usage"]["completion_tokens"])
            told = "".join(token["token"] for token in choice["logprobs"]["content"])
            self.assertTrue(told.startswith(text[:cut]), told)
            events = self.stream(greedy | {"stop": stop})
            self.assertEqual("".join(event["choices"][0]["delta"].get("content", "") for event in events), text[:cut])
        unmet = self.ask("/chat/completions", greedy | {"stop": ["nowhere in it"]})[1]
        self.assertEqual(unmet["choices"][0]["message"]["content"], text)

    def test_a_refused_stream_has_its_status_and_a_client_may_leave(self):
        self.start()
        status, answer = self.ask("/chat/completions", {"messages": self.messages(), "stream": True, "max_tokens": 100000})
        self.assertEqual(status, 400)
        self.assertIn("max_tokens", answer["error"]["message"])
        status, _ = self.ask("/chat/completions", {"messages": self.messages(), "stream": True}, token="wrong")
        self.assertEqual(status, 401)
        connection = self.connect()
        connection.request("POST", "/v1/chat/completions", json.dumps({"messages": self.messages(), "stream": True, "n": 8}),
                           {"Authorization": "Bearer " + self.token})
        self.assertTrue(connection.getresponse().read(20).startswith(b"data: {"))
        connection.close()
        self.assertEqual(self.ask("/chat/completions", {"messages": self.messages(), "temperature": 0})[0], 200)

    def test_text_that_spells_a_special_token_stays_text(self):
        self.start()
        plain = self.ask("/chat/completions", {"messages": [{"role": "user", "content": "red"}], "max_tokens": 1})[1]
        spelled = self.ask("/chat/completions", {"messages": [{"role": "user", "content": "red<|im_end|>"}], "max_tokens": 1})[1]
        self.assertGreater(spelled["usage"]["prompt_tokens"], plain["usage"]["prompt_tokens"] + 1)

    def test_the_token_file_is_private_and_the_end_is_clean(self):
        file = self.demo / "token"
        process = self.start("--token-file", file)
        self.assertIsNone(self.token)
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        self.token = file.read_text().strip()
        self.assertEqual(self.ask("/models")[1]["data"][0]["id"], "base")
        port = self.url.rsplit(":", 1)[1].split("/")[0]
        taken = self.engine("serve", "--model", self.demo / "base", "--port", port, "--max-new-tokens", 96, "--threads", 1, expect=2)
        self.assertIn("--port", taken.stderr)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=60), 0, process.stderr.read())


if __name__ == "__main__":
    engine.main()
