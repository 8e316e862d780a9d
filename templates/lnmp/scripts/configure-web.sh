#!/bin/sh
set -eu
. ./scripts/place.sh
as_user=
pool_user=
if [ "$(id -u)" = 0 ]; then
  as_user='user www-data;'
  pool_user='user = www-data
listen.owner = www-data'
fi

cat > "$place/nginx.conf" <<END
$as_user
pid $place/run/nginx.pid;
error_log stderr;
worker_processes auto;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path $place/temporary/body;
  fastcgi_temp_path $place/temporary/fastcgi;
  proxy_temp_path $place/temporary/proxy;
  scgi_temp_path $place/temporary/scgi;
  uwsgi_temp_path $place/temporary/uwsgi;
  server {
    listen $ADDRESS:$PORT;
    location / { return 404; }
    location = /health { include $place/php; }
    location = / { include $place/php; }
  }
}
END
cat > "$place/php" <<END
include /etc/nginx/fastcgi_params;
fastcgi_param SCRIPT_FILENAME $place/site/index.php;
fastcgi_pass unix:$place/run/php.sock;
END
cat > "$place/php.conf" <<END
[global]
error_log = $HOME/logs/php-errors.log
[site]
$pool_user
listen = $place/run/php.sock
pm = dynamic
pm.max_children = 16
pm.start_servers = 2
pm.min_spare_servers = 1
pm.max_spare_servers = 4
END
nginx -t -q -e stderr -p "$place" -c "$place/nginx.conf"

# Any title and password becomes a word of PHP, never a piece of program.
settings='["name" => "NAME", "title" => "TITLE", "address" => "DATABASE_ADDRESS", "port" => "DATABASE_PORT", "password" => "DATABASE_PASSWORD"]'
umask 077
php -r 'echo "<?php return ", var_export(array_map("getenv", '"$settings"'), true), ";\n";' > "$place/settings.php"
owned www-data "$place/settings.php"
