import { Option, type Command } from 'commander';
import { collecting, doing, limit, timeout, withValues, withWait, type Surroundings } from '../declare.ts';
import { usage } from '../exit.ts';
import type { WaitOptions } from '../run/watch.ts';
import type { CallOptions, OperationOptions } from './call.ts';
import type { ChangeOptions, HealOptions, RollbackOptions, UpdateOptions } from './change.ts';
import type { CreateOptions, ListOptions } from './deployment.ts';
import type { LogOptions } from './logs.ts';
import type { PlanOptions } from './plan.ts';
import type { TagOptions } from './tags.ts';

export function addDeployment(program: Command, here: Surroundings): void {
  const noun = program.command('deployment').description(here.say('deployment.help'));
  addMaking(noun, here);
  addChanging(noun, here);
  addLooking(noun, here);
}

function addMaking(noun: Command, here: Surroundings): void {
  const { say } = here;
  const load = () => import('./deployment.ts');
  const planned = (command: Command) =>
    withInputs(
      command
        .requiredOption('-t, --template <template>', say('deployment.template'))
        .option('-a, --account <account>', say('deployment.account'))
        .option('--template-version <version>', say('template.version'))
        .option('--variant <variant>', say('deployment.variant')),
      here,
    )
      .option('--secret <input=secret>', say('deployment.secret'), collecting)
      .option('--count <node=count>', say('deployment.count'), collecting)
      .option('--tag <key=value>', say('tags.option'), collecting)
      .option('--steps', say('deployment.steps'));
  planned(
    noun.command('plan').description(say('deployment.plan')).option('--name <name>', say('deployment.planName')),
  ).action((options: PlanOptions, command: Command) =>
    doing(here, command, {}, async (context) => (await load()).planDeployment(context, options)),
  );
  const create = planned(
    noun
      .command('create')
      .description(say('deployment.create'))
      .requiredOption('--name <name>', say('deployment.name')),
  );
  withWait(create.option('--note <text>', say('deployment.note')).option('-y, --yes', say('option.yes')), say).action(
    (options: CreateOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).createDeployment(context, options)),
  );
}

/** Every one of them plans, shows the plan, and carries out exactly that. */
function addChanging(noun: Command, here: Surroundings): void {
  const { say } = here;
  const load = () => import('./change.ts');
  const carriedOut = (command: Command) =>
    withWait(
      command
        .option('--note <text>', say('deployment.note'))
        .option('--steps', say('deployment.steps'))
        .option('-y, --yes', say('option.yes')),
      say,
    );
  const change = (
    verb: 'update' | 'scale' | 'heal' | 'rollback' | 'stop' | 'start' | 'delete' | 'workflow' | 'operation',
  ) =>
    carriedOut(
      noun
        .command(verb)
        .description(say(`deployment.${verb}`))
        .argument('<deployment>', say('argument.deployment'))
        .option('--plan-only', say('deployment.planOnly')),
    );
  carriedOut(
    noun.command('apply').description(say('deployment.apply')).requiredOption('--plan <plan>', say('deployment.hash')),
  ).action((options: ChangeOptions & { plan: string }, command: Command) =>
    doing(here, command, {}, async (context) => (await load()).applyPlan(context, options.plan, options)),
  );
  withInputs(change('update'), here)
    .option('--secret <input=secret>', say('deployment.secret'), collecting)
    .option('--template-version <version>', say('deployment.toVersion'))
    .option('--count <node=count>', say('deployment.count'), collecting)
    .action((deployment: string, options: UpdateOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).updateDeployment(context, deployment, options)),
    );
  change('scale')
    .argument('<node=count...>', say('argument.counts'))
    .action((deployment: string, counts: string[], options: ChangeOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).scaleDeployment(context, deployment, counts, options)),
    );
  change('heal')
    .option('--node <node>', say('deployment.healNode'), collecting)
    .action((deployment: string, options: HealOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).healDeployment(context, deployment, options)),
    );
  change('rollback')
    .addOption(
      new Option('--to <revision>', say('deployment.to')).argParser((given: string) => {
        if (!/^[1-9]\d{0,8}$/.test(given)) throw usage(say('usage.badRevision', { given }));
        return Number(given);
      }),
    )
    .action((deployment: string, options: RollbackOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).rollBackDeployment(context, deployment, options)),
    );
  const calls = () => import('./call.ts');
  withInputs(change('workflow').argument('[workflow]', say('argument.workflow')), here).action(
    (deployment: string, workflow: string | undefined, options: CallOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await calls()).runWorkflow(context, deployment, workflow, options)),
  );
  withInputs(
    change('operation')
      .argument('<node>', say('argument.node'))
      .argument('[operation]', say('argument.operation'))
      .option('--relationship <relationship>', say('deployment.relationship')),
    here,
  ).action(
    (deployment: string, node: string, operation: string | undefined, options: OperationOptions, command: Command) =>
      doing(here, command, {}, async (context) =>
        (await calls()).runOperation(context, deployment, node, operation, options),
      ),
  );
  for (const verb of ['stop', 'start', 'delete'] as const) {
    change(verb).action((deployment: string, options: ChangeOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).switchDeployment(context, verb, deployment, options)),
    );
  }
}

function addLooking(noun: Command, here: Surroundings): void {
  const { say } = here;
  const load = () => import('./deployment.ts');
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
    .addOption(new Option('--state <state>', say('deployment.state')).choices([...states]))
    .option('--tag <tag>', say('tags.sought'))
    .addOption(limit(say))
    .action((options: ListOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).listDeployments(context, options)),
    );
  noun
    .command('tag')
    .description(say('deployment.tag'))
    .argument('<deployment>', say('argument.deployment'))
    .argument('[key=value...]', say('argument.tags'))
    .option('--remove <key>', say('tags.remove'), collecting)
    .action((deployment: string, tags: string[], options: TagOptions, command: Command) =>
      doing(here, command, {}, async (context) =>
        (await import('./tags.ts')).tagDeployment(context, deployment, tags, options),
      ),
    );
  noun
    .command('get')
    .description(say('deployment.get'))
    .argument('<deployment>', say('argument.deployment'))
    .action((deployment: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await load()).getDeployment(context, deployment)),
    );
  noun
    .command('history')
    .description(say('deployment.history'))
    .argument('<deployment>', say('argument.deployment'))
    .action((deployment: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await import('./history.ts')).showHistory(context, deployment)),
    );
  noun
    .command('drift')
    .description(say('deployment.drift'))
    .argument('<deployment>', say('argument.deployment'))
    .option('--accept <resource>', say('deployment.accept'), collecting)
    .action((deployment: string, options: { accept?: string[] }, command: Command) =>
      doing(here, command, {}, async (context) => (await import('./drift.ts')).showDrift(context, deployment, options)),
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
      doing(here, command, {}, async (context) => (await import('./logs.ts')).showLogs(context, deployment, options)),
    );
}

const states = ['deploying', 'changing', 'running', 'stopped', 'failed', 'cancelled', 'deleting', 'deleted'] as const;

function withInputs(command: Command, { say }: Surroundings): Command {
  return withValues(command.option('-i, --input <key=value>', say('deployment.input'), collecting), say).option(
    '--input-file <file>',
    say('deployment.inputFile'),
  );
}
