#!/bin/sh
set -eu
. ./scripts/place.sh
. ./scripts/members.sh
let_go "$MEMBER"
echo "$MEMBER_ADDRESS:$MEMBER_PORT" > "$place/members/$MEMBER"
write_settings
tell "add server web/$MEMBER $MEMBER_ADDRESS:$MEMBER_PORT $checks"
tell "enable health web/$MEMBER"
tell "enable server web/$MEMBER"
tries=0
until tell 'show stat' | awk -F, -v member="$MEMBER" '$1 == "web" && $2 == member && $18 == "UP" { found = 1 } END { exit !found }'; do
  tries=$((tries + 1))
  [ "$tries" -lt 75 ] || { echo "HAProxy does not find $MEMBER well at $MEMBER_ADDRESS:$MEMBER_PORT after 15 s" >&2; exit 1; }
  sleep 0.2
done
echo "passing requests on to $MEMBER at $MEMBER_ADDRESS:$MEMBER_PORT"
