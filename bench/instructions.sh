#!/usr/bin/env bash
# instructions.sh [build/release/rollbook] [--renew]: counts the instructions of "rollbook check" on 10,000 students and compares them
# with bench/instructions.txt; more than 5 % above fails. Unlike seconds, instructions are the same on a busy machine.
#
# One thread, the same district, the same day. Valgrind knows no AVX-512, so the program takes its AVX2 kernel whatever the processor
# is. The hash seed is random in every run, which moves the count by well under half a per cent.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rollbook=${1:-$here/../build/release/rollbook}
expected=$here/instructions.txt

command -v valgrind >/dev/null || { echo "instructions.sh: valgrind is not installed" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$rollbook" make-district --students 10000 --seed 1 "$folder/district"
valgrind --tool=callgrind --callgrind-out-file=/dev/null "$rollbook" check "$folder/district" --format json --quiet --threads 1 --today 2025-10-01 \
  >"$folder/report.json" 2>"$folder/valgrind.txt" || { cat "$folder/valgrind.txt" >&2; exit 2; }
count=$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$folder/valgrind.txt")
[ -n "$count" ] || { echo "instructions.sh: valgrind told no count" >&2; cat "$folder/valgrind.txt" >&2; exit 2; }

if [ "${2:-}" = --renew ]; then
  echo "$count" >"$expected"
  echo "bench/instructions.txt now says $count"
  exit
fi
before=$(cat "$expected")
echo "$count instructions, expected $before: $(awk -v a="$count" -v b="$before" 'BEGIN { printf "%+.2f %%", 100 * (a - b) / b }')"
if [ "$count" -gt $((before + before / 20)) ]; then
  echo "That is more than 5 % above. If it is meant, run bench/instructions.sh $rollbook --renew and say why in the commit." >&2
  exit 1
fi
