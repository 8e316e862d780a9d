import { expect, test } from 'vitest';
import { readTemplate } from '../template.ts';
import { graphOf } from '../testing/graph.ts';
import { threeTier } from '../testing/three-tier.ts';
import type { Files } from '../unit.ts';
import { convertToTwo } from './convert.ts';

const filesOf = (texts: ReadonlyMap<string, string>): Files => ({
  has: (path) => texts.has(path),
  text: (path) => texts.get(path),
});

test('what is converted to 2.0 means the same', () => {
  const [entry = ''] = threeTier.keys();
  const converted = new Map([...threeTier.keys()].map((path) => [path, convertToTwo(filesOf(threeTier), path).text]));
  const before = readTemplate(threeTier, entry);
  const after = readTemplate(converted, entry);
  expect(after.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(after.template?.toscaVersion).toBe('tosca_2_0');
  expect(after.template && graphOf(after.template)).toEqual(before.template && graphOf(before.template));
});
