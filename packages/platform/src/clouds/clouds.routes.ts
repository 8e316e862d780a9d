import type { Database } from '@pileus/database';
import { handle, type Actor, type Answer, type Bound } from '@pileus/http';
import { Failure, seconds, type Clock, type ManagedKind } from '@pileus/model';
import { matches } from '@pileus/policy';
import type { Provider } from '@pileus/provider';
import { sql } from 'kysely';
import { by } from '../access/by.ts';
import { theOne } from '../access/targets.ts';
import { visibleAccounts } from '../access/visible.ts';
import type { InputSecrets } from '../deployments/input-secrets.ts';
import { sweepAccount } from '../inventory/ledger.ts';
import { oldestFirst, pageOf } from '../page.ts';
import { checkSecretUse } from '../secrets/check-use.ts';
import type { Uses } from './account-secrets.ts';
import { accountSchema } from './account-settings.ts';
import { accountsIn, type Accounts } from './accounts.ts';

type AccountView = Answer<'get /accounts/{account}'>;
type Check = Parameters<typeof checkSecretUse>[2];

export function cloudHandlers(
  accounts: Accounts,
  database: Database,
  clock: Clock,
  secrets: Pick<InputSecrets, 'of'>,
): Bound[] {
  const view = (row: CountedRow): AccountView => viewOf(row, accounts.provider(row.provider));
  const one = async (id: string): Promise<AccountView> => {
    const row = await counted(database).where('id', '=', id).executeTakeFirst();
    if (!row) throw new Failure('not-found', { kind: 'account', id });
    return view(row);
  };
  const checkUses = (actor: Actor, uses: Uses | undefined, check: Check) =>
    checkSecretUse(database, actor, check, Object.values(uses ?? {}));

  return [
    handle('get /providers', async () => ({ items: accounts.providers.map(providerView) })),
    handle('get /accounts', async ({ query: { limit, cursor, q }, actor }) => {
      const found = await counted(database)
        .where(visibleAccounts(actor, 'account.read'))
        .$call(oldestFirst({ limit, cursor, q }))
        .execute();
      return pageOf(found, limit, view);
    }),
    handle('post /accounts', async ({ body, actor, audit, check }) => {
      await checkUses(actor, body.secrets, check);
      const { id } = await accounts.add(body, by(actor));
      audit(id);
      // Its health is known a moment later; the list shows it.
      void accounts.check(id, AbortSignal.timeout(seconds(60))).catch(() => {});
      return one(id);
    }),
    handle('post /accounts/check', async ({ body, actor, signal, audit, check }) => {
      const { provider, settings, account, secrets: named = {} } = body;
      if (account === undefined) check('account.create', { kind: 'account', keys: { provider } });
      else {
        audit(account);
        check('account.check', await theOne(database, actor, 'account', account));
      }
      await checkUses(actor, { ...(account !== undefined && (await accounts.uses(account))), ...named }, check);
      return events(await accounts.tryOut(provider, settings, { saved: account, secrets: named }, signal));
    }),
    handle('get /accounts/{account}', ({ params }) => one(params.account)),
    handle('patch /accounts/{account}', async ({ params, body, actor, audit, check }) => {
      audit(params.account);
      // Settings say where a secret is sent: whoever changes them uses it.
      if (body.settings || body.secrets)
        await checkUses(actor, { ...(await accounts.uses(params.account)), ...body.secrets }, check);
      await accounts.change(params.account, body);
      return one(params.account);
    }),
    handle('delete /accounts/{account}', async ({ params, audit }) => {
      audit(params.account);
      await accounts.remove(params.account);
      return {};
    }),
    handle('post /accounts/{account}/check', async ({ params, signal }) => {
      const { checks, ...rest } = await accounts.check(params.account, signal);
      return { ...rest, checks: checks.map((check) => ({ ...check })) };
    }),
    handle('post /accounts/{account}/sweep', async ({ params: { account }, audit }) => {
      await accounts.find(account);
      audit(account);
      return sweepAccount(database, accounts, clock, account, secrets);
    }),
    handle('get /accounts/{account}/resources', async ({ params: { account }, query: { kind }, actor, signal }) => {
      const { provider } = await accounts.find(account);
      const found = await accounts.list(account, kind, signal);
      const ours = await database
        .selectFrom('resource')
        .innerJoin('deployment as owner', 'owner.id', 'resource.deployment')
        .leftJoin('environment', 'environment.id', 'owner.environment')
        .select([
          'resource.id',
          'ref',
          'deployment',
          'node',
          'owner.project',
          'environment.purpose',
          'owner.created_by',
        ])
        .where('resource.account', '=', account)
        .where('kind', '=', kind as ManagedKind)
        .where('resource.deleted_at', 'is', null)
        .execute();
      const known = new Map(ours.map((one) => [one.ref, one]));
      const filter = actor.rights.filter(`${kind}.read`);
      const listed = found.filter(({ ref, name }) => {
        const mine = known.get(ref);
        const owner = mine && {
          project: mine.project,
          environment: mine.purpose ?? undefined,
          createdBy: mine.created_by,
        };
        return matches(filter, { kind, id: mine?.id ?? ref, name, keys: { ...owner, account, provider } });
      });
      return {
        items: listed.map((item) => {
          const mine = known.get(item.ref);
          return {
            kind,
            ref: item.ref,
            name: item.name,
            state: item.state,
            native: item.native,
            account,
            ...(item.zone && { zone: item.zone }),
            ...(item.createdAt && { createdAt: item.createdAt.toISOString() }),
            ...(mine && { id: mine.id, deployment: mine.deployment, node: mine.node }),
            details: { ...item.details },
          };
        }),
      };
    }),
  ];
}

async function* events<T>(items: AsyncIterable<T>): AsyncIterable<{ data: T }> {
  for await (const data of items) yield { data };
}

function providerView(provider: Provider) {
  const { id, title, category, simulated } = provider;
  return { id, title, category, simulated, account: accountSchema(provider) };
}

/** With how many things there are of each. */
function counted(database: Database) {
  const resources = sql<number>`(
    select count(*) from resource where resource.account = account.id and resource.deleted_at is null)`;
  return accountsIn(database).select(resources.as('resources'));
}

type CountedRow = Awaited<ReturnType<ReturnType<typeof counted>['executeTakeFirstOrThrow']>>;

function viewOf(row: CountedRow, { simulated }: Provider): AccountView {
  const { id, name, description, provider, settings, health, uses, resources } = row;
  return {
    id,
    name,
    description,
    provider,
    simulated,
    settings,
    hidden: [...Object.keys(row.secrets), ...uses.map(({ setting }) => setting)],
    secrets: Object.fromEntries(
      uses.map(({ setting, secret, name: called }) => [setting, { id: secret, name: called }]),
    ),
    health: {
      is: health.is,
      ...(health.checkedAt && { checkedAt: health.checkedAt }),
      checks: health.checks.map((check) => ({ ...check })),
    },
    createdAt: row.created_at.toISOString(),
    resources,
  };
}
