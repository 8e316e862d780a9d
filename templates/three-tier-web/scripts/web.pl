#!/usr/bin/perl
# A web server: shows a page that says who served it and how many visits the data tier has counted.
# Usage: web.pl NAME ADDRESS PORT DATA_ADDRESS DATA_PORT TITLE
use strict;
use warnings;
use IO::Handle;
use IO::Socket::INET;

my ($name, $address, $port, $data_address, $data_port, $title) = @ARGV;
$SIG{PIPE} = 'IGNORE';

my $listener = IO::Socket::INET->new(LocalAddr => $address, LocalPort => $port, Listen => 64, ReuseAddr => 1)
  or die "cannot listen on $address:$port: $!\n";
print "$name on http://$address:$port, data tier at $data_address:$data_port\n";
STDOUT->flush;

while (my $client = $listener->accept) {
  eval {
    local $SIG{ALRM} = sub { die "too slow\n" };
    alarm 5;
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
  return answer($client, '200 OK', 'text/plain', "ok\n") if $request =~ m{^GET /health };
  return answer($client, '404 Not Found', 'text/plain', "no such page\n") if $request !~ m{^(?:GET|HEAD) /(?:\?\S*)? };
  my $visits = visits();
  return answer($client, '503 Service Unavailable', 'text/plain', "$name cannot reach the data tier at $data_address:$data_port\n") if !defined $visits;
  answer($client, '200 OK', 'text/html; charset=utf-8', page($visits));
}

sub visits {
  my $data = IO::Socket::INET->new(PeerAddr => $data_address, PeerPort => $data_port, Timeout => 2) or return undef;
  print $data "POST /visits HTTP/1.0\r\nHost: $data_address\r\nContent-Length: 0\r\n\r\n";
  my $answer = join '', <$data>;
  return $answer =~ m{^HTTP/1\.\d 200 .*?\r\n\r\n(\d+)}s ? $1 : undef;
}

sub answer {
  my ($client, $status, $type, $body) = @_;
  print $client "HTTP/1.0 $status\r\nContent-Type: $type\r\nContent-Length: ", length $body,
    "\r\nCache-Control: no-store\r\nX-Served-By: $name\r\nConnection: close\r\n\r\n", $body;
}

sub escape {
  my ($text) = @_;
  my %as = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;');
  $text =~ s/([&<>"])/$as{$1}/g;
  return $text;
}

sub page {
  my ($visits) = @_;
  my $shown = escape($title);
  return <<"HTML";
<!doctype html>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>$shown</title>
<link rel="icon" href="data:,">
<style>
  body { font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1.5rem; color: #1c2733; }
  h1 { font-size: 1.5rem; margin-bottom: .25rem } p { color: #5a6b7b; margin-top: 0 }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .4rem 1.5rem } dt { color: #5a6b7b } dd { margin: 0; font-variant-numeric: tabular-nums }
  b { font-size: 2.5rem; font-weight: 600 }
</style>
<h1>$shown</h1>
<p>Load balancer, two web servers, one data tier. Reload: the other web server answers, and the count goes on.</p>
<dl>
  <dt>Served by</dt><dd>$name</dd>
  <dt>Visits</dt><dd><b>$visits</b></dd>
</dl>
HTML
}
