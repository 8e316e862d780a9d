# The balancer's members: a file each, holding `ADDRESS:PORT`. They are in its settings for when it starts, and the one
# that runs is told of each that comes or goes, so that no connection ends for it. Sourced by the scripts.
checks='check inter 1s fall 2 rise 1'

write_settings() {
  {
    cat "$place/listen"
    for member in "$place"/members/*; do
      [ ! -e "$member" ] || echo "  server ${member##*/} $(cat "$member") $checks"
    done
  } > "$place/haproxy.cfg.new"
  haproxy -c -q -f "$place/haproxy.cfg.new"
  mv "$place/haproxy.cfg.new" "$place/haproxy.cfg"
}

# tell COMMAND: prints what the balancer answers.
tell() {
  perl -MIO::Socket::UNIX -e '
    my $to = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "the load balancer does not run\n";
    print $to "$ARGV[1]\n";
    $to->flush;
    $to->shutdown(1);
    print while <$to>;
  ' "$place/haproxy.sock" "$1"
}

# The requests that a member is answering now; nothing when it is not there.
requests_of() {
  tell 'show stat' | awk -F, -v member="$1" '$1 == "web" && $2 == member { print $5 }'
}

# let_go MEMBER: no new requests for it; those it has it may end. Then it is forgotten.
let_go() {
  [ -n "$(requests_of "$1")" ] || return 0
  tell "set server web/$1 state maint"
  tries=0
  until [ -z "$(requests_of "$1")" ]; do
    [ "$(requests_of "$1")" != 0 ] || tell "del server web/$1"
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { echo "$1 is still answering requests after 60 s" >&2; return 1; }
    sleep 0.2
  done
}
