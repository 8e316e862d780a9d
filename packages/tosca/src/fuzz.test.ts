import { test } from 'vitest';
import { fuzzCase } from './testing/fuzz.ts';
import { fuzzSeeds } from './testing/fuzz-seeds.ts';

test('no mutated template or archive makes the reader throw, and every problem has a place', () => {
  const seeds = fuzzSeeds();
  for (let number = 1; number <= 600; number++) {
    try {
      fuzzCase(number, seeds);
    } catch (cause) {
      throw new Error(`Case ${number} fails; node packages/tosca/dev/fuzz.ts --from ${number} --count 1`, { cause });
    }
  }
});
