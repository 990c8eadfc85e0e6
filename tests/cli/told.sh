# For tests of commands, to be read in: ROLLBOOK is the first argument of the test. A home of its own is in ROLLBOOK_DATA; $temp goes at the end.
set -euo pipefail
rollbook=$(realpath "$1")
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
export ROLLBOOK_DATA=$temp/home
complain() { echo "$1" >&2; cat "$temp/told" >&2; exit 1; }

# told STATUS WORDS… runs a command; what it said is in $temp/told.
told() {
  local wanted=$1 status=0
  shift
  "$rollbook" "$@" >"$temp/told" 2>&1 || status=$?
  [ "$status" = "$wanted" ] || complain "\"$*\" ended with $status instead of $wanted:"
}
says() { grep -qxF -- "$1" "$temp/told" || complain "it does not say: $1"; }  # a whole line
hints() { grep -qF -- "$1" "$temp/told" || complain "it does not say: $1"; }
