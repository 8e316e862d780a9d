#!/usr/bin/perl
# The load balancer: passes TCP connections on to the web servers in turn, and leaves out those that do not answer
# GET /health. The web servers are the files of a directory, each holding `ADDRESS PORT`; they may come and go.
# Usage: balancer.pl ADDRESS PORT DIRECTORY
use strict;
use warnings;
use IO::Handle;
use IO::Select;
use IO::Socket::INET;
use POSIX ':sys_wait_h';

my ($address, $port, $directory) = @ARGV;
my ($pause, $most) = (2, 100);
my (%healthy, %children, $turn, $looked);
($turn, $looked) = (0, 0);
$SIG{PIPE} = 'IGNORE';

my $listener = IO::Socket::INET->new(LocalAddr => $address, LocalPort => $port, Listen => 128, ReuseAddr => 1)
  or die "cannot listen on $address:$port: $!\n";
print "load balancer on http://$address:$port\n";
STDOUT->flush;

my $waiting = IO::Select->new($listener);
while (1) {
  look() if time - $looked >= $pause;
  my @ready = $waiting->can_read(1);
  reap();
  next if !@ready || keys %children >= $most;
  my $client = $listener->accept or next;
  look() if !%healthy;
  my @order = order();
  my $child = fork;
  if (!defined $child) { close $client; next }
  if ($child) { $children{$child} = 1; close $client; next }
  close $listener;
  pass_on($client, @order);
  POSIX::_exit(0);
}

sub reap {
  while ((my $child = waitpid -1, WNOHANG) > 0) { delete $children{$child} }
}

# Beginning with the next in turn; the others follow in case it has just died.
sub order {
  my @all = sort keys %healthy;
  return () if !@all;
  my $first = $turn++ % @all;
  return @all[$first .. $#all, 0 .. $first - 1];
}

sub look {
  $looked = time;
  my %now;
  for my $file (glob "$directory/*") {
    open my $in, '<', $file or next;
    my ($host, $its_port) = split ' ', (<$in> // '');
    $now{"$host $its_port"} = 1 if defined $its_port && is_healthy($host, $its_port);
  }
  for my $one (sort keys %now) { print "$one is healthy\n" if !$healthy{$one} }
  for my $one (sort keys %healthy) { print "$one does not answer\n" if !$now{$one} }
  STDOUT->flush;
  %healthy = %now;
}

sub is_healthy {
  my ($host, $its_port) = @_;
  my $ok = eval {
    local $SIG{ALRM} = sub { die "too slow\n" };
    alarm 2;
    my $web = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $its_port, Timeout => 1) or die "refused\n";
    print $web "GET /health HTTP/1.0\r\nHost: $host\r\n\r\n";
    my $status = <$web> // '';
    alarm 0;
    $status =~ m{^HTTP/1\.\d 200 };
  };
  alarm 0;
  return $ok;
}

sub pass_on {
  my ($client, @order) = @_;
  for my $one (@order) {
    my ($host, $its_port) = split ' ', $one;
    my $web = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $its_port, Timeout => 1) or next;
    return pump($client, $web);
  }
  print $client "HTTP/1.0 503 Service Unavailable\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nno web server answers\n";
}

# Both ways until both have said all they had to say, or nothing moved for a minute.
sub pump {
  my ($client, $web) = @_;
  my %other = (fileno $client => $web, fileno $web => $client);
  my $both = IO::Select->new($client, $web);
  while ($both->count) {
    my @ready = $both->can_read(60) or return;
    for my $from (@ready) {
      my $to = $other{fileno $from};
      my $read = sysread $from, my $buffer, 65536;
      if (!$read) { shutdown $to, 1; $both->remove($from); next }
      for (my $sent = 0; $sent < $read;) {
        $sent += syswrite($to, $buffer, $read - $sent, $sent) // return;
      }
    }
  }
}
