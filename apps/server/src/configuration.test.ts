import { expect, test } from 'vitest';
import { readConfiguration } from './configuration.ts';

test('cloud accounts reach private networks unless told otherwise, and nothing else inside is open', () => {
  expect(readConfiguration({}, [])).toMatchObject({ outboundAllow: [], cloudAllow: ['private', '127.0.0.0/8'] });
  expect(readConfiguration({ PILEUS_CLOUD_ALLOW: '' }, []).cloudAllow).toEqual(['private', '127.0.0.0/8']);
  const toOthers = [
    readConfiguration({ PILEUS_HOST: '0.0.0.0' }, []),
    readConfiguration({ PILEUS_ORIGIN: 'https://pileus.example.org' }, []),
    readConfiguration({}, ['--role', 'worker']),
  ];
  expect(toOthers.map(({ cloudAllow }) => cloudAllow)).toEqual(toOthers.map(() => ['private']));
  expect(readConfiguration({ PILEUS_CLOUD_ALLOW: 'none' }, []).cloudAllow).toEqual([]);
  const both = { PILEUS_CLOUD_ALLOW: 'private, 127.0.0.1:5000', PILEUS_OUTBOUND_ALLOW: '*.example.org' };
  expect(readConfiguration(both, [])).toMatchObject({
    outboundAllow: ['*.example.org'],
    cloudAllow: ['private', '127.0.0.1:5000'],
  });
});

test.each(['PILEUS_CLOUD_ALLOW', 'PILEUS_OUTBOUND_ALLOW'])(
  '%s that opens too much, or nothing, is refused at start',
  (name) => {
    for (const value of ['0.0.0.0/0', '169.254.169.254', '8.8.8.8', 'http://keystone', 'private,,10.0.0.0/7'])
      expect(() => readConfiguration({ [name]: value }, [])).toThrow(name);
  },
);

test('whoever other machines can reach speaks TLS unless told otherwise', () => {
  const tls = (environment: Record<string, string>) => readConfiguration(environment, []).tls;
  for (const PILEUS_HOST of ['127.0.0.1', '127.8.8.8', 'localhost', '::1'])
    expect([tls({ PILEUS_HOST }), tls({ PILEUS_HOST, PILEUS_TLS: 'on' })]).toEqual(['off', 'made']);
  for (const PILEUS_HOST of [
    '0.0.0.0',
    '::',
    '10.1.2.3',
    'pileus.example.org',
    '127.example.org',
    'localhost.example.org',
  ])
    expect([tls({ PILEUS_HOST }), tls({ PILEUS_HOST, PILEUS_TLS: 'off' })]).toEqual(['made', 'off']);
  const files = { PILEUS_TLS_CERTIFICATE: 'a.pem', PILEUS_TLS_KEY: 'a.key' };
  expect(tls(files)).toEqual({ certificate: 'a.pem', key: 'a.key' });
});

test.each([
  [{ PILEUS_TLS_KEY: 'a.key' }, 'PILEUS_TLS_KEY is not valid: it is the key of PILEUS_TLS_CERTIFICATE; set that too'],
  [{ PILEUS_TLS_CERTIFICATE: 'a.pem' }, 'its key is needed too; set PILEUS_TLS_KEY'],
  [
    { PILEUS_TLS: 'off', PILEUS_TLS_CERTIFICATE: 'a.pem', PILEUS_TLS_KEY: 'a.key' },
    'PILEUS_TLS is not valid: it is off',
  ],
  [{ PILEUS_HOST: '0.0.0.0', PILEUS_ORIGIN: 'http://pileus:7800' }, 'PILEUS_ORIGIN is not valid: TLS is spoken'],
])('settings of TLS that contradict each other are named: %j', (environment, reason) => {
  expect(() => readConfiguration(environment, [])).toThrow(reason);
});
