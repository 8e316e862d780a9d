#!/bin/sh
# Puts the program into the host's own directory.
set -eu
command -v perl >/dev/null || { echo "perl is not installed on this machine" >&2; exit 1; }
mkdir -p "$HOME/app"
cp "scripts/$PROGRAM" "$HOME/app/$PROGRAM"
perl -c "$HOME/app/$PROGRAM"
