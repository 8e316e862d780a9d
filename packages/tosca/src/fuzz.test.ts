import { test } from 'vitest';
import { fuzzCase } from './testing/fuzz.ts';

test('no mutated template or archive makes the reader throw, and every problem has a place', () => {
  for (let number = 1; number <= 600; number++) {
    try {
      fuzzCase(number);
    } catch (cause) {
      throw new Error(`Case ${number} fails; node packages/tosca/dev/fuzz.ts --from ${number} --count 1`, { cause });
    }
  }
});
