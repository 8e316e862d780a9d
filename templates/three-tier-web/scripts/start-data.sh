#!/bin/sh
set -eu
. ./scripts/answers.sh
if [ "$VOLUME" ]; then directory="$PILEUS_VOLUMES/$VOLUME"; else directory="$HOME/data" && mkdir -p "$directory"; fi
[ -d "$directory" ] || { echo "the volume $VOLUME is not attached to this host" >&2; exit 1; }
supervise data -- perl "$HOME/app/data.pl" "$ADDRESS" "$PORT" "$directory"
answers "$ADDRESS" "$PORT" data
printf '%s\n' "url=http://$ADDRESS:$PORT/visits" "address=$ADDRESS" >> "$PILEUS_OUTPUTS"
