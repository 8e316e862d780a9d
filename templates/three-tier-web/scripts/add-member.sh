#!/bin/sh
# The balancer reads this directory every two seconds.
set -eu
mkdir -p "$HOME/members"
echo "$MEMBER_ADDRESS $MEMBER_PORT" > "$HOME/members/.$MEMBER"
mv "$HOME/members/.$MEMBER" "$HOME/members/$MEMBER"
echo "passing requests on to $MEMBER at $MEMBER_ADDRESS:$MEMBER_PORT"
