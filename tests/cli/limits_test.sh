#!/usr/bin/env bash
# A limit of file sizes is told like a full disk, and nothing is lost by it: while the delivery is put away, and while its rows are written.
#
#   limits_test.sh ROLLBOOK
set -euo pipefail
rollbook=$(realpath "$1")
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
export ROLLBOOK_DATA=$temp/home
"$rollbook" make-district --students 3000 "$temp/a"
"$rollbook" district add Oak >/dev/null
"$rollbook" source add sis --district Oak --live --apply-by-itself >/dev/null

fails_below() {
  local status=0
  (ulimit -f "$1"; "$rollbook" sync "$temp/a" --district Oak --source sis) >"$temp/told" 2>&1 || status=$?
  [ "$status" = 4 ] || { echo "below $1 KiB it ended with $status"; cat "$temp/told"; exit 1; }
  grep -q 'Failed\.' "$temp/told" && grep -q 'too large\|full\|I/O error' "$temp/told" || { echo "it does not say why"; cat "$temp/told"; exit 1; }
  "$rollbook" verify >/dev/null
}

fails_below 300
[ -z "$(find "$temp/home" -name '.coming-*')" ] || { echo "it left a piece of a delivery behind"; exit 1; }
"$rollbook" runs --district Oak | grep -q 'No runs yet' || { echo "a delivery that was not kept has a run"; exit 1; }

largest=$(($(stat -c %s "$temp"/a/*.csv | sort -n | tail -1) / 1024))
fails_below $((largest + 200))
"$rollbook" runs --district Oak | grep -q 'failed' || { echo "the run does not say that it failed"; exit 1; }
[ "$("$rollbook" verify | grep -c '1 deliveries: sound')" = 1 ] || { echo "the delivery was not kept"; exit 1; }

"$rollbook" approve 1 --district Oak >/dev/null
"$rollbook" verify | grep -q 'sound'
"$rollbook" sync "$temp/a" --district Oak --source sis >"$temp/told"
grep -q 'No changes' "$temp/told" || { echo "what was applied is not there"; cat "$temp/told"; exit 1; }
