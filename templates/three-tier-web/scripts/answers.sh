# Waits until a service that was just started is really there; sourced by the start scripts.

# listens ADDRESS PORT SERVICE: a TCP connection is accepted.
listens() {
  tries=0
  until perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Timeout => 1)' "$1" "$2"; do
    tries=$((tries + 1))
    if [ "$tries" -ge 75 ]; then
      echo "$3 does not listen on $1:$2 after 15 s; its last words:" >&2
      tail -n 5 "$HOME/logs/$3.log" >&2 || true
      return 1
    fi
    sleep 0.2
  done
}

# answers ADDRESS PORT SERVICE: GET /health is answered with 200.
answers() {
  listens "$@"
  perl -MIO::Socket::INET -e '
    my $to = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Timeout => 2) or die "gone again\n";
    print $to "GET /health HTTP/1.0\r\n\r\n";
    my $status = <$to> // "";
    $status =~ m{ 200 } or die "$ARGV[2] is not healthy: $status\n";
  ' "$1" "$2" "$3"
}
