import { secretKinds } from '@pileus/api/kinds';
import { Option, type Command } from 'commander';
import { doing, type Surroundings } from '../declare.ts';
import { usage } from '../exit.ts';
import type { CreateOptions, RollbackOptions, UpdateOptions, ValueOptions } from './secret.ts';

/** Secrets that cloud accounts name. A value comes of a file, of standard input or of a prompt, never of the command line. */
export function addSecret(program: Command, here: Surroundings): void {
  const { say } = here;
  const load = () => import('./secret.ts');
  const noun = program.command('secret').description(say('secret.help'));
  noun
    .command('list')
    .description(say('secret.list'))
    .option('--search <text>', say('option.search'))
    .option('--usable', say('secret.usable'))
    .action((options: { search?: string; usable?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).listSecrets(context, options)),
    );
  noun
    .command('get')
    .description(say('secret.get'))
    .argument('<secret>', say('argument.secret'))
    .action((secret: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).getSecret(context, secret)),
    );
  noun
    .command('create')
    .description(say('secret.create'))
    .argument('<name>', say('secret.name'))
    .addOption(new Option('--kind <kind>', say('secret.kind')).choices(secretKinds).default('text'))
    .option('--description <text>', say('secret.description'))
    .option('-f, --file <file>', say('secret.file'))
    .option('--user <user>', say('secret.user'))
    .action((name: string, options: CreateOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).createSecret(context, name, options)),
    );
  noun
    .command('rotate')
    .description(say('secret.rotate'))
    .argument('<secret>', say('argument.secret'))
    .option('-f, --file <file>', say('secret.file'))
    .option('--user <user>', say('secret.user'))
    .action((secret: string, options: ValueOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).rotateSecret(context, secret, options)),
    );
  noun
    .command('versions')
    .description(say('secret.versions'))
    .argument('<secret>', say('argument.secret'))
    .action((secret: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).listVersions(context, secret)),
    );
  noun
    .command('rollback')
    .description(say('secret.rollback'))
    .argument('<secret>', say('argument.secret'))
    .addOption(
      new Option('--to <version>', say('secret.to')).makeOptionMandatory().argParser((given: string) => {
        if (!/^[1-9]\d{0,8}$/.test(given)) throw usage(say('usage.badSecretVersion', { given }));
        return Number(given);
      }),
    )
    .action((secret: string, options: RollbackOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).rollBackSecret(context, secret, options)),
    );
  noun
    .command('update')
    .description(say('secret.update'))
    .argument('<secret>', say('argument.secret'))
    .option('--new-name <name>', say('secret.newName'))
    .option('--description <text>', say('secret.description'))
    .action((secret: string, options: UpdateOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).updateSecret(context, secret, options)),
    );
  noun
    .command('delete')
    .description(say('secret.delete'))
    .argument('<secret>', say('argument.secret'))
    .option('-y, --yes', say('option.yes'))
    .action((secret: string, options: { yes?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).deleteSecret(context, secret, options)),
    );
}
