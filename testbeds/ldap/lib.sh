# Shared by up, down and status. Every setting can be overridden from the environment.
export LDAPBED_STATE=${LDAPBED_STATE:-/var/tmp/pileus-testbeds/ldap}
# In the environment of every process of the bed: they stay until down.
export PILEUS_CI_BED=1
export LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
PORT=${LDAPBED_PORT:-13389} PORT_TLS=${LDAPBED_PORT_TLS:-13636}
SUFFIX=dc=example,dc=org

die() { echo "ldapbed: $*" >&2; exit 1; }

# The pid and its start time, so that a file left over from before a reboot never names a stranger.
started() { local s; s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1; s=${s##*) }; set -- $s; [ "$1" != Z ] && echo "${20}"; }
alive() {
  local pid start; read -r pid start 2>/dev/null <"$LDAPBED_STATE/pid" || return 1
  [ -n "$start" ] && [ "$(started "$pid")" = "$start" ]
}
