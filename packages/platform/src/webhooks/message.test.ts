import { expect, test } from 'vitest';
import { bodyOf, headersOf, newSecret } from './message.ts';

test('a message is signed as the reference implementations of Standard Webhooks sign it', () => {
  const headers = headersOf(
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    new Date(1_614_265_330_999),
    '{"test": 2432232314}',
    'standard',
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  );
  expect(headers).toMatchObject({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('while a secret is exchanged both sign', () => {
  const secrets = [newSecret(), newSecret()] as const;
  const signed = (...with_: string[]) => headersOf('whd-1', new Date(0), '{}', 'standard', with_)['webhook-signature'];
  expect(signed(...secrets)).toBe(`${signed(secrets[0])} ${signed(secrets[1])}`);
  expect(secrets[0]).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
});

test('an event is a CloudEvent where that is wanted', () => {
  const happened = { id: 'whd-1', kind: 'run.ended', at: new Date(0), data: { run: 'run-1' } };
  expect(JSON.parse(bodyOf(happened, 'cloudevents', '/organizations/org-1'))).toEqual({
    specversion: '1.0',
    id: 'whd-1',
    source: '/organizations/org-1',
    type: 'pileus.run.ended',
    time: '1970-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    data: { run: 'run-1' },
  });
  expect(headersOf('whd-1', new Date(0), '{}', 'cloudevents', [])['content-type']).toContain('cloudevents+json');
});
