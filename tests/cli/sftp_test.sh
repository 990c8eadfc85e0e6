#!/usr/bin/env bash
# The guide's way to an SFTP server, command by command, with a real one: sshd on a free port of this machine.
#
#   sftp_test.sh ROLLBOOK
set -euo pipefail

rollbook=$(realpath "$1")
if [ ! -x /usr/sbin/sshd ]; then echo "sshd is not installed (openssh-server): skipped"; exit 77; fi
temp=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$temp"' EXIT
cd "$temp"
fail() { echo "$1" >&2; exit 1; }

[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
mkdir in
for key in host user; do ssh-keygen -q -t ed25519 -N '' -f $key; done
cp user.pub authorized
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf '%s\n' "ListenAddress 127.0.0.1:$port" "HostKey $temp/host" "AuthorizedKeysFile $temp/authorized" 'PidFile none' 'StrictModes no' 'UsePAM no' \
  'PermitRootLogin yes' 'Subsystem sftp internal-sftp' > config
/usr/sbin/sshd -D -e -f "$temp/config" 2> sshd.log &
server=$!

of_district=(--district Oakfield --data home)
"$rollbook" make-district --students 50 --seed 7 monday
"$rollbook" district add Oakfield --data home
"$rollbook" source add sis --district Oakfield --live --apply-by-itself --data home
"$rollbook" sync monday --district Oakfield --source sis --data home > /dev/null
"$rollbook" receiver add Reader "${of_district[@]}" delivery=sftp sftp-host=127.0.0.1 sftp-port="$port" sftp-user="$(id -un)" sftp-folder="$temp/in"

if "$rollbook" receiver host-key Reader "${of_district[@]}" > refused.txt 2>&1; then fail "a server of this machine was asked though nobody allowed it"; fi
grep -q ROLLBOOK_SFTP_PRIVATE refused.txt || fail "it does not say who decides: $(cat refused.txt)"
export ROLLBOOK_SFTP_PRIVATE=yes
for _ in $(seq 100); do "$rollbook" receiver host-key Reader "${of_district[@]}" > asked.txt 2>&1 && break; sleep 0.1; done
key="ssh-ed25519 $(ssh-keygen -l -E sha256 -f host.pub | cut -d' ' -f2)"
grep -qF "$key" asked.txt || fail "host-key does not show what ssh-keygen shows, $key: $(cat asked.txt)"

"$rollbook" receiver set Reader "${of_district[@]}" "sftp-host-key=$key"
if "$rollbook" hand-on Reader "${of_district[@]}" 2> no_secret.txt; then fail "nothing was told that lets us in, and it was pushed"; fi
grep -q "password or private key" no_secret.txt || fail "it does not say what is missing: $(cat no_secret.txt)"
"$rollbook" receiver secret Reader "${of_district[@]}" user
"$rollbook" hand-on Reader "${of_district[@]}"
"$rollbook" check --quiet in/roster.zip
[ "$(ls in)" = roster.zip ] || fail "something else is there too: $(ls in)"
