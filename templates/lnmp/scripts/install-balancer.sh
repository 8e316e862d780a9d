#!/bin/sh
set -eu
. ./scripts/place.sh
. ./scripts/packages.sh
needs haproxy haproxy
mkdir -p "$place/members"
