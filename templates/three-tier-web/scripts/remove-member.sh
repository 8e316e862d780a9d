#!/bin/sh
set -eu
rm -f "$HOME/members/$MEMBER"
# Until the balancer has read that, and has passed on what it had accepted before.
sleep 3
echo "no more requests for $MEMBER"
