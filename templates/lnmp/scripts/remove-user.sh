#!/bin/sh
set -eu
. ./scripts/place.sh
. ./scripts/database.sh
rm -f "$place/users/$USER_ADDRESS"
sql --execute "DROP USER IF EXISTS 'site'@'$USER_ADDRESS'"
echo "site may not sign in from $USER_ADDRESS any more"
