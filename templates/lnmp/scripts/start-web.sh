#!/bin/sh
set -eu
. ./scripts/place.sh
for fpm in /usr/sbin/php-fpm[0-9]*; do :; done
cd "$place"
supervise php -- "$fpm" --nodaemonize --fpm-config "$place/php.conf"
supervise nginx -- nginx -e stderr -p "$place" -c "$place/nginx.conf" -g 'daemon off;'
tries=0
until [ "$(php -r '
  $within = stream_context_create(["http" => ["timeout" => 2]]);
  echo @file_get_contents("http://$argv[1]/health", false, $within);
' -- "$ADDRESS:$PORT")" = ok ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 75 ] || {
    echo "the web server does not answer on $ADDRESS:$PORT after 15 s; its last words:" >&2
    tail -n 5 "$HOME/logs/nginx.log" "$HOME/logs/php.log" >&2
    exit 1
  }
  sleep 0.2
done
printf '%s\n' "url=http://$ADDRESS:$PORT/" "address=$ADDRESS" >> "$PILEUS_OUTPUTS"
