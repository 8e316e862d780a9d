import { expect, test } from 'vitest';
import { stepName, stepNameIn } from './step-name.ts';

test('a step is journaled in English and read in the language of the person', () => {
  const journaled = stepName('ready', { kind: 'security-group', name: 'web-open group' });
  expect(journaled).toBe('The security group web-open group is ready');
  expect(stepNameIn('en', journaled)).toBe(journaled);
  expect(stepNameIn('zh-CN', journaled)).toBe('安全组 web-open group 就绪');
  expect(stepNameIn('zh-CN', stepName('run', { node: 'web_1', operation: 'Standard.start' }))).toBe(
    '执行 web_1 的 Standard.start',
  );
  expect(stepNameIn('zh-CN', stepName('survey'))).toBe('清点现有资源');
});

test('a name that is not one of ours stays as it is', () => {
  expect(stepNameIn('zh-CN', 'Warm the cache')).toBe('Warm the cache');
});
