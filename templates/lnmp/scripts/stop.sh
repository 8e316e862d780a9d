#!/bin/sh
set -eu
for service in $SERVICES; do supervise --stop "$service"; done
