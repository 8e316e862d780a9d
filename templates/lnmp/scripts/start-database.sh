#!/bin/sh
set -eu
. ./scripts/place.sh
. ./scripts/database.sh
cat > "$place/my.cnf" <<END
[mariadbd]
datadir = $place/data
socket = $place/run/database.sock
tmpdir = $place/temporary
pid-file = $place/run/database.pid
bind-address = $ADDRESS
port = $PORT
skip-name-resolve
character-set-server = utf8mb4
max_connections = 500
END
as=
[ "$(id -u)" != 0 ] || as=--user=mysql
cd "$place"
supervise database -- mariadbd --defaults-file="$place/my.cnf" $as
tries=0
until is_running; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || {
    echo "MariaDB does not answer on $place/run/database.sock after 60 s; its last words:" >&2
    tail -n 5 "$HOME/logs/database.log" >&2
    exit 1
  }
  sleep 0.2
done
sql <<'END'
CREATE DATABASE IF NOT EXISTS site CHARACTER SET utf8mb4;
CREATE TABLE IF NOT EXISTS site.visits (server VARCHAR(80) PRIMARY KEY, number BIGINT UNSIGNED NOT NULL);
END
let_in_all
printf '%s\n' "url=mysql://$ADDRESS:$PORT/site" "address=$ADDRESS" >> "$PILEUS_OUTPUTS"
