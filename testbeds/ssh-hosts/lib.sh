# Shared by up, down, status and reboot. Every setting can be overridden from the environment.
export SSHBED_STATE=${SSHBED_STATE:-/var/tmp/pileus-testbeds/ssh-hosts}
# In the environment of every process of the bed, also of hosts that a test starts again: they stay until down.
export PILEUS_CI_BED=1
export LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
NET=${SSHBED_NET:-10.77.0}             # the first three parts of the hosts' addresses
SPACE=${SSHBED_SPACE:-pileus-ssh}      # the network namespace of their bridge; each host's is $SPACE-h1 …
BASE=$SSHBED_STATE/base HOSTS=$SSHBED_STATE/hosts

# What an SSH host has, and what the preset templates install: nothing outside can be reached from there.
PACKAGES="openssh-server sudo procps iproute2 ca-certificates curl python3 perl ansible-core
 nginx php-fpm php-mysql mariadb-server haproxy"

say() { printf '[%5ss] %s\n' "$SECONDS" "$*"; }
die() { echo "sshbed: $*" >&2; exit 1; }

# A file holds the pid and its start time, so that one left over from before a reboot never names a stranger.
started() { local s; s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1; s=${s##*) }; set -- $s; [ "$1" != Z ] && echo "${20}"; }
alive() { # file
  local pid start; read -r pid start 2>/dev/null <"$1" || return 1
  [ -n "$start" ] && [ "$(started "$pid")" = "$start" ]
}

names() { ls "$HOSTS" 2>/dev/null | sort -V; }
address() { echo "$NET.$((10 + ${1#h}))"; }
answers() { (exec 3<>"/dev/tcp/$1/22") 2>/dev/null; }

# begin <host>: its processes live in namespaces of their own, the first of them is its sshd; with that one all end.
begin() {
  local host=$1 here=$HOSTS/$1
  alive "$here/pid" && return 0
  SSHBED_HOST=$host setsid ip netns exec "$SPACE-$host" \
    unshare --mount --uts --ipc --pid --fork --kill-child --root="$here/root" --mount-proc /sbin/begin "$host" \
    >>"$here/log" 2>&1 </dev/null 9>&- &
  echo "$! $(started $!)" >"$here/pid"
}

# halt <host>: like pulling the plug; its disk stays as it is.
halt() {
  local here=$HOSTS/$1 pid
  alive "$here/pid" || return 0
  read -r pid _ <"$here/pid"
  kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null
  while alive "$here/pid"; do sleep 0.02; done
}
