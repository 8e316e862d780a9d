import type { Action } from '@pileus/api';
import { LdapSettings, OidcSettings } from '@pileus/api';
import { type Actor, type Answer, type Bound, handle } from '@pileus/http';
import { because, Failure, type Id, newId } from '@pileus/model';
import type { Resource } from '@pileus/policy';
import { taken } from '../row.ts';
import { failureView } from '../failure-view.ts';
import { openChallenge } from './challenges.ts';
import { countAttempt, guesses } from './attempts.ts';
import type { Given } from './given.ts';
import { refuseGiving } from './giving.ts';
import { directoryOf, enabledMethod, methodOf, redirectUri, withProvider, type MethodRow } from './methods.ts';
import { attachedPolicies } from './rights.ts';
import { syncDirectory } from './sync.ts';
import { theOne } from './targets.ts';
import { sealedColumns } from '../vault/index.ts';

type MethodView = Answer<'get /sign-in-methods'>['items'][number];

/** So many people are enough to see that a directory is read rightly. */
const firstPeople = 5;

export function methodHandlers(given: Given): Bound[] {
  const { database, clock, vault } = given;

  /** Whoever maps to a group puts people into it. */
  const checkGroups = async (
    actor: Actor,
    groups: MethodRow['groups'],
    check: (action: Action, target: Resource) => void,
  ) => {
    for (const group of new Set(Object.values(groups).flat())) {
      check('group.update', await theOne(database, actor, 'group', group));
      const through = await attachedPolicies(database, group as Id<'group'>);
      refuseGiving(actor.rights, through);
      // Whom the provider does not count among its members leaves it.
      refuseGiving(actor.rights, [], through);
    }
  };

  /** Whoever says what a directory is says who signs in as each of its people. */
  const checkPeople = async (actor: Actor, row: MethodRow) => {
    const people = await database
      .selectFrom('identity')
      .select('user_id')
      .distinct()
      .where('organization', '=', row.organization)
      .where('method', '=', row.id)
      .execute();
    for (const { user_id } of people) refuseGiving(actor.rights, await attachedPolicies(database, user_id));
  };

  const all = async (actor: Actor, origin: string): Promise<MethodView[]> => {
    const [rows, counts] = await Promise.all([
      database
        .selectFrom('sign_in_method')
        .selectAll()
        .where('organization', '=', actor.organization)
        .orderBy('title')
        .execute(),
      database
        .selectFrom('identity')
        .select(({ fn }) => ['method', fn.countAll<number>().as('count')])
        .where('organization', '=', actor.organization)
        .groupBy('method')
        .execute(),
    ]);
    const users = new Map(counts.map(({ method, count }) => [method, count]));
    return rows.map((row) => view(row, users.get(row.id) ?? 0, redirectUri(given, origin)));
  };
  const one = async (actor: Actor, id: string, origin: string): Promise<MethodView> => {
    const found = (await all(actor, origin)).find((method) => method.id === id);
    if (!found) throw new Failure('not-found', { kind: 'sign-in-method', id });
    return found;
  };

  return [
    handle('get /sign-in-methods', async ({ actor, request }) => ({ items: await all(actor, request.origin) })),
    handle('post /sign-in-methods', async ({ actor, body, request, audit, check }) => {
      const { kind, title, settings, secret, groups, makesUsers, countsAsTwo } = body;
      const id = newId('sign-in-method');
      audit(id);
      await checkGroups(actor, groups, check);
      await database
        .insertInto('sign_in_method')
        .values({
          id,
          organization: actor.organization,
          kind,
          title,
          settings: JSON.stringify(settings),
          secret: secret === undefined ? null : vault.seal(secret, sealedColumns.signInMethodSecret.place({ id })),
          groups: JSON.stringify(groups),
          makes_users: makesUsers,
          counts_as_two: countsAsTwo,
          created_by: actor.user.name,
          created_at: new Date(clock.now()),
          synced_at: null,
          sync: null,
        })
        .execute()
        .catch(taken(title));
      return one(actor, id, request.origin);
    }),
    handle('get /sign-in-methods/{method}', ({ actor, params, request }) => one(actor, params.method, request.origin)),
    handle('patch /sign-in-methods/{method}', async ({ actor, params, body, request, audit, check }) => {
      audit(params.method);
      const row = await methodOf(database, actor.organization, params.method);
      const { title, settings, secret, groups, makesUsers, countsAsTwo, isEnabled } = body;
      // Another directory behind the same groups puts other people into them.
      const isOther = settings !== undefined || secret !== undefined || isEnabled === true;
      if (groups !== undefined || isOther || makesUsers === true) await checkGroups(actor, groups ?? row.groups, check);
      if (isOther || countsAsTwo === true) await checkPeople(actor, row);
      const read = settings && readSettings(row.kind, settings);
      if (read && secret === undefined && row.secret !== null && addressIn(read) !== addressIn(row.settings))
        throw new Failure('invalid', {
          what: '/secret',
          reason: because('secret-anew'),
        });
      const changes = {
        ...(title !== undefined && { title }),
        ...(read && { settings: JSON.stringify(read) }),
        ...(secret !== undefined && { secret: vault.seal(secret, sealedColumns.signInMethodSecret.place(row)) }),
        ...(groups && { groups: JSON.stringify(groups) }),
        ...(makesUsers !== undefined && { makes_users: makesUsers }),
        ...(countsAsTwo !== undefined && { counts_as_two: countsAsTwo }),
        ...(isEnabled !== undefined && { is_enabled: isEnabled }),
      };
      if (Object.keys(changes).length > 0)
        await database
          .updateTable('sign_in_method')
          .set(changes)
          .where('id', '=', row.id)
          .execute()
          .catch(taken(title ?? ''));
      return one(actor, row.id, request.origin);
    }),
    handle('delete /sign-in-methods/{method}', async ({ actor, params, audit }) => {
      audit(params.method);
      const { id } = await methodOf(database, actor.organization, params.method);
      await database.deleteFrom('sign_in_method').where('id', '=', id).execute();
      return {};
    }),
    handle('post /sign-in-methods/{method}/check', async ({ actor, params, request, audit }) => {
      audit(params.method);
      const row = await methodOf(database, actor.organization, params.method);
      if (row.kind === 'oidc') {
        await withProvider(given, row, (provider) => provider.begin(redirectUri(given, request.origin)));
        return { people: [] };
      }
      const people: Answer<'post /sign-in-methods/{method}/check'>['people'] = [];
      for await (const { name, title, groups } of (await directoryOf(given, row)).people()) {
        people.push({ name, ...(title !== undefined && { title }), groups: [...groups] });
        if (people.length === firstPeople) break;
      }
      return { people };
    }),
    handle('post /sign-in-methods/{method}/sync', async ({ actor, params, body, audit }) => {
      audit(params.method);
      const row = await methodOf(database, actor.organization, params.method);
      if (row.kind !== 'ldap') throw new Failure('conflict', { what: row.title, reason: because('no-directory') });
      return { at: new Date(clock.now()).toISOString(), ...(await syncDirectory(given, row, body.evenIfMany)) };
    }),
    handle('post /sessions/oidc', async ({ body, request }) => {
      await countAttempt(given, request.ip, 'identity provider', undefined, guesses.passkey);
      const row = await enabledMethod(given, body.method, 'oidc');
      const { url, attempt } = await withProvider(given, row, (provider) =>
        provider.begin(redirectUri(given, request.origin)),
      );
      const { token } = await openChallenge(given, { what: 'oidc', content: { method: row.id, attempt } });
      return { url: url.href, attempt: token };
    }),
  ];
}

function readSettings(kind: MethodRow['kind'], settings: unknown) {
  const { data, error } = (kind === 'oidc' ? OidcSettings : LdapSettings).safeParse(settings);
  if (!data) throw new Failure('invalid', { what: '/settings', reason: error.issues[0]?.message ?? kind });
  return data;
}

/** Where the secret goes. */
function addressIn(settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null) return undefined;
  return 'issuer' in settings ? settings.issuer : 'url' in settings ? settings.url : undefined;
}

function view(row: MethodRow, users: number, back: string): MethodView {
  const { synced_at: at, sync } = row;
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    isEnabled: row.is_enabled,
    makesUsers: row.makes_users,
    countsAsTwo: row.counts_as_two,
    // It was read when it was written.
    settings: row.settings as MethodView['settings'],
    hasSecret: row.secret !== null,
    groups: Object.fromEntries(Object.entries(row.groups).map(([name, ids]) => [name, [...ids]])),
    ...(row.kind === 'oidc' && { redirectUri: back }),
    users,
    ...(at && sync && { lastSync: lastSync(at, sync) }),
  };
}

function lastSync(at: Date, { failure, ...sync }: NonNullable<MethodRow['sync']>): NonNullable<MethodView['lastSync']> {
  return { at: at.toISOString(), ...sync, ...(failure && { failure: failureView(failure) }) };
}
