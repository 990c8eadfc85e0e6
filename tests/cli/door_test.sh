#!/usr/bin/env bash
# What is set at the doors by commands, and what they say of it.
#
#   door_test.sh ROLLBOOK
. "$(dirname "$0")/told.sh"
cd "$temp"
of_source=(--district Oak --source sis)

told 2 door show "${of_source[@]}"
hints 'There are no rosters'
told 0 district add Oak
told 0 source add sis --district Oak --live
told 1 door show "${of_source[@]}"
hints 'The source sis has no account yet'
told 1 door show --district Oak --source hr
told 1 door show --district Elm --source sis

told 0 door password "${of_source[@]}"
hints 'The password of sis-1 is shown this once'
grep -qE '^[A-Za-z0-9_-]{43}$' told || complain 'there is no password'
password=$(grep -E '^[A-Za-z0-9_-]{43}$' told)
told 0 door show "${of_source[@]}"
hints 'user         sis-1'
hints 'port         the door is closed'
hints 'password     set'
hints 'last here    never'
if grep -qF "$password" told; then complain 'it shows the password a second time'; fi
told 0 door password --none "${of_source[@]}"
told 0 door show "${of_source[@]}"
hints 'password     none'

ssh-keygen -q -t ed25519 -N '' -C 'nightly export' -f key
fingerprint=$(ssh-keygen -l -E sha256 -f key.pub | cut -d' ' -f2)
told 0 door key add key.pub "${of_source[@]}"
hints "sis-1 may sign in with ssh-ed25519 $fingerprint"
told 1 door key add key.pub "${of_source[@]}"
hints 'This key is there already'
told 1 door key add key "${of_source[@]}"
hints 'This is a private key'
told 2 door key add nothing.pub "${of_source[@]}"
hints 'cannot be read'
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
hints 'comes from   192.0.2.0/24,2001:db8::/32'
told 1 door allow 'my office' "${of_source[@]}"
hints 'Not all of these are addresses'
told 0 door allow everywhere "${of_source[@]}"
hints 'may come from everywhere.'

told 0 door shut-out
hints 'Nobody is shut out.'
told 0 door shut-out --format json
hints '[]'
told 1 door let-in 192.0.2.7
hints 'Nothing is held against 192.0.2.7.'
told 1 door host-key --from 2020-01-01
hints 'a day to come'
told 0 door host-key --from 2099-01-31
hints 'From 2099-01-31 on this server shows:'

mkdir incoming
told 1 door folder "${of_source[@]}"
told 0 door folder "$(realpath incoming)" "${of_source[@]}"
hints 'start the server with --watch-folders'
told 1 door folder incoming "${of_source[@]}"
told 2 door folder "$(realpath incoming)" --off "${of_source[@]}"
told 0 door folder --off "${of_source[@]}"
told 1 door folder --off "${of_source[@]}"

for address in http://rollbook.example.org http://127.0.0.1.rollbook.example.org http://localhost.example.org http://localhost:80@rollbook.example.org \
  http://[::1].example.org https:// 'https://rollbook.example.org/"' ftp://127.0.0.1; do
  told 2 serve --listen 127.0.0.1:0 --http-door "$address"
  hints 'beginning with https://'
done
told 2 serve --listen 127.0.0.1:0 --landing elsewhere
hints '--landing belongs to'
told 2 serve --listen 127.0.0.1:0 --sftp-host sftp.example.org
hints '--sftp-host belongs to --sftp.'
told 2 serve --listen 127.0.0.1:0 --sftp 2022
hints '--sftp wants an address and a port'
