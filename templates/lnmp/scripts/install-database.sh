#!/bin/sh
set -eu
. ./scripts/place.sh
. ./scripts/packages.sh
needs mariadbd mariadb-server
mkdir -p "$place/run" "$place/temporary" "$place/users"
owned mysql "$place/run" "$place/temporary"
export TMPDIR="$place/temporary"
if [ ! -d "$place/data/mysql" ]; then
  rm -rf "$place/data"
  mkdir "$place/data"
  owned mysql "$place/data"
  as=
  [ "$(id -u)" != 0 ] || as=--user=mysql
  mariadb-install-db --no-defaults $as --datadir="$place/data" --skip-test-db \
    --auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)"
fi
