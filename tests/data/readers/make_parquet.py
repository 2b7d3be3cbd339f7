#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the Parquet files of this folder: with the writers that people's files come from, not with ours.

make_parquet.py   (needs pyarrow 26.0.1, datasets 5.2.0 and pillow)
"""
import datetime
import io
import pathlib

import datasets
import pyarrow
import pyarrow.parquet
from PIL import Image

FOLDER = pathlib.Path(__file__).parent


def picture(colour, kind="PNG", size=(6, 4)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def hugging_face():
    """As a hub's conversion leaves it: features, images as struct{bytes, path}, nulls, a list of images."""
    image = datasets.Image()
    features = datasets.Features({
        "id": datasets.Value("string"), "query": datasets.Value("string"), "response": datasets.List(datasets.Value("string")),
        "image": image, "human_ranking": datasets.List(datasets.Value("int64")), "pages": datasets.List(image),
        "judge": datasets.ClassLabel(names=["left", "right"]), "note": datasets.Value("large_string")})
    rows = [
        {"id": "RLAIF-V_0", "query": "Which colour?", "response": ["red", "green"], "image": {"bytes": picture("red"), "path": None},
         "human_ranking": [0, 1], "pages": [], "judge": 0, "note": None},
        {"id": "mathverse_1", "query": "Wie groß? 多少", "response": ["6", "7"], "image": {"bytes": picture("blue", "JPEG"), "path": "b.jpg"},
         "human_ranking": [1, 0], "pages": [{"bytes": picture("red"), "path": "r.png"}, {"bytes": picture("green", "WEBP"), "path": "g.webp"}],
         "judge": 1, "note": "seen"},
        {"id": "mmmu_2", "query": "No picture?", "response": ["yes", "no"], "image": None,
         "human_ranking": [0, 1], "pages": None, "judge": 1, "note": ""},
    ]
    storage = {name: [row[name] for row in rows] for name in features}
    table = pyarrow.Table.from_pydict(storage, schema=features.arrow_schema)
    datasets.Dataset(table, info=datasets.DatasetInfo(features=features)).to_parquet(FOLDER / "hf_pairs.parquet")


def arrow_types():
    """Every kind of cell that a row can have, over two row groups, packed with zstd and dictionaries."""
    count = 5
    table = pyarrow.table({
        "name": pyarrow.array([f"n{i % 2}" for i in range(count)]).dictionary_encode(),
        "text": pyarrow.array(["a", None, "ä", "", "e"], pyarrow.large_string()),
        "small": pyarrow.array([1, -2, 3, None, 5], pyarrow.int8()),
        "large": pyarrow.array([2**64 - 1, 0, 1, 2, 3], pyarrow.uint64()),
        "real": pyarrow.array([0.5, None, -1.25, 1e30, 0.0], pyarrow.float32()),
        "truth": pyarrow.array([True, False, None, True, False]),
        "day": pyarrow.array([datetime.date(2025, 2, 3)] * count),
        "price": pyarrow.array([None, 1, 2, 3, 4], pyarrow.decimal128(8, 2)),
        "turns": pyarrow.array([[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}], [], None,
                                [{"role": "user", "content": None}], [None]],
                               pyarrow.large_list(pyarrow.struct([("role", pyarrow.string()), ("content", pyarrow.string())]))),
        "pair": pyarrow.array([[i, i + 1] for i in range(count)], pyarrow.list_(pyarrow.int32(), 2)),
        "scores": pyarrow.array([[("x", 1.5)], [], None, [("y", None), ("z", 2.0)], []], pyarrow.map_(pyarrow.string(), pyarrow.float64())),
        "photo": pyarrow.array([picture("red"), None, picture("blue", "JPEG"), picture("red"), b"plain text"], pyarrow.binary()),
        "linked": pyarrow.array([{"bytes": None, "path": "pictures/0.png"}, {"bytes": None, "path": None}, None, {"bytes": picture("red"), "path": None},
                                 {"bytes": picture("red"), "path": "x.png"}], pyarrow.struct([("bytes", pyarrow.binary()), ("path", pyarrow.string())])),
        "photos": pyarrow.array([[picture("red"), picture("blue")], [], None, [], []], pyarrow.list_(pyarrow.large_binary())),
    })
    pyarrow.parquet.write_table(table, FOLDER / "arrow_types.parquet", row_group_size=3, compression="zstd")


hugging_face()
arrow_types()
