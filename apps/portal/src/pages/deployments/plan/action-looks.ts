import type { PlannedStep } from '../../../api/types.ts';

type Action = PlannedStep['action'];

/** What a step of a plan does, as a sign that is read without its colour. */
export const signs: Readonly<Record<Action, string>> = {
  create: '+',
  update: '~',
  replace: '±',
  delete: '−',
  start: '⏵',
  stop: '⏹',
  run: '▸',
  state: '·',
  check: '?',
};

export const tones: Readonly<Record<Action, 'ok' | 'warn' | 'bad' | 'busy' | 'idle'>> = {
  create: 'ok',
  update: 'busy',
  replace: 'warn',
  delete: 'bad',
  start: 'ok',
  stop: 'idle',
  run: 'busy',
  state: 'idle',
  check: 'idle',
};
