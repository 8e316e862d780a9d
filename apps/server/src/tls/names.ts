import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** More than a certificate should carry; a machine full of containers has that many addresses. */
const most = 60;

/**
 * By which names and addresses others can reach what listens on `host`, and what people type: what a certificate has to
 * name so that browsers find the server they asked for.
 */
export function namesOf(host: string, origin: string | undefined): string[] {
  const typed = origin === undefined ? [] : [withoutBrackets(new URL(origin).hostname)];
  const all = [
    ...typed,
    ...(isEverywhere(host) ? ownAddresses() : [host]),
    'localhost',
    '127.0.0.1',
    '::1',
    hostname(),
  ];
  return [...new Set(all.map((name) => name.toLowerCase()))].filter(isNameable).slice(0, most);
}

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

const isEverywhere = (host: string): boolean => host === '0.0.0.0' || host === '::' || host === '';

/** Those that hold on one wire only (fe80::) carry its name, which means nothing elsewhere. */
function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.map(({ address }) => address).filter((address) => !address.startsWith('fe80:'));
}

const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

const isNameable = (name: string): boolean =>
  isIP(name) !== 0 || (/^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(name) && name.length < 254);
