#!/bin/sh
set -eu
. ./scripts/place.sh
. ./scripts/members.sh
cat > "$place/listen" <<END
global
  stats socket $place/haproxy.sock mode 600 level admin
  maxconn 4000
defaults
  mode http
  timeout connect 3s
  timeout client 60s
  timeout server 60s
  timeout http-request 10s
  retries 3
  option redispatch 1
frontend site
  bind $ADDRESS:$PORT
  default_backend web
backend web
  balance roundrobin
  option httpchk GET /health
END
write_settings
cd "$place"
supervise balancer -- haproxy -db -f "$place/haproxy.cfg"
tries=0
until tell 'show info' > /dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 75 ] || {
    echo "HAProxy does not answer after 15 s; its last words:" >&2
    tail -n 5 "$HOME/logs/balancer.log" >&2
    exit 1
  }
  sleep 0.2
done
printf '%s\n' "url=http://$ADDRESS:$PORT/" "address=$ADDRESS" >> "$PILEUS_OUTPUTS"
