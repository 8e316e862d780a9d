import { Option, type Command } from 'commander';
import type { Language } from '@pileus/model';
import type { Context, GlobalOptions } from './context.ts';
import { usage } from './exit.ts';
import type { LocalContext } from './local-context.ts';
import type { Say } from './texts/texts.ts';

/** What every noun declares its commands with. */
export interface Surroundings {
  readonly language: Language;
  readonly say: Say;
  readonly signal: AbortSignal;
}

/** Runs a command with its context. `changed` overrides options that every command has. */
export async function doing(
  here: Surroundings,
  command: Command,
  changed: Partial<Record<keyof GlobalOptions, undefined>>,
  act: (context: Context) => Promise<void>,
): Promise<void> {
  const { openContext } = await import('./context.ts');
  await act(await openContext({ ...command.optsWithGlobals<GlobalOptions>(), ...changed }, here.language, here.signal));
}

/** Runs a command that needs no server, without loading what talks to one. */
export async function locally(
  here: Surroundings,
  command: Command,
  act: (context: LocalContext) => Promise<void>,
): Promise<void> {
  const { openLocalContext } = await import('./local-context.ts');
  await act(openLocalContext(command.optsWithGlobals<GlobalOptions>().output, here.language));
}

/** For an option that may be given several times. */
export const collecting = (value: string, before: readonly string[] = []): string[] => [...before, value];

export function withValues(command: Command, say: Say): Command {
  return command
    .option('-s, --set <key=value>', say('option.set'), collecting)
    .option('--set-json <key=json>', say('option.setJson'), collecting)
    .option('--set-file <key=file>', say('option.setFile'), collecting)
    .option('--set-env <key=VARIABLE>', say('option.setEnv'), collecting);
}

export const withWait = (command: Command, say: Say): Command =>
  command.option('-w, --wait', say('option.wait')).addOption(timeout(say));

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `90s`, `20m`, `2h` in milliseconds. */
export function timeout(say: Say): Option {
  return new Option('--timeout <time>', say('option.timeout')).argParser((given: string) => {
    const [, count, unit = 's'] = /^(\d+)([smh])?$/.exec(given) ?? [];
    if (count === undefined || Number(count) === 0) throw usage(say('usage.badDuration', { given }));
    return Number(count) * (units[unit] ?? 1_000);
  });
}

export function limit(say: Say): Option {
  return new Option('--limit <rows>', say('option.limit')).argParser((given: string) => {
    if (!/^[1-9]\d{0,6}$/.test(given)) throw usage(say('usage.badLimit', { given }));
    return Number(given);
  });
}
