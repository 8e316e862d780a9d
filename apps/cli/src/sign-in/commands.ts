import type { Command } from 'commander';
import { doing, type Surroundings } from '../declare.ts';

const methods = () => import('./methods.ts');

/** Identity providers and directories by which the people of the organization sign in. */
export function addSignIn(program: Command, here: Surroundings): void {
  const { say } = here;
  const method = program.command('sign-in-method').description(say('method.help'));
  method
    .command('list')
    .description(say('method.list'))
    .action((_: object, command: Command) =>
      doing(here, command, {}, async (context) => (await methods()).listMethods(context)),
    );
  method
    .command('create')
    .description(say('method.create'))
    .requiredOption('-f, --file <file>', say('method.file'))
    .action((options: { file: string }, command: Command) =>
      doing(here, command, {}, async (context) => (await methods()).createMethod(context, options)),
    );
  method
    .command('check')
    .description(say('method.check'))
    .argument('<method>', say('argument.method'))
    .action((name: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await methods()).checkMethod(context, name)),
    );
  method
    .command('sync')
    .description(say('method.sync'))
    .argument('<method>', say('argument.method'))
    .option('--even-if-many', say('method.evenIfMany'))
    .action((name: string, options: { evenIfMany?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await methods()).syncMethod(context, name, options)),
    );
  method
    .command('delete')
    .description(say('method.delete'))
    .argument('<method>', say('argument.method'))
    .option('-y, --yes', say('option.yes'))
    .action((name: string, options: { yes?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await methods()).deleteMethod(context, name, options)),
    );
}
