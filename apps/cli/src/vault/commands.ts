import type { Command } from 'commander';
import { doing, type Surroundings } from '../declare.ts';
import type { RewrapOptions } from './vault.ts';

/** The keys that the secrets of the platform are sealed with. */
export function addVault(program: Command, here: Surroundings): void {
  const { say } = here;
  const load = () => import('./vault.ts');
  const noun = program.command('vault').description(say('vault.help'));
  noun
    .command('status')
    .description(say('vault.status'))
    .action((_: object, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).showVault(context)),
    );
  noun
    .command('rewrap')
    .description(say('vault.rewrap'))
    .option('--no-wait', say('vault.noWait'))
    .action((options: RewrapOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).rewrap(context, options)),
    );
}
