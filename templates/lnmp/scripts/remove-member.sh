#!/bin/sh
set -eu
. ./scripts/place.sh
. ./scripts/members.sh
rm -f "$place/members/$MEMBER"
write_settings
let_go "$MEMBER"
echo "no more requests for $MEMBER"
