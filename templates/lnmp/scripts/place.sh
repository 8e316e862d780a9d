# Where everything of a service lies; sourced by the scripts. As root it is a directory that the daemons' own users can
# reach, which HOME is not.
if [ "$(id -u)" = 0 ]; then place=/var/lib/lnmp/$PILEUS_HOST; else place=$HOME/lnmp; fi

# owned USER PATH …: gives files to the user a daemon runs as; one of an ordinary user runs as that user.
owned() {
  owner=$1
  shift
  [ "$(id -u)" != 0 ] || chown -R "$owner:" "$@"
}
