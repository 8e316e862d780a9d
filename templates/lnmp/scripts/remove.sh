#!/bin/sh
set -eu
. ./scripts/place.sh
rm -rf "$place"
# Gone with its last.
[ ! -d /var/lib/lnmp ] || rmdir --ignore-fail-on-non-empty /var/lib/lnmp
