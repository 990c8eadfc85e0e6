#!/usr/bin/env bash
# Runs what the documents tell people to run, so that a document never promises more than the program does.
#
#   readme_test.sh ROLLBOOK [DOCUMENT…]        without documents: the README and all guides
#
# A block ```sh behind a line <!-- tested --> is run line by line, each line in a shell of its own, with `rollbook` on the PATH. All
# blocks of a document share one temporary folder, so that a later one may use what an earlier one made. A line must exit with 0,
# or with what it says at its end: "# exit 1". A line that ends in a backslash goes on in the next one.
#
# A block ```text behind a line <!-- output --> is what the tested block before it printed, word for word. A line that is only …
# stands for any number of lines left out.
set -uo pipefail

[ $# -ge 1 ] && [ -x "$1" ] || { echo "usage: readme_test.sh ROLLBOOK [DOCUMENT…]" >&2; exit 2; }
rollbook=$(realpath "$1")
shift
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
[ $# -gt 0 ] || set -- "$root"/README.md "$root"/docs/guide/*.md

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
mkdir "$temp/bin"
ln -s "$rollbook" "$temp/bin/rollbook"
export PATH="$temp/bin:$PATH" LC_ALL=C.UTF-8 NO_COLOR=1
# A sanitizer's report must not pass for "exit 1".
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}exitcode=99" UBSAN_OPTIONS="${UBSAN_OPTIONS:+$UBSAN_OPTIONS:}exitcode=99"

failures=0
complain() {
  echo "$document:$number: $1" >&2
  failures=$((failures + 1))
}

# Runs one command; what it prints is added to $temp/printed.
run_line() {
  local command=$1 wanted=0 status
  if [[ $command =~ ^(.*[^[:space:]])[[:space:]]*#\ exit\ ([0-9]+)[[:space:]]*$ ]]; then
    command=${BASH_REMATCH[1]} wanted=${BASH_REMATCH[2]}
  fi
  (cd "$folder" && bash -c "$command") >"$temp/one" 2>&1 </dev/null
  status=$?
  cat "$temp/one" >>"$temp/printed"
  runs=$((runs + 1))
  [ "$status" = "$wanted" ] && return
  complain "\"$command\" ended with $status instead of $wanted. It printed:"
  sed 's/^/    /' "$temp/one" >&2
}

# Looks for the lines of the block in what was printed: one behind the other, … stands for a gap.
compare() {
  local -a printed
  mapfile -t printed <"$temp/printed"
  local at=0 gap=no line
  for line in "$@"; do
    if [ "$line" = "…" ]; then
      gap=yes
      continue
    fi
    if [ $gap = yes ]; then
      while [ $at -lt ${#printed[@]} ] && [ "${printed[$at]}" != "$line" ]; do at=$((at + 1)); done
    fi
    if [ $at -ge ${#printed[@]} ] || [ "${printed[$at]}" != "$line" ]; then
      complain "the output shown above has a line that was not printed there: $line"
      return
    fi
    at=$((at + 1)) gap=no
  done
  [ $gap = yes ] || [ $at -eq ${#printed[@]} ] || complain "the output shown above leaves out its end without saying so (…)"
}

for document in "$@"; do
  folder=$(mktemp -d "$temp/XXXXXX")
  : >"$temp/printed"
  mark=none block=none number=0 runs=0 command=
  shown=()
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    case $block in
      none)
        case $line in
          '<!-- tested -->') mark=sh ;;
          '<!-- output -->') mark=text ;;
          '```'*)
            if [ $mark != none ] && [ "$line" != '```'$mark ]; then complain "a block \`\`\`$mark was promised here"; fi
            [ $mark = sh ] && : >"$temp/printed"
            [ $mark = none ] && block=other || block=$mark
            mark=none shown=() command=
            ;;
          ?*) [ $mark = none ] || { complain "a block \`\`\`$mark was promised here"; mark=none; } ;;
        esac
        ;;
      *)
        if [ "$line" = '```' ]; then
          [ $block = text ] && compare "${shown[@]}"
          block=none
        elif [ $block = text ]; then
          shown+=("$line")
        elif [ $block = sh ]; then
          command+=$line
          case $command in
            *\\) command=${command%\\} ;;
            '' | '#'*) command= ;;
            *) run_line "$command"; command= ;;
          esac
        fi
        ;;
    esac
  done <"$document"
  [ $block = none ] || complain "the last block is never closed"
  [ $runs -gt 0 ] || complain "no command was tested here; a block to test begins with <!-- tested -->"
  echo "$(basename "$document"): $runs commands"
done
[ $failures -eq 0 ] || { echo "$failures failures" >&2; exit 1; }
