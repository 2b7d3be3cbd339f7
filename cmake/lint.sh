#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks formatting, the arrows and sizes, and clang-tidy on the sources that changed.
#   cmake/lint.sh BUILD [all | REVISION]     changed against REVISION (default: the merge base with main)
set -uo pipefail
cd "$(dirname "$0")/.."

build=$1
since=${2:-}
status=0

step() {
  printf '%s\n' "$1" >&2
  shift
  "$@" || status=1
}

changed_sources() {
  if [ "$since" = all ]; then
    git ls-files -- '*.cpp'
    return
  fi
  local base=$since
  [ -n "$base" ] || base=$(git merge-base HEAD main 2>/dev/null || git merge-base HEAD origin/main 2>/dev/null || echo HEAD)
  { git diff --name-only --diff-filter=d "$base" -- '*.cpp'; git ls-files --others --exclude-standard -- '*.cpp'; } | sort -u
}

tidy() {
  local sources
  python3 cmake/compile_database.py "$build" "$build/lint" || return 1
  # Only what the build knows: clang-tidy needs the compile command.
  sources=$(changed_sources | while read -r source; do
    grep -qF "/$source\"" "$build/lint/compile_commands.json" && echo "$source"
  done)
  [ -n "$sources" ] || { echo "no changed sources" >&2; return 0; }
  # Flags of GCC that clang does not know come with the compile commands.
  printf '%s\n' "$sources" \
    | xargs -P "$(nproc)" -n 1 clang-tidy -p "$build/lint" --quiet --extra-arg=-Wno-unknown-warning-option 2>/dev/null
}

step "Format" cmake/format.sh --check
step "Arrows between folders" python3 cmake/check_layers.py . "$build/layers.tsv"
step "Sizes and forbidden calls" python3 cmake/check_style.py .
step "Headers that stand on their own" python3 cmake/check_headers.py .
step "clang-tidy on changed sources" tidy
exit $status
