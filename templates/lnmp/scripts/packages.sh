# Sourced by the scripts that install.

# needs PROGRAM PACKAGE …: installs the packages by apt unless the program is there. What Debian starts by itself with
# them is ended: it would take the ports.
needs() {
  program=$1
  shift
  for found in /usr/sbin/$program /usr/bin/$program; do
    [ ! -x "$found" ] || return 0
  done
  [ "$(id -u)" = 0 ] || { echo "$* must be installed on this host first, or its scripts must run as root" >&2; return 1; }
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
  [ -d /run/systemd/system ] || return 0
  for unit in nginx php*-fpm mariadb haproxy; do
    systemctl disable --now "$unit" 2> /dev/null || true
  done
}
