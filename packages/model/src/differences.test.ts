import { expect, test } from 'vitest';
import { differences } from './differences.ts';
import { specs, type ManagedKind, type Shown, type Specs } from './resource.ts';

const fields = <K extends ManagedKind>(kind: K, spec: object, shown: Shown<K>): string[] =>
  // The schema under a kind's name is the schema of that kind's spec.
  differences(kind, specs[kind].parse(spec) as Specs[K], shown).map(({ field }) => field);

test('a field that is otherwise than asked is named, with both values', () => {
  const spec = specs.volume.parse({ name: 'data', gigabytes: 10 });
  expect(differences('volume', spec, { name: 'data', gigabytes: 20 })).toEqual([
    { field: 'gigabytes', asked: 10, shown: 20 },
  ]);
});

test('what is not shown is not compared, and what is shown as none is', () => {
  const spec = { name: 'r', subnets: ['s1'], external: 'public' };
  expect(fields('router', spec, { name: 'r' })).toEqual([]);
  expect(fields('router', spec, { name: 'r', external: null })).toEqual(['external']);
  expect(fields('router', { name: 'r' }, { subnets: [], external: null })).toEqual([]);
  expect(fields('router', { name: 'r' }, { external: 'public' })).toEqual(['external']);
  expect(fields('router', spec, JSON.parse('{"external":null}') as Shown<'router'>)).toEqual(['external']);
});

test('what a cloud chooses by itself differs only where something was asked', () => {
  const chosen = { gateway: '10.0.0.1' };
  const subnet = { name: 's', network: 'n', cidr: '10.0.0.0/24' };
  expect(fields('subnet', subnet, chosen)).toEqual([]);
  expect(fields('subnet', { ...subnet, gateway: '10.0.0.9' }, chosen)).toEqual(['gateway']);
  const port = { name: 'p', network: 'n' };
  expect(fields('port', port, { subnet: 's', address: '10.0.0.7', securityGroups: ['default'] })).toEqual([]);
  expect(fields('port', { ...port, securityGroups: ['web'] }, { securityGroups: ['default'] })).toEqual([
    'securityGroups',
  ]);
});

test('neither the order of a list matters nor how an address is written', () => {
  const dns = ['2001:db8:0::1', '9.9.9.9'];
  const subnet = { name: 's', network: 'n', cidr: '10.0.0.7/24', dns };
  expect(fields('subnet', subnet, { cidr: '10.0.0.0/24', dns: ['9.9.9.9', '2001:db8::1'] })).toEqual([]);
  expect(fields('subnet', subnet, { cidr: '10.0.1.0/24', dns: ['9.9.9.9'] })).toEqual(['cidr', 'dns']);
  const six = { ...subnet, cidr: '2001:DB8::/64' };
  expect(fields('subnet', six, { cidr: '2001:db8::/64' })).toEqual([]);
});

test('rules are compared as a set, by their contents', () => {
  const web = { direction: 'ingress', protocol: 'tcp', ports: [80, 443] as [number, number] } as const;
  const ping = { direction: 'ingress', protocol: 'icmp', cidr: '10.0.0.0/8' } as const;
  const asked = { name: 'g', rules: [{ ports: [80, 443] }, { protocol: 'icmp', cidr: '10.0.0.0/8' }] };
  expect(fields('security-group', asked, { rules: [ping, web] })).toEqual([]);
  expect(fields('security-group', asked, { rules: [web] })).toEqual(['rules']);
  expect(fields('security-group', asked, { rules: [ping, { ...web, ports: [443, 80] }] })).toEqual(['rules']);
  expect(fields('security-group', { name: 'g' }, { rules: [web] })).toEqual(['rules']);
});

test('that a cloud lets everything out by itself is no difference, until there are rules about what goes out', () => {
  const out = { direction: 'egress', protocol: 'any' } as const;
  const dns = { direction: 'egress', protocol: 'udp', ports: [53, 53] as [number, number] } as const;
  expect(fields('security-group', { name: 'g' }, { rules: [out] })).toEqual([]);
  expect(fields('security-group', { name: 'g' }, { rules: [{ ...out, cidr: '0.0.0.0/0' }] })).toEqual([]);
  expect(fields('security-group', { name: 'g' }, { rules: [{ ...out, cidr: '10.0.0.0/8' }] })).toEqual(['rules']);
  expect(fields('security-group', { name: 'g', rules: [dns] }, { rules: [dns] })).toEqual([]);
  expect(fields('security-group', { name: 'g', rules: [dns] }, { rules: [out, dns] })).toEqual(['rules']);
  expect(fields('security-group', { name: 'g', rules: [out] }, { rules: [] })).toEqual(['rules']);
});

test('a server has the ports asked for, and one more in each network', () => {
  const server = { name: 's', ports: ['p1', 'p2'], networks: ['n'] };
  expect(fields('server', server, { ports: ['made', 'p2', 'p1'], networks: ['n'] })).toEqual([]);
  expect(fields('server', server, { ports: ['p2', 'p1'] })).toEqual(['ports']);
  expect(fields('server', server, { ports: ['made', 'p1', 'other'] })).toEqual(['ports']);
  expect(fields('server', { ...server, networks: [] }, { ports: ['p1', 'p2', 'by hand'] })).toEqual(['ports']);
  expect(fields('server', { name: 's' }, { ports: ['p'], networks: ['n'], securityGroups: ['default'] })).toEqual([]);
});
