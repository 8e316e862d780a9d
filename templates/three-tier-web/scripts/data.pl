#!/usr/bin/perl
# The data tier: keeps a number in a file on its volume and hands it out over HTTP.
#   POST /visits  counts one more and answers the new number;  GET /visits  answers the number;  GET /health  answers ok
# Usage: data.pl ADDRESS PORT DIRECTORY
use strict;
use warnings;
use IO::Handle;
use IO::Socket::INET;

my ($address, $port, $directory) = @ARGV;
my $file = "$directory/visits";
$SIG{PIPE} = 'IGNORE';

my $listener = IO::Socket::INET->new(LocalAddr => $address, LocalPort => $port, Listen => 64, ReuseAddr => 1)
  or die "cannot listen on $address:$port: $!\n";
print "data tier on http://$address:$port, keeping $file\n";
STDOUT->flush;

while (my $client = $listener->accept) {
  eval {
    local $SIG{ALRM} = sub { die "too slow\n" };
    alarm 3;
    serve($client);
    alarm 0;
  };
  alarm 0;
  close $client;
}

sub serve {
  my ($client) = @_;
  my $request = <$client> // return;
  while (defined(my $line = <$client>)) { last if $line =~ /^\r?\n$/ }
  return answer($client, 200, "ok\n") if $request =~ m{^GET /health };
  return answer($client, 200, read_visits() . "\n") if $request =~ m{^GET /visits };
  return answer($client, 200, count() . "\n") if $request =~ m{^POST /visits };
  answer($client, 404, "no such thing\n");
}

sub answer {
  my ($client, $status, $body) = @_;
  print $client "HTTP/1.0 $status -\r\nContent-Type: text/plain\r\nContent-Length: ", length $body, "\r\nConnection: close\r\n\r\n", $body;
}

sub read_visits {
  open my $in, '<', $file or return 0;
  my $number = <$in>;
  return defined $number && $number =~ /^(\d+)/ ? $1 : 0;
}

# Written beside, made durable, then put in place: a crash leaves the old number or the new one, never half of one.
sub count {
  my $number = read_visits() + 1;
  open my $out, '>', "$file.new" or die "cannot write $file.new: $!\n";
  print $out "$number\n";
  $out->flush;
  $out->sync;
  close $out;
  rename "$file.new", $file or die "cannot replace $file: $!\n";
  return $number;
}
