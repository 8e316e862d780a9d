#!/bin/sh
set -eu
. ./scripts/answers.sh
mkdir -p "$HOME/members"
supervise balancer -- perl "$HOME/app/balancer.pl" "$ADDRESS" "$PORT" "$HOME/members"
listens "$ADDRESS" "$PORT" balancer
printf '%s\n' "url=http://$ADDRESS:$PORT/" "address=$ADDRESS" >> "$PILEUS_OUTPUTS"
