import type { Command } from 'commander';
import { doing, withWait, type Surroundings } from '../declare.ts';
import type { WaitOptions } from '../run/watch.ts';

/** What sweeps have found, beside the accounts that were swept. */
export function addFinding(program: Command, here: Surroundings): void {
  const { say } = here;
  const noun = program.command('finding').description(say('finding.help'));
  const load = () => import('./finding.ts');
  noun
    .command('get')
    .description(say('finding.get'))
    .argument('<finding>', say('argument.finding'))
    .action((finding: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).getFinding(context, finding)),
    );
  noun
    .command('ignore')
    .description(say('finding.ignore'))
    .argument('<finding>', say('argument.finding'))
    .option('--note <text>', say('finding.note'))
    .option('--undo', say('finding.heed'))
    .action((finding: string, options: { note?: string; undo?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).ignoreFinding(context, finding, options)),
    );
  withWait(
    noun
      .command('delete')
      .description(say('finding.delete'))
      .argument('<finding>', say('argument.finding'))
      .option('-y, --yes', say('option.yes')),
    say,
  ).action((finding: string, options: WaitOptions & { yes?: true }, command: Command) =>
    doing(here, command, {}, async (context) => (await load()).deleteFinding(context, finding, options)),
  );
}
