import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** Beyond the cases of `fuzz.test.ts` and of the runs of a million; another number tries others. */
const from = process.env['PILEUS_FUZZ_FROM'] ?? '5000000';

test('20,000 mutated templates and archives are read without a crash, a hang or more than 512 MB', () => {
  const program = join(import.meta.dirname, '../dev/fuzz.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--from', from, '--count', '20000'], {
    encoding: 'utf8',
  });
  expect({ status, told: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, told: '' });
});
