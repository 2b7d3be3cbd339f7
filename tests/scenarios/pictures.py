# SPDX-License-Identifier: GPL-3.0-or-later
"""PNG files and uncompressed videos in the standard library alone: beside what the engine reads them with.

A picture is (width, height, rows of RGB bytes).
"""
import struct
import zlib


def read_png(path):
    """8-bit RGB, not interlaced."""
    data, at, compressed = path.read_bytes(), 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, *rest = struct.unpack(">IIBBBBB", body)
            assert rest == [8, 2, 0, 0, 0], rest
        elif kind == b"IDAT":
            compressed += body
        at += 12 + size
    raw, stride = zlib.decompress(compressed), 3 * width
    rows, above = [], bytes(stride)
    for y in range(height):
        start = y * (stride + 1)
        above = _unfiltered(raw[start], bytearray(raw[start + 1:start + 1 + stride]), above)
        rows.append(above)
    return width, height, rows


def _unfiltered(kind, row, above):
    for i in range(len(row)):
        left, corner = (row[i - 3], above[i - 3]) if i >= 3 else (0, 0)
        if kind == 1:
            guess = left
        elif kind == 2:
            guess = above[i]
        elif kind == 3:
            guess = (left + above[i]) // 2
        elif kind == 4:
            guess = min((abs(above[i] - corner), 0, left), (abs(left - corner), 1, above[i]),
                        (abs(left + above[i] - 2 * corner), 2, corner))[2]
        else:
            guess = 0
        row[i] = row[i] + guess & 255
    return bytes(row)


def write_png(path, picture):
    width, height, rows = picture
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
             (b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows), 1)), (b"IEND", b""))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts))


def _chunk(name, body):
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def write_avi(path, pictures, fps, size=(8, 8)):
    """All of one size; `size` is that of a video without any."""
    width, height = pictures[0][:2] if pictures else size
    stride = (3 * width + 3) // 4 * 4
    movie = index = b""
    for _, _, rows in pictures:
        body = b""
        for row in reversed(rows):  # from the lowest up, blue first
            flipped = bytearray(row)
            flipped[0::3], flipped[2::3] = row[2::3], row[0::3]
            body += bytes(flipped).ljust(stride, b"\0")
        index += struct.pack("<4sIII", b"00db", 16, len(movie) + 4, len(body))
        movie += _chunk(b"00db", body)
    bytes_each, count = stride * height, len(pictures)
    main = struct.pack("<14I", 1_000_000 // fps, bytes_each * fps, 0, 16, count, 0, 1, bytes_each, width, height, 0, 0, 0, 0)
    stream = b"vidsDIB " + struct.pack("<12I", 0, 0, 0, 1, fps, 0, count, bytes_each, 0xFFFFFFFF, 0, 0, 0)
    picture = struct.pack("<IIIHHIIIIII", 40, width, height, 1, 24, 0, bytes_each, 0, 0, 0, 0)
    lists = _chunk(b"LIST", b"hdrl" + _chunk(b"avih", main)
                   + _chunk(b"LIST", b"strl" + _chunk(b"strh", stream) + _chunk(b"strf", picture)))
    path.write_bytes(_chunk(b"RIFF", b"AVI " + lists + _chunk(b"LIST", b"movi" + movie) + _chunk(b"idx1", index)))
