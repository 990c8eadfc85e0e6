#!/usr/bin/env bash
# A limit of file sizes is told like a full disk, and nothing is lost by it.
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
status=0
(ulimit -f 1500; "$rollbook" sync "$temp/a" --district Oak --source sis) >"$temp/told" 2>&1 || status=$?
[ "$status" = 1 ] || [ "$status" = 4 ] || { echo "ended with $status"; cat "$temp/told"; exit 1; }
grep -q . "$temp/told" || { echo "said nothing"; exit 1; }
"$rollbook" verify >/dev/null
"$rollbook" sync "$temp/a" --district Oak --source sis >/dev/null
"$rollbook" verify >/dev/null
