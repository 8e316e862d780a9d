import { expect, test } from 'vitest';
import { sayIn } from '../texts/texts.ts';
import { width } from '../output/width.ts';
import { aRun, aStep } from '../testing/samples.ts';
import { advance, drawProgress, type Look, type Progress } from './progress.ts';

const look: Look = { say: sayIn('en'), language: 'en', colours: false, columns: 60, rows: 2, unicode: true };
const started = Date.parse('2026-11-22T10:00:00.000Z');

function progressOf(...steps: ReturnType<typeof aStep>[]): Progress {
  const { steps: _, ...run } = aRun({ title: '创建商店', total: 4 });
  return steps.reduce<Progress>((sum, step) => advance(sum, { is: 'step', step }), { run, steps: new Map() });
}

test('the bar shows how many steps are done, and what is being done', () => {
  const lines = drawProgress(
    progressOf(aStep({ key: 'a', state: 'done' }), aStep({ key: 'b' })),
    look,
    started + 41_000,
  );
  expect(lines[0]).toMatch(/^创建商店 {2}━+─+ {2}1\/4 {2}0:41$/);
  expect(lines[0]?.split('━').length).toBe(Math.round(((lines[0]?.match(/[━─]/g)?.length ?? 0) * 1) / 4) + 1);
  expect(lines[1]).toMatch(/Create server web {2}0:41$/);
});

test('no line is wider than the terminal, and what does not fit is counted', () => {
  const steps = ['a', 'b', 'c', 'd'].map((key) => aStep({ key, name: `创建服务器 ${key} `.repeat(9), attempt: 2 }));
  const lines = drawProgress(progressOf(...steps), look, started + 3_600_000);
  expect(lines).toHaveLength(3);
  expect(lines.at(-1)).toContain('and 3 more');
  for (const line of lines) expect(width(line)).toBeLessThanOrEqual(look.columns);
});
