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
