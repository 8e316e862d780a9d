import { expect, test } from 'vitest';
import type { PlannedStep } from '../../../api/types.ts';
import { actionsOf, countKey, dependentsOf, groupsOf, rowsOf, templateNodeOf } from './plan-rows.ts';

const step = (key: string, change: Partial<PlannedStep> = {}): PlannedStep => ({
  key,
  action: 'create',
  node: key.split('.')[0] ?? key,
  what: 'server',
  title: `Create server ${key}`,
  spec: {},
  needs: [],
  why: 'new',
  ...change,
});
const scaling = [{ node: 'web', count: 2, min: 1, members: ['web', 'web_host'] }];
const steps = [
  step('web_host-1.server', {
    action: 'replace',
    why: 'changed',
    changes: [{ field: 'flavor', from: 'm1.small', to: 'm1.large' }],
  }),
  step('web_host-1.old', { action: 'delete', isReplaced: true }),
  step('web-1.create', { action: 'run', what: 'Standard.create', needs: ['web_host-1.server'] }),
  step('balancer.configure', { action: 'run', what: 'Standard.configure', needs: ['web-1.create'], ifChanged: true }),
];

test('steps stand by instance, folded or not, and what is replaced is counted once', () => {
  const groups = groupsOf({ steps, scaling });
  expect(groups.map(({ node }) => node)).toEqual(['web_host-1', 'web-1', 'balancer']);
  expect(groups[0]?.actions).toEqual([['replace', 1]]);
  const rows = rowsOf(groups, (node) => node === 'web_host-1');
  expect(rows.map((row) => (row.is === 'step' ? row.step.key : row.group.node))).toEqual([
    'web_host-1',
    'web_host-1.server',
    'web_host-1.old',
    'web-1',
    'balancer',
  ]);
});

test('a plan is filtered by what it counts, by node of the template, and by text that also stands in changes', () => {
  const keys = (filter: Parameters<typeof groupsOf>[1]) =>
    groupsOf({ steps, scaling }, filter).flatMap((group) => group.steps.map(({ key }) => key));
  expect(keys({ count: 'run script' })).toEqual(['web-1.create', 'balancer.configure']);
  expect(keys({ count: 'delete server' })).toEqual([]);
  expect(keys({ node: 'web_host' })).toEqual(['web_host-1.server', 'web_host-1.old']);
  expect(keys({ text: 'M1.LARGE' })).toEqual(['web_host-1.server']);
});

test('an instance belongs to a node that is counted, and any other name is a node of its own', () => {
  expect(templateNodeOf('web_host-12', scaling)).toBe('web_host');
  expect(templateNodeOf('web.2', scaling)).toBe('web');
  expect(templateNodeOf('web--2', scaling)).toBe('web');
  expect(templateNodeOf('rack-7', scaling)).toBe('rack-7');
});

test('a step knows which others wait for it', () => {
  expect(
    dependentsOf(steps)
      .get('web-1.create')
      ?.map(({ key }) => key),
  ).toEqual(['balancer.configure']);
});

test('a plan of ten thousand steps is grouped like any other', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => step(`web-${at}.server`, { needs: [`web-${at - 1}.server`] }));
  const groups = groupsOf({ steps: many, scaling });
  expect(groups).toHaveLength(10_000);
  expect(rowsOf(groups, () => false)).toHaveLength(10_000);
  expect(dependentsOf(many).size).toBe(10_000);
  expect(actionsOf(many)).toEqual([['create', 10_000]]);
  expect(countKey(many[0] ?? step('none'))).toBe('create server');
});
