#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Formats the C++ sources in place, or with --check only names the files that differ (exit code 1).
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -d '' -t sources < <(git ls-files -z --cached --others --exclude-standard -- '*.cpp' '*.h' '*.cu' '*.cuh' ':!tests/data')
# A file deleted but not yet committed is still listed.
existing=()
for source in "${sources[@]}"; do
  [ -f "$source" ] && existing+=("$source")
done
[ ${#existing[@]} -gt 0 ] || exit 0

report=$(mktemp)
jobs=$(nproc)
if [ "${1:-}" != --check ]; then
  printf '%s\0' "${existing[@]}" | xargs -0 -P "$jobs" -n 20 clang-format -i
  exit 0
fi

# One output file per source would be needed to compare texts; clang-format's own warnings name file and line.
if printf '%s\0' "${existing[@]}" | xargs -0 -P "$jobs" -n 20 clang-format --dry-run -Werror 2>"$report"; then
  rm -f "$report"
  exit 0
fi
grep -oE '^[^:]+:[0-9]+:[0-9]+: error' "$report" | cut -d: -f1 | sort | uniq -c \
  | awk '{print $2 ": differs from .clang-format in " $1 " places (./dev format mends it)"}'
rm -f "$report"
exit 1
