import { expect, test } from 'vitest';
import { width } from '../output/width.ts';
import type { Context } from '../context.ts';
import { change, shop } from '../testing/samples.ts';
import { sayIn } from '../texts/texts.ts';
import { drawPlan } from './draw-plan.ts';

const speaking = (language: 'en' | 'zh-CN', environment = {}): Context =>
  ({ language, say: sayIn(language), environment }) as Context; // Drawing needs no more of it.

const long = {
  ...change,
  inputs: { ...change.inputs, web_port: `${'a'.repeat(200)}one` },
  tags: { 部门: '研'.repeat(100) },
};
const before = { ...shop, inputs: { ...shop.inputs, web_port: `${'a'.repeat(200)}two` } };

test.each([40, 80, 140])('a plan keeps within %i columns, in Chinese too', (columns) => {
  for (const language of ['en', 'zh-CN'] as const) {
    const drawn = drawPlan(speaking(language), long, { columns, colours: false }, true, before);
    expect(drawn.split('\n').filter((line) => width(line) > columns)).toEqual([]);
  }
});

test('of two long values the place is shown where they differ', () => {
  const drawn = drawPlan(speaking('en'), long, { columns: 60, colours: false }, false, before);
  expect(drawn).toContain('web_port  …aaaaaaaatwo → …aaaaaaaaone');
});

test('a plan shows what a new deployment is tagged with', () => {
  const drawn = drawPlan(speaking('en'), { ...change, tags: { owner: 'li\u001b[2J', locked: '' } }, { colours: false });
  expect(drawn.split('\n')[1]).toMatch(/^ {2}TAGS {2}owner=li[^\u001b]*, locked$/);
});

test('a plan reads in Chinese', () => {
  const drawn = drawPlan(speaking('zh-CN'), change, { colours: false }, false, shop);
  expect(drawn.split('\n').slice(0, 10)).toEqual([
    '计划：变更 lab (openstack) 上的 shop',
    '  web_port  8080 → 80',
    '  web       2 → 3',
    '',
    '  + 创建云主机 web-3                   新建',
    '  ~ 变更云硬盘 data                    被他人修改',
    '      gigabytes  10 → 20',
    '  ± 替换端口 front                     有变更',
    '      network  net-1 → （待 net 完成后确定）',
    '  ▸ 执行 site-1 的 Standard.configure  仅当输入有变化时',
  ]);
});

const priced = {
  ...change,
  steps: change.steps.map((step, at) =>
    at === 0
      ? { ...step, price: { before: '0', after: '262.8' } }
      : at === 1
        ? { ...step, price: { before: '3.5' } }
        : step,
  ),
  quote: {
    currency: 'CNY',
    before: { perHour: '0.36', perMonth: '262.8' },
    after: { perHour: '0.72', perMonth: '525.6' },
    difference: { perHour: '0.36', perMonth: '262.8' },
    resources: 7,
    unpriced: [{ kind: 'volume' as const, name: 'ssd', count: 2 }],
  },
};

test('a plan with prices tells what each step adds to a month, what all of it costs, and what has no price', () => {
  const drawn = drawPlan(speaking('en'), priced, { colours: false });
  expect(drawn).toContain('  + Create server web-3               +CN¥262.80 a month  new');
  expect(drawn).toContain('  ~ Change volume data                          no price  changed by somebody else');
  expect(drawn.split('\n').slice(-3)).toEqual([
    'a month  CN¥262.80 → CN¥525.60  (+CN¥262.80)',
    'an hour  CN¥0.36 → CN¥0.72  (+CN¥0.36)',
    'no price for 2 of 7: 2 × volume ssd',
  ]);
});

test.each([40, 80])('a plan with prices keeps within %i columns', (columns) => {
  for (const language of ['en', 'zh-CN'] as const) {
    const drawn = drawPlan(speaking(language), priced, { columns, colours: false }, true);
    expect(drawn.split('\n').filter((line) => width(line) > columns)).toEqual([]);
  }
});

test('a terminal without Unicode gets signs of ASCII', () => {
  const drawn = drawPlan(speaking('en', { LANG: 'C' }), change, { colours: false }, false, shop);
  expect(drawn).toContain('-/+ Replace port front');
  expect(drawn).toContain('8080 -> 80');
});

test('what replaces something stands for its removal, unless every step is asked for', () => {
  const all = drawPlan(speaking('en'), change, { colours: false }, true);
  expect(all).toContain('− Delete port front');
  expect(drawPlan(speaking('en'), change, { colours: false })).not.toContain('Delete port front');
});

test('of a secret a plan tells that it is another one', () => {
  const secret = { field: 'PASSWORD', from: '***', to: '***' };
  const [step] = change.steps;
  if (!step) throw new Error('the sample has steps');
  const changes = [secret, { field: 'TOKEN', from: 'open', to: '***' }];
  const plan = { ...change, otherSecrets: ['key'], inputs: { key: '***' }, steps: [{ ...step, changes }] };
  const was = { ...shop, inputs: { key: '***' } };
  const drawn = drawPlan(speaking('en'), plan, { colours: false }, false, was);
  expect(drawn).toMatch(/key\s+\(a secret\) → \(another secret\)/);
  expect(drawn).toContain('PASSWORD  (a secret) → (another secret)');
  expect(drawn).toMatch(/TOKEN\s+open → \(a secret\)/);
  expect(drawPlan(speaking('zh-CN'), plan, { colours: false })).toContain('（机密值） → （另一个机密值）');
});
