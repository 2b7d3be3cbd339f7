#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine's tokenizer beside Hugging Face `tokenizers`: one thread, the same documents, equal ids required.

    tokenizer_speed.py BENCH_TOKENIZER [--tiktoken FILE] [--megabytes 10] [--repeats 3]

BENCH_TOKENIZER is the built program bench_tokenizer. Runs under a Python that has `tokenizers`. --tiktoken is a ranks file of the
Qwen vocabulary (qwen.tiktoken in the PyPI package dashscope 2.0.2); without it the tests' small vocabulary is used. The text is
made here: code and English prose of Python's own library, Chinese, Russian and Japanese-like words, numbers, markup, emoji. Of the
reference the fastest of encode, encode_batch and encode_batch_fast counts. Prints one JSON object.
"""
import argparse
import array
import base64
import json
import os
import pathlib
import random
import statistics
import subprocess
import sysconfig
import tempfile
import time

os.environ["RAYON_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
SMALL = pathlib.Path(__file__).resolve().parents[1] / "tests" / "data" / "tokenizer" / "tokenizer.json"


def bytes_to_letters():
    kept = list(range(0x21, 0x7f)) + list(range(0xa1, 0xad)) + list(range(0xae, 0x100))
    others = [b for b in range(256) if b not in kept]
    return {**{b: chr(b) for b in kept}, **{b: chr(256 + i) for i, b in enumerate(others)}}


def merge_of(token, ranks):
    """The two tokens that a token of a ranks file was joined from: merge its bytes with lower ranks alone."""
    parts = [token[i:i + 1] for i in range(len(token))]
    while len(parts) > 2:
        best = min((ranks.get(parts[i] + parts[i + 1], 1 << 30), i) for i in range(len(parts) - 1))
        if best[0] >= ranks[token]:
            return None
        parts[best[1]:best[1] + 2] = [parts[best[1]] + parts[best[1] + 1]]
    return parts


def full_tokenizer(tiktoken):
    """The tests' pipeline with the vocabulary and merges of a ranks file."""
    ranks = {}
    for line in tiktoken.read_text().splitlines():
        token, rank = line.split()
        ranks[base64.b64decode(token)] = int(rank)
    letters = bytes_to_letters()
    spell = lambda token: "".join(letters[b] for b in token)
    out = json.loads(SMALL.read_text())
    out["model"]["vocab"] = {spell(token): rank for token, rank in ranks.items()}
    merges = (merge_of(token, ranks) for token in sorted(ranks, key=ranks.get) if len(token) > 1)
    out["model"]["merges"] = [[spell(a), spell(b)] for a, b in filter(None, merges)]
    for i, token in enumerate(sorted(out["added_tokens"], key=lambda t: t["id"])):
        token["id"] = len(ranks) + i
    return out


def words(rng, first, count, longest, size):
    """Words of a made-up language: letters from one range, frequent words drawn far more often."""
    vocabulary = ["".join(chr(first + rng.randrange(count)) for _ in range(rng.randint(1, longest))) for _ in range(size)]
    weights = [1 / (rank + 2) for rank in range(size)]
    return lambda n: rng.choices(vocabulary, weights, k=n)


def documents(megabytes):
    rng = random.Random(5)
    sources = sorted(pathlib.Path(sysconfig.get_path("stdlib")).glob("*.py"))
    library = "\n".join(path.read_text(errors="ignore") for path in sources).replace("\x1e", " ")
    chinese, russian, kana = (words(rng, *shape) for shape in ((0x4e00, 6000, 3, 8000), (0x430, 32, 9, 8000), (0x3042, 80, 5, 4000)))
    at, out, size = 0, [], 0
    while size < megabytes * 1_000_000:
        kind = rng.randrange(10)
        if kind < 6:
            length = rng.randint(500, 4000)
            text = library[at:at + length]
            at = (at + length) % (len(library) - 5000)
        elif kind == 6:
            text = "，".join("".join(chinese(rng.randint(3, 12))) for _ in range(60)) + "。"
        elif kind == 7:
            text = " ".join(russian(200)) + ". " + "".join(kana(80)) + "。"
        elif kind == 8:
            text = json.dumps([{"id": rng.randrange(10**6), "score": rng.random(), "tags": [str(rng.randrange(99))] * 3} for _ in range(20)])
        else:
            text = "\n\n".join(f"## {i}. caf\u00e9 na\u00efve \U0001f98a\U0001f680 **{rng.random():.3f}**\t| {'-' * rng.randint(1, 40)} |\r\n" for i in range(40))
        out.append(text)
        size += len(text.encode())
    return out, size


def theirs(tokenizer_file, texts, repeats):
    from tokenizers import Tokenizer, __version__
    ways = {"encode": lambda t: [t.encode(text, add_special_tokens=False).ids for text in texts],
            "encode_batch": lambda t: [e.ids for e in t.encode_batch(texts, add_special_tokens=False)]}
    if hasattr(Tokenizer, "encode_batch_fast"):
        ways["encode_batch_fast"] = lambda t: [e.ids for e in t.encode_batch_fast(texts, add_special_tokens=False)]
    times, ids = {}, None
    for name, way in ways.items():
        measured = []
        for _ in range(repeats):
            tokenizer = Tokenizer.from_file(str(tokenizer_file))
            start = time.perf_counter()
            ids = way(tokenizer)
            measured.append(time.perf_counter() - start)
        times[name] = statistics.median(measured)
    return times, ids, __version__


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench")
    parser.add_argument("--tiktoken", type=pathlib.Path)
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    texts, size = documents(args.megabytes)
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work)
        tokenizer = full_tokenizer(args.tiktoken) if args.tiktoken else json.loads(SMALL.read_text())
        (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False))
        (folder / "text").write_text("\x1e".join(texts), newline="")
        done = subprocess.run([args.bench, folder, folder / "text", folder / "ids", str(args.repeats)], check=True, capture_output=True)
        ours = json.loads(done.stdout)
        times, ids, version = theirs(folder / "tokenizer.json", texts, args.repeats)
        got = array.array("i", (folder / "ids").read_bytes())
    want = array.array("i", (i for one in ids for i in one))
    best = min(times, key=times.get)
    print(json.dumps({"bytes": size, "documents": len(texts), "vocabulary": len(tokenizer["model"]["vocab"]), "tokens": len(want),
                      "equal_ids": got == want, "engine_seconds": ours["seconds"], "engine_load_seconds": ours["load_seconds"],
                      "tokenizers_version": version, "tokenizers_seconds": {k: round(v, 4) for k, v in times.items()},
                      "tokenizers_best": best, "engine_mb_per_s": round(size / 1e6 / ours["seconds"], 2),
                      "tokenizers_mb_per_s": round(size / 1e6 / times[best], 2), "ratio": round(times[best] / ours["seconds"], 2)}, indent=1))
    if got != want:
        raise SystemExit("the ids differ")


if __name__ == "__main__":
    main()
