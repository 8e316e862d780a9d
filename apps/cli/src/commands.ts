import { Option, type Command } from 'commander';
import type { Language } from '@pileus/model';
import type { AddOptions, UpdateOptions } from './account/account.ts';
import type { AuditOptions } from './audit/audit.ts';
import type { Context, GlobalOptions } from './context.ts';
import type { CreateOptions, WaitOptions } from './deployment/deployment.ts';
import type { LogOptions } from './deployment/logs.ts';
import type { PlanOptions } from './deployment/plan.ts';
import { usage } from './exit.ts';
import type { ListOptions } from './instance/instance.ts';
import type { LocalContext } from './local-context.ts';
import type { LoginOptions } from './session/session.ts';
import type { Say } from './texts/texts.ts';

interface Surroundings {
  readonly language: Language;
  readonly say: Say;
  readonly signal: AbortSignal;
}

/** Declares every command: noun, verb, what it takes. What it does is in the noun's own folder. */
export function addCommands(program: Command, surroundings: Surroundings): void {
  addSession(program, surroundings);
  addAccount(program, surroundings);
  addTemplate(program, surroundings);
  addDeployment(program, surroundings);
  addRun(program, surroundings);
  addInstance(program, surroundings);
  addAudit(program, surroundings);
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
    .action((url: string | undefined, options: LoginOptions, command: Command) =>
      // `--context` names the sign-in to save here, so it need not exist yet.
      doing(here, command, { context: undefined }, async (context) =>
        (await import('./session/session.ts')).login(
          context,
          url,
          options,
          command.optsWithGlobals<GlobalOptions>().context,
        ),
      ),
    );
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
    .option('--description <text>', say('account.description'));
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
  noun
    .command('delete')
    .description(say('account.delete'))
    .argument('<account>', say('argument.account'))
    .option('-y, --yes', say('option.yes'))
    .action((account: string, options: { yes?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).deleteAccount(context, account, options)),
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

function addDeployment(program: Command, here: Surroundings): void {
  const { say } = here;
  const noun = program.command('deployment').description(say('deployment.help'));
  const load = () => import('./deployment/deployment.ts');
  const planned = (command: Command) =>
    withValues(
      command
        .requiredOption('-t, --template <template>', say('deployment.template'))
        .requiredOption('-a, --account <account>', say('deployment.account'))
        .option('--template-version <version>', say('template.version'))
        .option('--variant <variant>', say('deployment.variant'))
        .option('--input-file <file>', say('deployment.inputFile'))
        .option('--steps', say('deployment.steps')),
      say,
    );
  planned(
    noun.command('plan').description(say('deployment.plan')).option('--name <name>', say('deployment.name')),
  ).action((options: PlanOptions, command: Command) =>
    doing(here, command, {}, async (context) => (await load()).planDeployment(context, options)),
  );
  const create = planned(
    noun
      .command('create')
      .description(say('deployment.create'))
      .requiredOption('--name <name>', say('deployment.name')),
  );
  withWait(create.option('-y, --yes', say('option.yes')), say).action((options: CreateOptions, command: Command) =>
    doing(here, command, {}, async (context) => (await load()).createDeployment(context, options)),
  );
  noun
    .command('watch')
    .description(say('deployment.watch'))
    .argument('<deployment>', say('argument.deployment'))
    .addOption(timeout(say))
    .action((deployment: string, options: WaitOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).watchDeployment(context, deployment, options)),
    );
  noun
    .command('list')
    .description(say('deployment.list'))
    .option('--search <text>', say('option.search'))
    .addOption(
      new Option('--state <state>', say('deployment.state')).choices([
        'deploying',
        'running',
        'failed',
        'cancelled',
        'deleting',
        'deleted',
      ]),
    )
    .addOption(limit(say))
    .action((options: { search?: string; state?: 'running'; limit?: number }, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).listDeployments(context, options)),
    );
  noun
    .command('get')
    .description(say('deployment.get'))
    .argument('<deployment>', say('argument.deployment'))
    .action((deployment: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).getDeployment(context, deployment)),
    );
  noun
    .command('outputs')
    .description(say('deployment.outputs'))
    .argument('<deployment>', say('argument.deployment'))
    .argument('[output]', say('deployment.output'))
    .action((deployment: string, output: string | undefined, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).showOutputs(context, deployment, output)),
    );
  noun
    .command('logs')
    .description(say('deployment.logs'))
    .argument('<deployment>', say('argument.deployment'))
    .option('-f, --follow', say('deployment.follow'))
    .option('--node <node>', say('deployment.node'))
    .option('--run <run>', say('deployment.logRun'))
    .action((deployment: string, options: LogOptions, command: Command) =>
      doing(here, command, {}, async (context) =>
        (await import('./deployment/logs.ts')).showLogs(context, deployment, options),
      ),
    );
  withWait(
    noun
      .command('delete')
      .description(say('deployment.delete'))
      .argument('<deployment>', say('argument.deployment'))
      .option('-y, --yes', say('option.yes'))
      .option('--steps', say('deployment.steps')),
    say,
  ).action((deployment: string, options: WaitOptions & { yes?: true; steps?: true }, command: Command) =>
    doing(here, command, {}, async (context) => (await load()).deleteDeployment(context, deployment, options)),
  );
}

function addRun(program: Command, here: Surroundings): void {
  const { say } = here;
  const noun = program.command('run').description(say('run.help'));
  const load = () => import('./run/run.ts');
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
  noun
    .command('cancel')
    .description(say('run.cancel'))
    .argument('<run>', say('argument.run'))
    .option('-y, --yes', say('option.yes'))
    .action((run: string, options: { yes?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).cancelRun(context, run, options)),
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
  program
    .command('audit')
    .description(say('audit.help'))
    .command('list')
    .description(say('audit.list'))
    .option('--user <user>', say('audit.user'))
    .option('--action <action>', say('audit.action'))
    .addOption(new Option('--result <result>', say('audit.result')).choices(['ok', 'refused', 'failed']))
    .option('--from <time>', say('audit.from'))
    .option('--to <time>', say('audit.to'))
    .option('--search <text>', say('option.search'))
    .addOption(limit(say).default(50))
    .action((options: AuditOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await import('./audit/audit.ts')).listAudit(context, options)),
    );
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

/** Runs a command with its context. `changed` overrides options that every command has. */
async function doing(
  here: Surroundings,
  command: Command,
  changed: Partial<Record<keyof GlobalOptions, undefined>>,
  act: (context: Context) => Promise<void>,
): Promise<void> {
  const { openContext } = await import('./context.ts');
  await act(await openContext({ ...command.optsWithGlobals<GlobalOptions>(), ...changed }, here.language, here.signal));
}

/** Runs a command that needs no server, without loading what talks to one. */
async function locally(
  here: Surroundings,
  command: Command,
  act: (context: LocalContext) => Promise<void>,
): Promise<void> {
  const { openLocalContext } = await import('./local-context.ts');
  await act(openLocalContext(command.optsWithGlobals<GlobalOptions>().output, here.language));
}

function withValues(command: Command, say: Say): Command {
  const collect = (value: string, before: readonly string[] = []) => [...before, value];
  return command
    .option('-s, --set <key=value>', say('option.set'), collect)
    .option('--set-json <key=json>', say('option.setJson'), collect)
    .option('--set-file <key=file>', say('option.setFile'), collect)
    .option('--set-env <key=VARIABLE>', say('option.setEnv'), collect);
}

const withWait = (command: Command, say: Say): Command =>
  command.option('-w, --wait', say('option.wait')).addOption(timeout(say));

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `90s`, `20m`, `2h` in milliseconds. */
function timeout(say: Say): Option {
  return new Option('--timeout <time>', say('option.timeout')).argParser((given: string) => {
    const [, count, unit = 's'] = /^(\d+)([smh])?$/.exec(given) ?? [];
    if (count === undefined || Number(count) === 0) throw usage(say('usage.badDuration', { given }));
    return Number(count) * (units[unit] ?? 1_000);
  });
}

function limit(say: Say): Option {
  return new Option('--limit <rows>', say('option.limit')).argParser((given: string) => {
    if (!/^[1-9]\d{0,6}$/.test(given)) throw usage(say('usage.badLimit', { given }));
    return Number(given);
  });
}
