import type { Language, Text } from '@pileus/model';
import { texts, type Say, type TextKey } from '../texts/texts.ts';
import type { Style } from './table.ts';

/** A time as a person writes it, in their own time zone: `2026-11-22 18:04:05`. */
export function moment(iso: string | undefined): string {
  if (!iso) return '';
  const at = new Date(iso);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** A length of time as on a stopwatch: `0:07`, `12:40`, `1:02:03`. */
export function elapsed(milliseconds: number): string {
  const total = Math.max(0, Math.round(milliseconds / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** How long something ran that may still be running. */
export function took(
  thing: { startedAt?: string | undefined; endedAt?: string | undefined },
  now = Date.now(),
): string {
  if (!thing.startedAt) return '';
  return elapsed((thing.endedAt ? Date.parse(thing.endedAt) : now) - Date.parse(thing.startedAt));
}

/** A value of an output, an input or an attribute on one line. */
export function plain(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

/** A cloud account with what kind of cloud it is: `lab (openstack)`. */
export function accountText(
  say: Say,
  { name, provider, simulated }: { name: string; provider: string; simulated: boolean },
): string {
  return `${name} (${simulated ? say('word.simulated') : provider})`;
}

/** A state in the person's language; one that this version does not know is shown as it is. */
export function stateWord(say: Say, state: string): string {
  const key = `state.${state}`;
  return isText(key) ? say(key as 'state.ok') : state;
}

const good = new Set(['ok', 'running', 'succeeded', 'done', 'started', 'ready']);
const bad = new Set(['failed', 'failing', 'error', 'refused']);
const idle = new Set(['deleted', 'skipped', 'planned', 'cancelled', 'unknown', 'undone', 'initial', 'stopped']);

/** Colour repeats what the word says, never the only sign. */
export function stateStyle(state: string): Style {
  return good.has(state) ? 'green' : bad.has(state) ? 'red' : idle.has(state) ? 'gray' : 'yellow';
}

export const inLanguage = (text: Text, language: Language): string => text[language] || text.en;

const isText = (key: string): key is TextKey => key in texts;
