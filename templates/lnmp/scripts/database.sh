# Sourced by the database's scripts, after place.sh. Who is let in has a file in `users`, with the statements for it: the
# database may not run yet when it is introduced to somebody.

# sql [OPTION …]: runs statements as the database's administrator, who is known by the user on this host.
sql() { mariadb --no-defaults --socket="$place/run/database.sock" --user="$(id -un)" "$@"; }

is_running() { sql --execute 'SELECT 1' > /dev/null 2>&1; }

let_in_all() {
  for user in "$place"/users/*; do
    [ ! -e "$user" ] || sql < "$user"
  done
}
