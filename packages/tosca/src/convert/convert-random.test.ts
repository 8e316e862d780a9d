import { expect, test } from 'vitest';
import { readTemplate } from '../template.ts';
import { Random } from '../testing/random.ts';
import { randomTemplate } from '../testing/random-template.ts';
import { convertToTwo } from './convert.ts';
import { graphOf } from './graph.ts';

test('whatever 1.3 can say that 2.0 can say too means the same when it is converted', () => {
  for (let number = 1; number <= 60; number++) {
    const texts = randomTemplate(new Random(number));
    const before = readTemplate(texts, 'main.yaml');
    const errors = before.problems.filter(({ severity }) => severity === 'error');
    expect(errors, `template ${number} is valid`).toEqual([]);
    const { files = new Map<string, string>(), problems } = convertToTwo(
      { has: (path) => texts.has(path), text: (path) => texts.get(path) },
      'main.yaml',
    );
    expect(problems, `template ${number} is convertible`).toEqual([]);
    const after = readTemplate(files, 'main.yaml');
    expect(after.problems, `template ${number} is valid in 2.0`).toEqual([]);
    expect(after.template && graphOf(after.template)).toEqual(before.template && graphOf(before.template));
  }
});
