import { expect, test } from 'vitest';
import { peerReader } from './peer.ts';

const forwarded = (chain: string) =>
  new Headers({ 'x-forwarded-for': chain, 'x-forwarded-proto': 'https', host: 'inner' });

test('without a trusted proxy nobody can claim another address', () => {
  expect(peerReader()('203.0.113.9', forwarded('10.0.0.1'))).toEqual({
    ip: '203.0.113.9',
    secure: false,
    host: 'inner',
    isHandedOn: false,
  });
  expect(peerReader()('::ffff:203.0.113.9', new Headers()).ip).toBe('203.0.113.9');
  expect(peerReader()(undefined, new Headers()).ip).toBe('local');
});

test('behind trusted proxies the caller is the first stranger from the right', () => {
  const peerOf = peerReader(['10.0.0.0/8', '::1']);
  expect(peerOf('10.1.2.3', forwarded('1.1.1.1, 198.51.100.7, 10.9.9.9'))).toMatchObject({
    ip: '198.51.100.7',
    secure: true,
  });
  expect(peerOf('::1', forwarded('2001:db8::5')).ip).toBe('2001:db8::5');
  expect(peerOf('10.1.2.3', forwarded('not an address')).ip).toBe('10.1.2.3');
  expect(peerOf('192.0.2.1', forwarded('1.1.1.1')).ip).toBe('192.0.2.1');
});

test('a connection that is encrypted to us is as secure as one that a trusted proxy says was encrypted to it', () => {
  const peerOf = peerReader(['10.0.0.0/8']);
  const inTheOpen = new Headers({ 'x-forwarded-proto': 'http' });
  expect(peerOf('203.0.113.9', inTheOpen, true).secure).toBe(true);
  expect(peerOf('10.1.2.3', inTheOpen, true).secure).toBe(false);
  expect(peerOf('10.1.2.3', new Headers(), true).secure).toBe(true);
  expect(peerOf('10.1.2.3', new Headers(), false).secure).toBe(false);
});

test('what a stranger writes into the header before a trusted proxy gets it does not count', () => {
  const peerOf = peerReader(['10.0.0.0/8']);
  const ip = (chain: string, socket = '10.1.2.3') => peerOf(socket, forwarded(chain)).ip;
  expect(ip('8.8.8.8, 198.51.100.7')).toBe('198.51.100.7');
  expect(ip('10.9.9.9, 198.51.100.7, 10.7.7.7')).toBe('198.51.100.7');
  expect(ip('8.8.8.8, unknown')).toBe('10.1.2.3');
  expect(ip('8.8.8.8, unknown, 10.7.7.7')).toBe('10.7.7.7');
  expect(ip('')).toBe('10.1.2.3');
  expect(ip('8.8.8.8', '192.0.2.1')).toBe('192.0.2.1');
});

test('a caller from within the trusted network is the farthest one', () => {
  expect(peerReader(['10.0.0.0/8'])('10.1.2.3', forwarded('10.5.5.5, 10.7.7.7')).ip).toBe('10.5.5.5');
});

test('an address has one spelling, whatever came over which socket', () => {
  const peerOf = peerReader(['10.0.0.0/8', 'fe80::/10']);
  expect(peerOf('::ffff:10.1.2.3', forwarded('::ffff:198.51.100.7')).ip).toBe('198.51.100.7');
  expect(peerOf('::FFFF:a01:203', forwarded('::ffff:c633:6407')).ip).toBe('198.51.100.7');
  expect(peerOf('10.1.2.3', forwarded('198.51.100.7:51234')).ip).toBe('198.51.100.7');
  expect(peerOf('10.1.2.3', forwarded('[2001:DB8::5]:443')).ip).toBe('2001:db8::5');
  expect(peerOf('fe80::1%eth0', forwarded('2001:db8::5')).ip).toBe('2001:db8::5');
});

test('a trusted proxy that is no address is named', () => {
  expect(() => peerReader(['10.0.0.0/40'])).toThrow('"10.0.0.0/40"');
  expect(() => peerReader(['proxy.example'])).toThrow('"proxy.example"');
});
