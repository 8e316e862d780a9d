#!/bin/sh
set -eu
. ./scripts/place.sh
. ./scripts/packages.sh
needs nginx nginx-light
needs 'php-fpm[0-9]*' php-fpm php-mysql
php -r 'exit(extension_loaded("mysqli") ? 0 : 1);' || { echo "the package php-mysql is not installed on this host" >&2; exit 1; }
mkdir -p "$place/site" "$place/temporary" "$place/run"
cp scripts/index.php "$place/site/index.php"
owned www-data "$place/temporary" "$place/run"
