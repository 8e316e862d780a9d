#!/bin/sh
# Lets one web server in, from its own address and with the password it has now.
set -eu
. ./scripts/place.sh
. ./scripts/database.sh
password=$(printf '%s' "$PASSWORD" | sed "s/[\\\\']/\\\\&/g")
umask 077
cat > "$place/users/$USER_ADDRESS" <<END
CREATE USER IF NOT EXISTS 'site'@'$USER_ADDRESS';
ALTER USER 'site'@'$USER_ADDRESS' IDENTIFIED BY '$password';
GRANT SELECT, INSERT, UPDATE ON site.* TO 'site'@'$USER_ADDRESS';
END
! is_running || sql < "$place/users/$USER_ADDRESS"
echo "site may sign in from $USER_ADDRESS"
