#!/usr/bin/env bash
# What is set at the doors by commands, and what they say of it.
#
#   door_test.sh ROLLBOOK
set -euo pipefail
rollbook=$(realpath "$1")
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
export ROLLBOOK_DATA=$temp/home
complain() { echo "$1" >&2; cat "$temp/told" >&2; exit 1; }

# told STATUS WORDS… runs a command; what it said is in $temp/told.
told() {
  local wanted=$1 status=0
  shift
  "$rollbook" "$@" >"$temp/told" 2>&1 || status=$?
  [ "$status" = "$wanted" ] || complain "\"$*\" ended with $status instead of $wanted:"
}
says() { grep -qF -- "$1" "$temp/told" || complain "it does not say: $1"; }
of_source=(--district Oak --source sis)

told 2 door show "${of_source[@]}"
says 'There are no rosters'
told 0 district add Oak
told 0 source add sis --district Oak --live
told 1 door show "${of_source[@]}"
says 'The source sis has no account yet'
told 1 door show --district Oak --source hr
told 1 door show --district Elm --source sis

told 0 door password "${of_source[@]}"
says 'The password of sis-1 is shown this once'
grep -qE '^[A-Za-z0-9_-]{43}$' told || complain 'there is no password'
password=$(grep -E '^[A-Za-z0-9_-]{43}$' told)
told 0 door show "${of_source[@]}"
says 'user         sis-1'
says 'port         the door is closed'
says 'password     set'
says 'last here    never'
if grep -qF "$password" told; then complain 'it shows the password a second time'; fi
told 0 door password --none "${of_source[@]}"
told 0 door show "${of_source[@]}"
says 'password     none'

ssh-keygen -q -t ed25519 -N '' -C 'nightly export' -f key
fingerprint=$(ssh-keygen -l -E sha256 -f key.pub | cut -d' ' -f2)
told 0 door key add key.pub "${of_source[@]}"
says "sis-1 may sign in with ssh-ed25519 $fingerprint"
told 1 door key add key.pub "${of_source[@]}"
says 'This key is there already'
told 1 door key add key "${of_source[@]}"
says 'This is a private key'
told 2 door key add nothing.pub "${of_source[@]}"
says 'cannot be read'
ssh-keygen -q -t rsa -b 2048 -N '' -f weak
told 1 door key add weak.pub "${of_source[@]}"
told 0 door show "${of_source[@]}" --format json
python3 - "$fingerprint" <<'PYTHON' || complain 'the JSON says something else:'
import json, sys
said = json.load(open('told'))
assert said['user'] == 'sis-1' and not said['password'] and said['http'] == '' and said['keys'] == [{'kind': 'ssh-ed25519', 'fingerprint': sys.argv[1]}], said
PYTHON
told 1 door key remove SHA256:nothing "${of_source[@]}"
told 0 door key remove "$fingerprint" "${of_source[@]}"
told 1 door key remove "$fingerprint" "${of_source[@]}"

told 0 door allow 192.0.2.0/24,2001:db8::/32 "${of_source[@]}"
told 0 door show "${of_source[@]}"
says 'comes from   192.0.2.0/24,2001:db8::/32'
told 1 door allow 'my office' "${of_source[@]}"
says 'Not all of these are addresses'
told 0 door allow everywhere "${of_source[@]}"
says 'may come from everywhere.'

told 0 door shut-out
says 'Nobody is shut out.'
told 0 door shut-out --format json
says '[]'
told 1 door let-in 192.0.2.7
says 'Nothing is held against 192.0.2.7.'
told 1 door host-key --from 2020-01-01
says 'a day to come'
told 0 door host-key --from 2099-01-31
says 'From 2099-01-31 on this server shows:'

mkdir incoming
told 1 door folder "${of_source[@]}"
told 0 door folder "$(realpath incoming)" "${of_source[@]}"
says 'start the server with --watch-folders'
told 1 door folder incoming "${of_source[@]}"
told 2 door folder "$(realpath incoming)" --off "${of_source[@]}"
told 0 door folder --off "${of_source[@]}"
told 1 door folder --off "${of_source[@]}"

told 2 serve --listen 127.0.0.1:0 --http-door http://rollbook.example.org
says 'beginning with https://'
told 2 serve --listen 127.0.0.1:0 --landing elsewhere
says '--landing belongs to'
told 2 serve --listen 127.0.0.1:0 --sftp-host sftp.example.org
says '--sftp-host belongs to --sftp.'
told 2 serve --listen 127.0.0.1:0 --sftp 2022
says '--sftp wants an address and a port'
