import type { Command } from 'commander';
import { collecting, doing, limit, timeout, withWait, type Surroundings } from '../declare.ts';
import type { CancelOptions, ResumeOptions } from './run.ts';
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
  noun
    .command('pause')
    .description(say('run.pause'))
    .argument('<run>', say('argument.run'))
    .action((run: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).pauseRun(context, run)),
    );
  withWait(
    noun
      .command('resume')
      .description(say('run.resume'))
      .argument('<run>', say('argument.run'))
      .option('--node <node>', say('run.onlyNode'), collecting),
    say,
  ).action((run: string, options: ResumeOptions, command: Command) =>
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
