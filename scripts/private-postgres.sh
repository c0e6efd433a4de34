#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a PostgreSQL server of our own until standard input ends: for the tests and for trying things
# out. It listens on a Unix socket in FOLDER and nowhere else; what it held is removed with FOLDER.
#
#   scripts/private-postgres.sh FOLDER [NAME=VALUE …]     # settings of the server, such as fsync=off
#
# Prints `listening on postgres://…` once it takes connections; `pid N` is the server's process.
set -euo pipefail

folder=${1:?usage: private-postgres.sh FOLDER [NAME=VALUE …]}
shift

programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$programs" ] || programs=$(dirname "$(command -v initdb || echo /none/initdb)")
if [ ! -x "$programs/initdb" ]; then
    echo "error: PostgreSQL's initdb was not found" >&2
    echo "hint: sudo apt-get install postgresql" >&2
    exit 69
fi

# The server refuses to run as root.
as=()
mkdir -p "$folder"
chmod 700 "$folder"
if [ "$(id -u)" -eq 0 ]; then
    chown postgres "$folder"
    as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi

server=
finish() {
    if [ -n "$server" ]; then
        # Immediate: nobody needs its files any more.
        kill -QUIT "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

cd "$folder"
"${as[@]}" "$programs/initdb" --pgdata="$folder/data" --username=standstill --auth=trust \
    --encoding=UTF8 --no-locale --no-sync --no-instructions >"$folder/initdb.out"

settings=(-c "listen_addresses=" -c "unix_socket_directories=$folder" -c max_connections=300
    -c shared_buffers=64MB)
for setting in "$@"; do settings+=(-c "$setting"); done
"${as[@]}" "$programs/postgres" -D "$folder/data" "${settings[@]}" \
    </dev/null >"$folder/server.out" 2>&1 &
server=$!
for _ in $(seq 300); do
    if "$programs/pg_isready" --quiet --host="$folder" --username=standstill; then break; fi
    kill -0 "$server" 2>/dev/null || { cat "$folder/server.out" >&2; exit 74; }
    sleep 0.05
done
echo "pid $server"
echo "listening on postgres://standstill@/postgres?host=$folder"

# Whoever started us holds the other end, and lets go of it however he ends.
cat >/dev/null || true
