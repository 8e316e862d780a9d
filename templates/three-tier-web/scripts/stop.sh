#!/bin/sh
set -eu
supervise --stop "$SERVICE"
