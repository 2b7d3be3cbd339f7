# SPDX-License-Identifier: GPL-3.0-or-later
"""safetensors in the standard library alone: a second reader and writer beside the engine's."""
import array
import json
import math
import struct

CODES = {"F64": "d", "F32": "f", "I64": "q", "I32": "i", "U8": "B"}


class Tensor:
    def __init__(self, dtype, shape, values):
        self.dtype, self.shape, self.values = dtype, list(shape), values


def _decode(dtype, data):
    if dtype == "BF16":
        halves = array.array("H", data)
        return array.array("f", array.array("I", [h << 16 for h in halves]).tobytes())
    return array.array(CODES[dtype], data)


def read(path):
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    out = {}
    for name, entry in header.items():
        begin, end = (8 + size + at for at in entry["data_offsets"])
        out[name] = Tensor(entry["dtype"], entry["shape"], _decode(entry["dtype"], data[begin:end]))
    return out


def write(path, tensors):
    header, body = {}, b""
    for name, tensor in tensors.items():
        data = array.array(CODES[tensor.dtype], tensor.values).tobytes()
        header[name] = {"dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def difference(got, want, absolute=2e-5, relative=1e-5, rows=None):
    """The largest |got - want|, and whether every element is within absolute + relative * |want|. `rows` (of 0
    and 1, one per position) leaves out positions whose values mean nothing."""
    assert got.shape == want.shape, (got.shape, want.shape)
    width = max(1, len(want.values) // len(rows)) if rows is not None else 1
    largest, good = 0.0, True
    for i, (a, b) in enumerate(zip(got.values, want.values)):
        if rows is not None and not rows[i // width]:
            continue
        off = abs(a - b)
        good = good and off <= absolute + relative * abs(b)
        largest = max(largest, off) if off == off else math.inf
    return largest, good
