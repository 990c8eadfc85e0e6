#!/usr/bin/env bash
# Runs a command while a private PostgreSQL cluster runs, and takes it away afterwards:
#
#   with_postgres.sh COMMAND…
#
# The command finds it in ROLLBOOK_TEST_POSTGRES. It listens on a socket in a temporary folder, not on the network. PostgreSQL refuses
# to run as root, so there it runs as the user postgres, which its package has made.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed: apt install postgresql" >&2; exit 1; }
folder=$(mktemp -d /tmp/rollbook-postgres-XXXXXX)
as=()
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi
cd "$folder"
stop() {
  "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
"${as[@]}" "$bin/initdb" -D "$folder/data" -U rollbook --auth=trust --no-sync --encoding=UTF8 --locale=C >/dev/null
# Tests kill processes, not machines: what PostgreSQL has written the system keeps, and nobody need wait for the disk.
"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c max_connections=60 -c fsync=off -c full_page_writes=off" start >/dev/null
export ROLLBOOK_TEST_POSTGRES="postgresql:///postgres?host=$folder&user=rollbook"
cd "$OLDPWD"
"$@"
