import { expect, test } from 'vitest';
import { width } from '../output/width.ts';
import type { Context } from '../context.ts';
import { change, shop } from '../testing/samples.ts';
import { sayIn } from '../texts/texts.ts';
import { drawPlan } from './draw-plan.ts';

const speaking = (language: 'en' | 'zh-CN', environment = {}): Context =>
  ({ language, say: sayIn(language), environment }) as Context; // Drawing needs no more of it.

const long = { ...change, inputs: { ...change.inputs, web_port: `${'a'.repeat(200)}one` } };
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
