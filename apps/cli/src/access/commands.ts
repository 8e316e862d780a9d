import { measures } from '@pileus/model/quota';
import type { Command } from 'commander';
import { doing, type Surroundings } from '../declare.ts';
import type { Place, QuotaOptions } from './quota.ts';
import type { CheckOptions, DocumentOptions, TokenOptions } from './policies.ts';

/** Organizations, projects, people and what they may do. */
export function addAccess(program: Command, here: Surroundings): void {
  addPlaces(program, here);
  addPeople(program, here);
  addTokens(program, here);
  addPolicies(program, here);
}

const people = () => import('./people.ts');
const policies = () => import('./policies.ts');
const quota = () => import('./quota.ts');

function addPlaces(program: Command, here: Surroundings): void {
  const { say } = here;
  const organization = program.command('organization').description(say('organization.help'));
  organization
    .command('list')
    .description(say('organization.list'))
    .action((_: object, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).listOrganizations(context)),
    );
  organization
    .command('create')
    .description(say('organization.create'))
    .argument('<name>', say('argument.newName'))
    .requiredOption('--administrator <name>', say('organization.administrator'))
    .action((name: string, options: { administrator: string }, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).createOrganization(context, name, options)),
    );
  organization
    .command('rename')
    .description(say('organization.rename'))
    .argument('<organization>', say('argument.organization'))
    .argument('<name>', say('argument.newName'))
    .action((given: string, name: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).renameOrganization(context, given, name)),
    );
  addQuota(organization, 'organization', here);
  const project = program.command('project').description(say('project.help'));
  project
    .command('list')
    .description(say('project.list'))
    .action((_: object, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).listProjects(context)),
    );
  project
    .command('create')
    .description(say('project.create'))
    .argument('<name>', say('argument.newName'))
    .option('--description <text>', say('account.description'))
    .action((name: string, options: { description?: string }, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).createProject(context, name, options)),
    );
  project
    .command('delete')
    .description(say('project.delete'))
    .argument('<project>', say('argument.project'))
    .option('-y, --yes', say('option.yes'))
    .action((name: string, options: { yes?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).deleteProject(context, name, options)),
    );
  addQuota(project, 'project', here);
}

/** `pileus project quota show|set`, and the same of organizations. */
function addQuota(noun: Command, place: Place, here: Surroundings): void {
  const { say } = here;
  const quotas = noun.command('quota').description(say('quota.help'));
  quotas
    .command('show')
    .description(say('quota.show'))
    .argument(`<${place}>`, say(`argument.${place}`))
    .action((given: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await quota()).showQuota(context, place, given)),
    );
  const set = quotas
    .command('set')
    .description(say('quota.setHelp'))
    .argument(`<${place}>`, say(`argument.${place}`));
  for (const measure of measures) set.option(`--${measure} <limit>`, say(`quota.${measure}`));
  set
    .option('--money <limit>', say('quota.moneyHelp'))
    .action((given: string, options: QuotaOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await quota()).setQuota(context, place, given, options)),
    );
}

function addPeople(program: Command, here: Surroundings): void {
  const { say } = here;
  const user = program.command('user').description(say('user.help'));
  user
    .command('list')
    .description(say('user.list'))
    .option('--search <text>', say('option.search'))
    .action((options: { search?: string }, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).listUsers(context, options)),
    );
  user
    .command('create')
    .description(say('user.create'))
    .argument('<name>', say('argument.newName'))
    .action((name: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).createUser(context, name)),
    );
  for (const verb of ['disable', 'enable'] as const)
    user
      .command(verb)
      .description(say(`user.${verb}`))
      .argument('<user>', say('argument.user'))
      .action((name: string, _: object, command: Command) =>
        doing(here, command, {}, async (context) => (await people()).switchUser(context, name, verb)),
      );
  user
    .command('delete')
    .description(say('user.delete'))
    .argument('<user>', say('argument.user'))
    .option('-y, --yes', say('option.yes'))
    .action((name: string, options: { yes?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).deleteUser(context, name, options)),
    );
  user
    .command('link')
    .description(say('user.link'))
    .argument('<user>', say('argument.user'))
    .action((name: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).linkUser(context, name)),
    );
  user
    .command('reset-factors')
    .description(say('user.resetFactors'))
    .argument('<user>', say('argument.user'))
    .option('-y, --yes', say('option.yes'))
    .action((name: string, options: { yes?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).resetFactors(context, name, options)),
    );
  const group = program.command('group').description(say('group.help'));
  group
    .command('list')
    .description(say('group.list'))
    .action((_: object, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).listGroups(context)),
    );
  group
    .command('create')
    .description(say('group.create'))
    .argument('<name>', say('argument.newName'))
    .action((name: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).createGroup(context, name)),
    );
  for (const verb of ['add', 'remove'] as const)
    group
      .command(verb)
      .description(say(`group.${verb}`))
      .argument('<group>', say('argument.group'))
      .argument('<member>', say('argument.principal'))
      .action((name: string, member: string, _: object, command: Command) =>
        doing(here, command, {}, async (context) => (await people()).changeMembers(context, name, verb, member)),
      );
  group
    .command('delete')
    .description(say('group.delete'))
    .argument('<group>', say('argument.group'))
    .option('-y, --yes', say('option.yes'))
    .action((name: string, options: { yes?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).deleteGroup(context, name, options)),
    );
  const service = program.command('service-account').description(say('service.help'));
  service
    .command('list')
    .description(say('service.list'))
    .action((_: object, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).listServiceAccounts(context)),
    );
  service
    .command('create')
    .description(say('service.create'))
    .argument('<name>', say('argument.newName'))
    .action((name: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).createServiceAccount(context, name)),
    );
  service
    .command('delete')
    .description(say('service.delete'))
    .argument('<service-account>', say('argument.service'))
    .option('-y, --yes', say('option.yes'))
    .action((name: string, options: { yes?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await people()).deleteServiceAccount(context, name, options)),
    );
}

function addTokens(program: Command, here: Surroundings): void {
  const { say } = here;
  const token = program.command('token').description(say('token.help'));
  const owned = (command: Command) => command.option('--service-account <name>', say('token.of'));
  owned(token.command('list').description(say('token.list'))).action((options: TokenOptions, command: Command) =>
    doing(here, command, {}, async (context) => (await policies()).listTokens(context, options)),
  );
  owned(token.command('create').description(say('token.create')).argument('<name>', say('argument.newName')))
    .option('--scope <actions...>', say('token.scope'))
    .option('--expires <time>', say('token.expires'))
    .action((name: string, options: TokenOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await policies()).createToken(context, name, options)),
    );
  owned(token.command('revoke').description(say('token.revoke')).argument('<token>', say('argument.token'))).action(
    (name: string, options: TokenOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await policies()).revokeToken(context, name, options)),
  );
}

function addPolicies(program: Command, here: Surroundings): void {
  const { say } = here;
  const policy = program.command('policy').description(say('policy.help'));
  policy
    .command('list')
    .description(say('policy.list'))
    .action((_: object, command: Command) =>
      doing(here, command, {}, async (context) => (await policies()).listPolicies(context)),
    );
  policy
    .command('get')
    .description(say('policy.get'))
    .argument('<policy>', say('argument.policy'))
    .action((name: string, _: object, command: Command) =>
      doing(here, command, {}, async (context) => (await policies()).getPolicy(context, name)),
    );
  for (const verb of ['create', 'update'] as const) {
    policy
      .command(verb)
      .description(say(`policy.${verb}`))
      .argument(
        verb === 'create' ? '<name>' : '<policy>',
        say(verb === 'create' ? 'argument.newName' : 'argument.policy'),
      )
      .requiredOption('-f, --file <file>', say('policy.file'))
      .option('--note <text>', say('policy.note'))
      .action((name: string, options: DocumentOptions, command: Command) =>
        doing(here, command, {}, async (context) => (await policies()).writePolicy(context, verb, name, options)),
      );
  }
  policy
    .command('delete')
    .description(say('policy.delete'))
    .argument('<policy>', say('argument.policy'))
    .option('-y, --yes', say('option.yes'))
    .action((name: string, options: { yes?: true }, command: Command) =>
      doing(here, command, {}, async (context) => (await policies()).deletePolicy(context, name, options)),
    );
  for (const verb of ['attach', 'detach'] as const)
    policy
      .command(verb)
      .description(say(`policy.${verb}`))
      .argument('<policy>', say('argument.policy'))
      .argument('<principal>', say('argument.principal'))
      .action((name: string, principal: string, _: object, command: Command) =>
        doing(here, command, {}, async (context) => (await policies()).attachPolicy(context, verb, name, principal)),
      );
  policy
    .command('check')
    .description(say('policy.check'))
    .requiredOption('--principal <name>', say('policy.principal'))
    .requiredOption('--action <action>', say('policy.action'))
    .requiredOption('--resource <resource>', say('policy.resource'))
    .option('--source-ip <address>', say('policy.sourceIp'))
    .action((options: CheckOptions, command: Command) =>
      doing(here, command, {}, async (context) => (await policies()).checkPolicy(context, options)),
    );
  policy
    .command('who')
    .description(say('policy.who'))
    .requiredOption('--action <action>', say('policy.action'))
    .requiredOption('--resource <resource>', say('policy.resource'))
    .action((options: { action: string; resource: string }, command: Command) =>
      doing(here, command, {}, async (context) => (await policies()).whoMay(context, options)),
    );
}
