#!/usr/bin/env bash
# Where --data is wrong, or something has to be decided first, the text says so, and the command it suggests can be pasted as it is.
#
#   hints_test.sh ROLLBOOK
set -euo pipefail
rollbook=$(realpath "$1")
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
unset ROLLBOOK_DATA ROLLBOOK_DATABASE
cd "$temp"

# tells STATUS TEXT COMMAND…: it ends so, and says this.
tells() {
  local wanted=$1 text=$2 status=0
  shift 2
  "$rollbook" "$@" >told 2>&1 || status=$?
  [ "$status" = "$wanted" ] || { echo "\"$*\" ended with $status"; cat told; exit 1; }
  grep -qF -- "$text" told || { echo "\"$*\" does not say: $text"; cat told; exit 1; }
}

tells 2 'Say where the rosters are kept: --data FOLDER' runs --district Oak
tells 2 'There are no rosters in nowhere. "rollbook district add NAME --data nowhere" begins there.' runs --district Oak --data nowhere
[ ! -e nowhere ] || { echo "asking made a folder"; exit 1; }
tells 2 "There are no rosters in my data. \"rollbook district add NAME --data 'my data'\" begins there." source list --district Oak --data 'my data'
tells 2 '--data and --database are two places; name one.' runs --district Oak --data home --database postgresql://localhost/none
tells 2 '--database wants an address like postgresql://user@host/name.' runs --district Oak --database home
ROLLBOOK_DATA=elsewhere tells 2 'There are no rosters in elsewhere.' runs --district Oak

tells 0 '' district add Oak --data 'my data'
tells 1 'no district' runs --district Elm --data 'my data'
tells 0 "--district Oak --data 'my data'\"" source list --district Oak --data 'my data'
ROLLBOOK_DATA='my data' tells 0 '"rollbook source add NAME --district Oak"' source list --district Oak

# Two sources: the second goes live when somebody has said which organization is which, by whichever command.
"$rollbook" make-district --students 200 --seed 7 june
tells 0 '' source add sis --district Oak --live --apply-by-itself --data 'my data'
tells 0 '' sync june --district Oak --source sis --data 'my data'
tells 0 '' source add hr --district Oak --data 'my data'
tells 3 '' sync june --district Oak --source hr --data 'my data'
tells 1 'With this the source hr would go live, and it cannot yet.' approve 2 --district Oak --data 'my data'
tells 1 'Still to be decided: ' approve 2 --district Oak --data 'my data'
tells 1 "--district Oak --data 'my data'\"" approve 2 --district Oak --data 'my data'
tells 1 'It cannot go live yet.' source set hr live=yes --district Oak --data 'my data'
decided=$(tail -n +2 june/orgs.csv | cut -d, -f1 | sed 's/.*/&=&/' | paste -sd,)
tells 0 '' source set hr "map.schools=$decided" --district Oak --data 'my data'
tells 0 '' approve 2 --district Oak --data 'my data'
