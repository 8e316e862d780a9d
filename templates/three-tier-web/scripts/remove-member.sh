#!/bin/sh
set -eu
rm -f "$HOME/members/$MEMBER"
echo "no more requests for $MEMBER"
