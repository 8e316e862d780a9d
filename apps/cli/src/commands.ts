import { Option, type Command } from 'commander';
import { addAccess } from './access/commands.ts';
import type { AddOptions, UpdateOptions } from './account/account.ts';
import type { SetPricesOptions } from './account/prices.ts';
import type { AuditOptions } from './audit/audit.ts';
import type { ExportOptions } from './audit/export.ts';
import type { GlobalOptions } from './context.ts';
import { collecting, doing, limit, locally, withValues, withWait, type Surroundings } from './declare.ts';
import { addDeployment } from './deployment/commands.ts';
import { addFinding } from './finding/commands.ts';
import type { ListOptions } from './instance/instance.ts';
import { addRun } from './run/commands.ts';
import { addSignIn } from './sign-in/commands.ts';
import { addWebhooks } from './webhook/commands.ts';
import type { WaitOptions } from './run/watch.ts';
import { addSecret } from './secret/commands.ts';
import type { LoginOptions } from './session/session.ts';
import { addVault } from './vault/commands.ts';

/** Declares every command: noun, verb, what it takes. What it does is in the noun's own folder. */
export function addCommands(program: Command, surroundings: Surroundings): void {
  addSession(program, surroundings);
  addAccount(program, surroundings);
  addFinding(program, surroundings);
  addTemplate(program, surroundings);
  addDeployment(program, surroundings);
  addRun(program, surroundings);
  addInstance(program, surroundings);
  addAccess(program, surroundings);
  addSignIn(program, surroundings);
  addAudit(program, surroundings);
  addSecret(program, surroundings);
  addVault(program, surroundings);
  addWebhooks(program, surroundings);
  addTools(program, surroundings);
}

function addSession(program: Command, here: Surroundings): void {
  const { say } = here;
  program
    .command('login')
    .description(say('login.help'))
    .argument('[url]', say('login.url'))
    .option('--link <link>', say('login.link'))
    .option('--name <name>', say('login.name'))
    .option('--organization <name>', say('login.organization'))
    .option('--fingerprint <fingerprint>', say('login.fingerprint'))
    .action((url: string | undefined, _: LoginOptions, command: Command) => {
      const options = command.optsWithGlobals<LoginOptions & GlobalOptions>();
      // `--context` names the sign-in to save here, so it need not exist yet.
      return doing(here, command, { context: undefined }, async (context) =>
        (await import('./session/session.ts')).login(context, url, options, options.context),
      );
    });
  program
    .command('logout')
    .description(say('logout.help'))
    .action((_: object, command: Command) =>
      doing(here, command, {}, async (context) => (await import('./session/session.ts')).logout(context)),
    );
  program
    .command('whoami')
    .description(say('whoami.help'))
    .action((_: object, command: Command) =>
      doing(here, command, {}, async (context) => (await import('./session/session.ts')).whoami(context)),
    );
  const saved = program.command('context').description(say('context.help'));
  saved
    .command('list')
    .description(say('context.list'))
    .action((_: object, command: Command) =>
      doing(here, command, {}, async (context) => (await import('./session/session.ts')).listContexts(context)),
    );
  saved
    .command('use')
    .description(say('context.use'))
    .argument('<name>', say('context.name'))
    .action((name: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await import('./session/session.ts')).useContext(context, name)),
    );
}

function addAccount(program: Command, here: Surroundings): void {
  const { say } = here;
  const noun = program.command('account').description(say('account.help'));
  const load = () => import('./account/account.ts');
  noun
    .command('providers')
    .description(say('account.providers'))
    .argument('[provider]', say('argument.provider'))
    .action((provider: string | undefined, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).listProviders(context, provider)),
    );
  noun
    .command('list')
    .description(say('account.list'))
    .option('--search <text>', say('option.search'))
    .action((options: { search?: string }, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).listAccounts(context, options)),
    );
  const add = noun
    .command('add')
    .description(say('account.add'))
    .argument('<provider>', say('argument.provider'))
    .requiredOption('--name <name>', say('account.name'))
    .option('--description <text>', say('account.description'))
    .option('--secret <setting=secret>', say('account.secret'), collecting)
    .option('--test', say('account.tryFirst'));
  withValues(add, say).action((provider: string, options: AddOptions, command: Command) =>
    doing(here, command, {}, async (context) => (await load()).addAccount(context, provider, options)),
  );
  noun
    .command('get')
    .description(say('account.get'))
    .argument('<account>', say('argument.account'))
    .action((account: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).getAccount(context, account)),
    );
  const update = noun
    .command('update')
    .description(say('account.update'))
    .argument('<account>', say('argument.account'))
    .option('--new-name <name>', say('account.newName'))
    .option('--description <text>', say('account.description'))
    .option('--secret <setting=secret>', say('account.secret'), collecting);
  withValues(update, say).action((account: string, options: UpdateOptions, command: Command) =>
    doing(here, command, {}, async (context) => (await load()).updateAccount(context, account, options)),
  );
  noun
    .command('test')
    .description(say('account.test'))
    .argument('<account>', say('argument.account'))
    .action((account: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).testAccount(context, account)),
    );
  const findings = () => import('./finding/finding.ts');
  noun
    .command('findings')
    .description(say('account.findings'))
    .argument('<account>', say('argument.account'))
    .option('--all', say('account.allFindings'))
    .action((account: string, options: { all?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await findings()).listFindings(context, account, options)),
    );
  noun
    .command('sweep')
    .description(say('account.sweep'))
    .argument('<account>', say('argument.account'))
    .action((account: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await findings()).sweepAccount(context, account)),
    );
  noun
    .command('delete')
    .description(say('account.delete'))
    .argument('<account>', say('argument.account'))
    .option('-y, --yes', say('option.yes'))
    .action((account: string, options: { yes?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).deleteAccount(context, account, options)),
    );
  addPrices(noun, here);
}

function addPrices(account: Command, here: Surroundings): void {
  const { say } = here;
  const noun = account.command('prices').description(say('prices.help'));
  const load = () => import('./account/prices.ts');
  noun
    .command('get')
    .description(say('prices.get'))
    .argument('<account>', say('argument.account'))
    .action((given: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).getPrices(context, given)),
    );
  noun
    .command('set')
    .description(say('prices.change'))
    .argument('<account>', say('argument.account'))
    .requiredOption('-f, --file <file>', say('prices.file'))
    .option('--from <time>', say('prices.from'))
    .action((given: string, options: SetPricesOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).setPrices(context, given, options)),
    );
}

function addTemplate(program: Command, here: Surroundings): void {
  const { say } = here;
  const noun = program.command('template').description(say('template.help'));
  const load = () => import('./template/template.ts');
  noun
    .command('list')
    .description(say('template.list'))
    .option('--search <text>', say('option.search'))
    .option('--provider <provider>', say('template.provider'))
    .action((options: { search?: string; provider?: string }, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).listTemplates(context, options)),
    );
  noun
    .command('get')
    .description(say('template.get'))
    .argument('<template>', say('argument.template'))
    .option('--template-version <version>', say('template.version'))
    .option('--file <path>', say('template.file'))
    .action((template: string, options: { templateVersion?: string; file?: string }, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).getTemplate(context, template, options)),
    );
  noun
    .command('import')
    .description(say('template.import'))
    .argument('<path>', say('argument.templatePath'))
    .option('--name <name>', say('template.name'))
    .action((path: string, options: { name?: string }, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).importTemplate(context, path, options)),
    );
  noun
    .command('validate')
    .description(say('template.validate'))
    .argument('<path...>', say('argument.templatePath'))
    .option('--offline', say('template.offline'))
    .option('--oasis', say('template.oasis'))
    .action((paths: string[], options: { oasis?: true; offline?: true }, command: Command) =>
      locally(here, command, async (context) =>
        (await import('./template/local/validate.ts')).validateTemplates(context, paths, options),
      ),
    );
  noun
    .command('show')
    .description(say('template.show'))
    .argument('<path>', say('argument.templatePath'))
    .option('--offline', say('template.offline'))
    .action((path: string, options: { offline?: true }, command: Command) =>
      locally(here, command, async (context) =>
        (await import('./template/local/show.ts')).showTemplate(context, path, options),
      ),
    );
  noun
    .command('graph')
    .description(say('template.graph'))
    .argument('<path>', say('argument.templatePath'))
    .addOption(new Option('--format <format>', say('template.format')).choices(['dot', 'mermaid']).default('dot'))
    .option('--offline', say('template.offline'))
    .action((path: string, options: { format: 'dot' | 'mermaid'; offline?: true }, command: Command) =>
      locally(here, command, async (context) =>
        (await import('./template/local/show.ts')).graphTemplate(context, path, options),
      ),
    );
  noun
    .command('convert')
    .description(say('template.convert'))
    .argument('<path>', say('argument.templatePath'))
    .option('--to <path>', say('template.to'))
    .action((path: string, options: { to?: string }, command: Command) =>
      locally(here, command, async (context) =>
        (await import('./template/local/convert.ts')).convertTemplate(context, path, options),
      ),
    );
  noun
    .command('delete')
    .description(say('template.delete'))
    .argument('<template>', say('argument.template'))
    .option('-y, --yes', say('option.yes'))
    .action((template: string, options: { yes?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).deleteTemplate(context, template, options)),
    );
}

function addInstance(program: Command, here: Surroundings): void {
  const { say } = here;
  const noun = program.command('instance').description(say('instance.help'));
  const load = () => import('./instance/instance.ts');
  noun
    .command('list')
    .description(say('instance.list'))
    .option('--deployment <deployment>', say('run.deployment'))
    .option('--account <account>', say('argument.account'))
    .option('--tag <tag>', say('tags.sought'))
    .option('--search <text>', say('option.search'))
    .addOption(limit(say))
    .action((options: ListOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).listInstances(context, options)),
    );
  for (const verb of ['start', 'stop', 'reboot'] as const) {
    withWait(
      noun
        .command(verb)
        .description(say(`instance.${verb}`))
        .argument('<instance>', say('argument.instance')),
      say,
    ).action((instance: string, options: WaitOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).operateInstance(context, verb, instance, options)),
    );
  }
}

function addAudit(program: Command, here: Surroundings): void {
  const { say } = here;
  const noun = program.command('audit').description(say('audit.help'));
  noun
    .command('verify')
    .description(say('audit.verify'))
    .action((_: object, command: Command) =>
      doing(here, command, {}, async (context) => (await import('./audit/audit.ts')).verifyAudit(context)),
    );
  withAuditFilter(noun.command('list').description(say('audit.list')), here)
    .addOption(limit(say).default(50))
    .action((options: AuditOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await import('./audit/audit.ts')).listAudit(context, options)),
    );
  withAuditFilter(noun.command('export').description(say('audit.export')), here)
    .addOption(new Option('--format <format>', say('audit.format')).choices(['csv', 'jsonl']).default('jsonl'))
    .action((options: ExportOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await import('./audit/export.ts')).exportAudit(context, options)),
    );
}

function withAuditFilter(command: Command, { say }: Surroundings): Command {
  return command
    .option('--user <user>', say('audit.user'))
    .option('--action <action>', say('audit.action'))
    .addOption(new Option('--result <result>', say('audit.result')).choices(['ok', 'refused', 'failed']))
    .option('--project <project>', say('audit.project'))
    .option('--target <id>', say('audit.target'))
    .option('--from <time>', say('audit.from'))
    .option('--to <time>', say('audit.to'))
    .option('--search <text>', say('option.search'));
}

function addTools(program: Command, here: Surroundings): void {
  const { say } = here;
  program
    .command('api')
    .description(say('api.help'))
    .argument('<method>', say('api.method'))
    .argument('<path>', say('api.path'))
    .option('--body <json>', say('api.body'))
    .option('--stream', say('api.stream'))
    .action((method: string, path: string, options: { body?: string; stream?: true }, command: Command) =>
      doing(here, command, {}, async (context) =>
        (await import('./api/api.ts')).callApi(context, method, path, options),
      ),
    );
  program
    .command('doctor')
    .description(say('doctor.help'))
    .action((_: object, command: Command) =>
      doing(here, command, {}, async (context) => (await import('./doctor/doctor.ts')).examine(context)),
    );
  program
    .command('completion')
    .description(say('completion.help'))
    .argument('<shell>', say('completion.shell'))
    .action(async (shell: string) => (await import('./completion/completion.ts')).printScript(shell, say));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .helpOption(false)
    .action((words: string[], _: object, command: Command) =>
      doing(here, command, {}, async (context) =>
        (await import('./completion/completion.ts')).printCandidates(context, program, words),
      ),
    );
}
