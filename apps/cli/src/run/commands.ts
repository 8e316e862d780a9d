import type { Command } from 'commander';
import { doing, limit, timeout, withWait, type Surroundings } from '../declare.ts';
import type { CancelOptions } from './run.ts';
import type { WaitOptions } from './watch.ts';

export function addRun(program: Command, here: Surroundings): void {
  const { say } = here;
  const noun = program.command('run').description(say('run.help'));
  const load = () => import('./run.ts');
  noun
    .command('list')
    .description(say('run.list'))
    .option('--deployment <deployment>', say('run.deployment'))
    .option('--active', say('run.active'))
    .addOption(limit(say).default(50))
    .action((options: { deployment?: string; active?: true; limit: number }, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).listRuns(context, options)),
    );
  noun
    .command('get')
    .description(say('run.get'))
    .argument('<run>', say('argument.run'))
    .action((run: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).getRun(context, run)),
    );
  noun
    .command('watch')
    .description(say('run.watch'))
    .argument('<run>', say('argument.run'))
    .addOption(timeout(say))
    .action((run: string, options: WaitOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).watch(context, run, options)),
    );
  withWait(noun.command('resume').description(say('run.resume')).argument('<run>', say('argument.run')), say).action(
    (run: string, options: WaitOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).resumeRun(context, run, options)),
  );
  withWait(
    noun
      .command('cancel')
      .description(say('run.cancel'))
      .argument('<run>', say('argument.run'))
      .option('--undo', say('run.undo'))
      .option('-y, --yes', say('option.yes')),
    say,
  ).action((run: string, options: CancelOptions, command: Command) =>
    doing(here, command, {}, async (context) => (await load()).cancelRun(context, run, options)),
  );
}
