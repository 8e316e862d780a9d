import type { AnswerOf } from '@pileus/api';
import type { Context } from './context.ts';
import { exitCodes, Stop } from './exit.ts';
import { collect } from './pages.ts';
import type { TextKey } from './texts/texts.ts';
import { withGuess } from './usage-error.ts';

type Account = AnswerOf<'get /accounts'>['items'][number];
type Deployment = AnswerOf<'get /deployments'>['items'][number];
type Secret = AnswerOf<'get /secrets'>['items'][number];
type Instance = AnswerOf<'get /instances'>['items'][number];

/** A cloud account by its name or id. */
export async function findAccount({ client, say, signal }: Context, given: string): Promise<Account> {
  if (isId('acc', given)) return client.call('get /accounts/{account}', { params: { account: given }, signal });
  const { items } = await collect((cursor, limit) =>
    client.call('get /accounts', { query: { cursor, limit }, signal }),
  );
  return only('kind.account', given, called(items, given), items, say);
}

/** A secret by its name or id. */
export async function findSecret({ client, say, signal }: Context, given: string): Promise<Secret> {
  if (isId('sec', given)) return client.call('get /secrets/{secret}', { params: { secret: given }, signal });
  const { items } = await collect((cursor, limit) => client.call('get /secrets', { query: { cursor, limit }, signal }));
  return only('kind.secret', given, called(items, given), items, say);
}

/** A template by its name or id. */
export async function findTemplate(
  { client, say, signal }: Context,
  given: string,
): Promise<{ readonly id: string; readonly name: string }> {
  if (isId('tpl', given)) return client.call('get /templates/{template}', { params: { template: given }, signal });
  const { items } = await collect((cursor, limit) =>
    client.call('get /templates', { query: { cursor, limit }, signal }),
  );
  return only('kind.template', given, called(items, given), items, say);
}

/** A deployment by its name or id. A name may have been used before, so a living deployment goes before deleted ones. */
export async function findDeployment({ client, say, signal }: Context, given: string): Promise<Deployment> {
  if (isId('dep', given))
    return client.call('get /deployments/{deployment}', { params: { deployment: given }, signal });
  const named = async (state?: 'deleted') => {
    const { items } = await collect((cursor, limit) =>
      client.call('get /deployments', { query: { q: given, state, cursor, limit }, signal }),
    );
    return items.filter(({ name }) => name === given);
  };
  const living = await named();
  if (living.length > 0) return only('kind.deployment', given, living, [], say);
  const [newest] = (await named('deleted')).toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  if (newest) return newest;
  const { items } = await client.call('get /deployments', { query: { limit: 500 }, signal });
  return only('kind.deployment', given, [], items, say);
}

/** A run's id: given as such, or the last run of a deployment. */
export async function findRun(context: Context, given: string): Promise<string> {
  if (isId('run', given)) return given;
  const deployment = await findDeployment(context, given);
  if (deployment.run) return deployment.run.id;
  throw new Stop(exitCodes.notFound, context.say('find.noRun', { name: given }));
}

/** A host by its id or by its node instance. */
export async function findInstance({ client, say, signal }: Context, given: string): Promise<Instance> {
  const { items } = await collect((cursor, limit) =>
    client.call('get /instances', { query: { cursor, limit }, signal }),
  );
  const matching = items.filter((instance) => instance.id === given || instance.nodeInstance === given);
  const known = items.map(({ nodeInstance }) => ({ name: nodeInstance }));
  return only('kind.instance', given, matching, known, say);
}

/** An organization by its name or id. */
export async function findOrganization({ client, say, signal }: Context, given: string) {
  const { items } = await collect((cursor, limit) =>
    client.call('get /organizations', { query: { cursor, limit }, signal }),
  );
  return named('kind.organization', given, items, say);
}

/** A project by its name or id. */
export async function findProject({ client, say, signal }: Context, given: string) {
  const { items } = await collect((cursor, limit) =>
    client.call('get /projects', { query: { cursor, limit }, signal }),
  );
  return named('kind.project', given, items, say);
}

/** A user by its name or id. */
export async function findUser({ client, say, signal }: Context, given: string) {
  const { items } = await collect((cursor, limit) => client.call('get /users', { query: { cursor, limit }, signal }));
  return named('kind.user', given, items, say);
}

/** A group by its name or id. */
export async function findGroup({ client, say, signal }: Context, given: string) {
  const { items } = await collect((cursor, limit) => client.call('get /groups', { query: { cursor, limit }, signal }));
  return named('kind.group', given, items, say);
}

/** A service account by its name or id. */
export async function findServiceAccount({ client, say, signal }: Context, given: string) {
  const { items } = await collect((cursor, limit) =>
    client.call('get /service-accounts', { query: { cursor, limit }, signal }),
  );
  return named('kind.service', given, items, say);
}

/** A policy by its name or id. */
export async function findPolicy({ client, say, signal }: Context, given: string) {
  const { items } = await collect((cursor, limit) =>
    client.call('get /policies', { query: { cursor, limit }, signal }),
  );
  return named('kind.policy', given, items, say);
}

/** A webhook by its name or id. */
export async function findWebhook({ client, say, signal }: Context, given: string) {
  const { items } = await client.call('get /webhooks', { signal });
  return named('kind.webhook', given, items, say);
}

/** A sign-in method by its title or id. */
export async function findSignInMethod({ client, say, signal }: Context, given: string) {
  const { items } = await client.call('get /sign-in-methods', { signal });
  const titled = items.map((method) => ({ ...method, name: method.title }));
  return named('kind.method', given, titled, say);
}

/** A user, a group or a service account by its id, or by a name that only one of them has. */
export async function findPrincipal(context: Context, given: string): Promise<{ readonly id: string }> {
  const { client, say, signal } = context;
  const [users, groups, services] = await Promise.all([
    collect((cursor, limit) => client.call('get /users', { query: { cursor, limit }, signal })),
    collect((cursor, limit) => client.call('get /groups', { query: { cursor, limit }, signal })),
    collect((cursor, limit) => client.call('get /service-accounts', { query: { cursor, limit }, signal })),
  ]);
  return named('kind.user', given, [...users.items, ...groups.items, ...services.items], say);
}

/** The one of these with that id, else the only one of that name. */
export function named<T extends { readonly id: string; readonly name: string }>(
  kind: KindText,
  given: string,
  items: readonly T[],
  say: Context['say'],
): T {
  const byId = items.filter(({ id }) => id === given);
  return only(kind, given, byId.length > 0 ? byId : called(items, given), items, say);
}

/**
 * Those of that name; when there are none, those of it in other letters (names are taken once in all of them), or whose name
 * reads the same in plain words: `this-machine` for `This machine`.
 */
function called<T extends { readonly name: string }>(items: readonly T[], given: string): T[] {
  const exact = items.filter(({ name }) => name === given);
  if (exact.length > 0) return exact;
  return items.filter(({ name }) => name.toLowerCase() === given.toLowerCase() || plainWords(name) === given);
}

const plainWords = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');

/** Whether a text is an id, as `newId` of the model makes them: prefix, dash, twelve characters. */
function isId(prefix: string, text: string): boolean {
  return new RegExp(`^${prefix}-[0-9a-z]{12}$`).test(text);
}

type KindText = Extract<TextKey, `kind.${string}`>;

function only<T extends { readonly id: string }>(
  kind: KindText,
  name: string,
  found: readonly T[],
  known: readonly { readonly name: string }[],
  say: Context['say'],
): T {
  const [first] = found;
  if (!first) {
    const names = known.map((one) => one.name);
    throw new Stop(exitCodes.notFound, withGuess(say('find.none', { kind: say(kind), name }), name, names, say));
  }
  if (found.length > 1) {
    throw new Stop(
      exitCodes.conflict,
      say('find.several', { kind: say(kind), name, ids: found.map(({ id }) => id).join(', ') }),
    );
  }
  return first;
}
