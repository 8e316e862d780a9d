import { expect, test } from 'vitest';
import { aimChanges } from './aims.ts';

test('what is wanted differently: the version, inputs that came, went or changed, and numbers', () => {
  const before = { inputs: { title: 'Shop', port: 80, old: 1 }, template: { version: '1.0.0' }, counts: { web: 2 } };
  const after = { inputs: { title: 'Shop', port: 81, fresh: [1] }, template: { version: '1.1.0' }, counts: { web: 3 } };
  expect(aimChanges(before, after, { version: 'Version' })).toEqual([
    { field: 'Version', from: '1.0.0', to: '1.1.0' },
    { field: 'port', from: 80, to: 81 },
    { field: 'old', from: 1 },
    { field: 'fresh', to: [1] },
    { field: 'web', from: 2, to: 3 },
  ]);
  const secret = { ...before, inputs: { password: '***', token: '***' } };
  expect(aimChanges(secret, { ...secret, otherSecrets: ['token'] }, { version: 'Version' })).toEqual([
    { field: 'token', from: '***', to: '***' },
  ]);
  expect(aimChanges(before, before, { version: 'Version' })).toEqual([]);
});
