#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails when a program is linked with a library that it must not know.

check_binary.py PROGRAM REGEX   (REGEX is searched in every NEEDED entry that readelf -d prints)
"""
import re
import subprocess
import sys


def main():
    program, forbidden = sys.argv[1], sys.argv[2]
    listing = subprocess.run(["readelf", "-d", program], check=True, capture_output=True, text=True).stdout
    needed = re.findall(r"\(NEEDED\).*\[(.+)\]", listing)
    if not needed:
        print(f"{program}: readelf lists no libraries")
        return 1
    faults = [name for name in needed if re.search(forbidden, name)]
    for name in faults:
        print(f"{program}: is linked with {name}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
