#!/usr/bin/env bash
# What needs a real Postgres: the store's suites, several bots on one store, moving between the engines. The server is
# this run's own: in a temporary folder, on a free port of this machine only, with a password of its own. Where there is
# no Postgres and none can be installed, it says so and exits 0. Options go to vitest, files of tests among them.
set -euo pipefail
cd "$(dirname "$0")/../.."

skip() {
  echo "Postgres: skipped, $1"
  exit 0
}

programs() {
  local newest
  newest=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  if [ -n "$newest" ]; then
    echo "$newest"
  elif command -v initdb >/dev/null && command -v pg_ctl >/dev/null; then
    dirname "$(command -v initdb)"
  fi
}

bin=$(programs)
if [ -z "$bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update && apt-get install --yes --no-install-recommends postgresql; } >/dev/null 2>&1 || true
  bin=$(programs)
fi
[ -n "$bin" ] || skip "it is not installed"

# It refuses to run as root.
as_owner=()
if [ "$(id -u)" = 0 ]; then
  id postgres >/dev/null 2>&1 || skip "there is no user postgres to run it"
  command -v runuser >/dev/null || skip "there is no runuser"
  as_owner=(runuser -u postgres --)
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/marvin-postgres-XXXXXX")
stop() {
  (cd / && "${as_owner[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1) || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

password=$(head -c 18 /dev/urandom | base64 | tr -dc 'A-Za-z0-9')
port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
(umask 077 && echo "$password" >"$folder/password")
[ "$(id -u)" != 0 ] || chown -R postgres "$folder"

(
  cd "$folder"
  "${as_owner[@]}" "$bin/initdb" -D "$folder/data" -U postgres --encoding=UTF8 --no-sync \
    --auth=scram-sha-256 --pwfile="$folder/password" >"$folder/initdb.log" 2>&1 ||
    { cat "$folder/initdb.log" && exit 1; }
  # Without waiting for the disk: the machine does not lose power here.
  "${as_owner[@]}" "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 start >/dev/null \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off" ||
    { cat "$folder/server.log" && exit 1; }
)

files=(test/state/postgres.test.ts test/state/move.test.ts test/state/processes.test.ts)
[ "$#" = 0 ] || files=("$@")
TEST_STATE_URL="postgres://postgres:$password@127.0.0.1:$port/postgres" npm test -- "${files[@]}"
