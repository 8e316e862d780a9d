#!/bin/sh
set -eu
. ./scripts/answers.sh
supervise web -- perl "$HOME/app/web.pl" "$NAME" "$ADDRESS" "$PORT" "$DATA_ADDRESS" "$DATA_PORT" "$TITLE"
answers "$ADDRESS" "$PORT" web
printf '%s\n' "url=http://$ADDRESS:$PORT/" "address=$ADDRESS" >> "$PILEUS_OUTPUTS"
