#!/usr/bin/env bash
# What other programs rely on: the keys of an answer as JSON, how a command ends, and that "verify" finds what was damaged.
#
#   answers_test.sh ROLLBOOK
set -euo pipefail
rollbook=$(realpath "$1")
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
export ROLLBOOK_DATA=$temp/home
"$rollbook" make-district --students 300 "$temp/a"
"$rollbook" make-district --students 300 --churn 3 "$temp/b"
"$rollbook" district add Oak >/dev/null
"$rollbook" source add sis --district Oak --live >/dev/null

# ends STATUS OUTCOME COMMAND…: it ends so, and its answer has every key, and this outcome.
ends() {
  local wanted=$1 outcome=$2 status=0
  shift 2
  "$rollbook" "$@" --district Oak --format json >"$temp/answer" 2>"$temp/told" || status=$?
  [ "$status" = "$wanted" ] || { echo "$*: ended with $status instead of $wanted"; cat "$temp/answer" "$temp/told"; exit 1; }
  python3 - "$temp/answer" "$outcome" "$*" <<'PYTHON'
import json, sys
answer = json.load(open(sys.argv[1]))
def expect(true, what):
    if not true: sys.exit(f"{sys.argv[3]}: {what}: {answer}")
shape = {"run": (int, type(None)), "kind": str, "digest": str, "decision": (str, type(None)), "held_because": list, "outcome": str,
         "revision": (int, type(None)), "reasons": list, "tables": dict, "schools": list, "withheld": list, "kept": list}
for key, kind in shape.items(): expect(key in answer and isinstance(answer[key], kind), key)
expect(answer["outcome"] == sys.argv[2], "outcome")
counts = {"created", "updated", "unchanged", "removed", "excluded"}
for table in answer["tables"].values(): expect(set(table) == counts and all(isinstance(n, int) for n in table.values()), "counts")
for school in answer["schools"]:
    expect(isinstance(school["sourcedId"], str), "sourcedId")
    for table in school["tables"].values(): expect(set(table) == counts, "counts of a school")
for one in answer["withheld"]: expect({"table", "rows", "why"} <= set(one), "withheld")
PYTHON
}
value() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$temp/answer" "$1"; }

ends 3 held sync "$temp/a" --source sis --dry-run
[ "$(value run)" = None ] || { echo "a dry run has a number"; exit 1; }
digest=$(value digest)
ends 3 held sync "$temp/a" --source sis
[ "$(value digest)" = "$digest" ] || { echo "the dry run has shown another change set"; exit 1; }
ends 0 applied approve 1
[ "$(value revision)" = 1 ] || { echo "the first revision is not the first"; exit 1; }
ends 0 no_changes sync "$temp/a" --source sis
ends 3 held sync "$temp/b" --source sis
ends 0 held discard 3
ends 3 held sync "$temp/b" --source sis --approve 00000000000000000000000000000000
ends 3 held sync "$temp/b" --source sis --dry-run
ends 0 applied sync "$temp/b" --source sis --approve "$(value digest)"
applied=$(value run)
ends 0 applied undo "$applied"
printf 'this is no roster' >"$temp/garbage.zip"
ends 1 refused sync "$temp/garbage.zip" --source sis
for wrong in "sync $temp/nowhere --source sis" "approve 4711" "undo 4711" "sync $temp/a --source nobody"; do
  status=0
  "$rollbook" $wrong --district Oak --format json >"$temp/answer" 2>"$temp/told" || status=$?
  [ "$status" != 0 ] && [ "$status" != 3 ] && [ -s "$temp/told" ] || { echo "$wrong: ended with $status"; cat "$temp/answer" "$temp/told"; exit 1; }
done

# Damaged on purpose, verify says it and ends with 1; whole again, it is sound.
"$rollbook" verify >/dev/null
finds() {
  local what=$1 status=0
  "$rollbook" verify >"$temp/told" 2>&1 || status=$?
  [ "$status" = 1 ] && ! grep -q '^Sound' "$temp/told" || { echo "$what was not found: $status"; cat "$temp/told"; exit 1; }
}
rows() { python3 -c 'import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.executescript(sys.argv[2]); d.commit()' "$roster" "$1"; }
roster=$(find "$temp/home" -name '*.db' -path '*district*' | head -1)
[ -n "$roster" ] || { echo "there is no roster database"; ls -R "$temp/home"; exit 1; }
cp -r "$temp/home" "$temp/whole"
spoilt() { rows "$2"; finds "$1"; rm -rf "$temp/home"; cp -r "$temp/whole" "$temp/home"; }
spoilt "a changed value" 'UPDATE users SET givenName = "Mallory" WHERE row_key = (SELECT min(row_key) FROM users WHERE row_until IS NULL) AND row_until IS NULL'
spoilt "a lost row" 'DELETE FROM enrollments WHERE row_key = (SELECT min(row_key) FROM enrollments WHERE row_until IS NULL) AND row_until IS NULL'
spoilt "a reference to nothing" 'DELETE FROM classes WHERE row_until IS NULL'
spoilt "an interval that ends before it begins" 'UPDATE users SET row_until = 0 WHERE row_key = (SELECT min(row_key) FROM users)'
blob=$(find "$temp/home" -type f -size +1k -not -name '*.db*' | head -1)
printf 'x' | dd of="$blob" bs=1 seek=700 conv=notrunc 2>/dev/null
finds "a changed byte of a delivery"
rm "$blob"
finds "a lost delivery"
