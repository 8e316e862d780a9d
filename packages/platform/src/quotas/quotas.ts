import type { Answer } from '@pileus/http';
import {
  amountOf,
  because,
  differenceOf,
  Failure,
  measures,
  millionths,
  problemAt,
  type Because,
  type Clock,
  type Limits,
  type Measure,
  type MonthlyMoney,
  type OrganizationId,
  type Problem,
  type ProjectId,
  type Takes,
} from '@pileus/model';
import type { Database, Transaction } from '@pileus/database';
import { sql } from 'kysely';
import type { Queries } from '../access/given.ts';
import '../tables.ts';

type QuotaView = Answer<'get /projects/{project}/quota'>;
type Asked = NonNullable<Answer<'get /plans/{plan}'>['quotas']>[number];

/** What a quota is of. */
export type Scope =
  | { readonly kind: 'organization'; readonly id: OrganizationId }
  | { readonly kind: 'project'; readonly id: ProjectId };

/** Where something is to be, and which deployment it belongs to when that is there already. */
export interface Place {
  readonly organization: OrganizationId;
  readonly project: ProjectId;
  readonly deployment?: string | undefined;
}

export interface Quotas {
  /** The limits of a project or an organization, and what there is. */
  of(scope: Scope): Promise<QuotaView>;
  /** Sets limits; null takes one away, the others stay. What there is already stays, whatever it comes to. */
  set(scope: Scope, limits: Changes, by: string): Promise<QuotaView>;
  /** What a plan asks of each quota that it falls under. */
  asked(place: Place, takes: Takes): Promise<Asked[]>;
}

/** As somebody sets limits. */
export type Changes = { readonly [M in Measure]?: number | null | undefined } & {
  readonly money?: MonthlyMoney | null | undefined;
};

export function createQuotas({ database, clock }: { readonly database: Database; readonly clock: Clock }): Quotas {
  const of = async (scope: Scope): Promise<QuotaView> => {
    const row = await database.selectFrom('quota').select('limits').where('scope', '=', scope.id).executeTakeFirst();
    const { used } = await usage(database, scope, undefined);
    return { limits: row?.limits ?? {}, used };
  };
  return {
    of,
    async set(scope, given, by) {
      const changes = Object.entries(given).filter(([, value]) => value !== undefined);
      const removed = changes.flatMap(([name, value]) => (value === null ? [name] : []));
      const limits = JSON.stringify(Object.fromEntries(changes.filter(([, value]) => value !== null)));
      const row = { scope: scope.id, limits, changed_by: by, changed_at: new Date(clock.now()) };
      await database
        .insertInto('quota')
        .values(row)
        .onConflict((conflict) =>
          conflict.column('scope').doUpdateSet({
            ...row,
            limits: sql`(quota.limits || ${limits}::jsonb) - ${removed}::text[]`,
          }),
        )
        .execute();
      return of(scope);
    },
    asked: (place, takes) => askedOf(database, place, takes, 'look'),
  };
}

/**
 * Lets a deployment grow to what a plan takes, in the transaction that begins to carry it out, or throws `over-quota`.
 * Whoever asks for room under the same quota waits until that is committed, and then counts it too.
 */
export async function take(transaction: Transaction, place: Place, takes: Takes, name: string): Promise<void> {
  refuseOver(await askedOf(transaction, place, takes, 'hold'), takes, name);
}

/** Throws `over-quota` with every figure where a quota does not allow what is asked of it. */
export function refuseOver(asked: readonly Asked[], takes: Takes, name: string): void {
  const problems = asked.flatMap((one) => overOf(one, takes));
  const [first] = problems;
  if (!first) return;
  const reason = problems.length === 1 ? first.because : because('several-over', { count: problems.length });
  throw new Failure('over-quota', { name, reason }, { problems });
}

function overOf({ of, limits, used, asked }: Asked, takes: Takes): (Problem & { readonly because: Because })[] {
  const { kind, name } = of;
  const over = measures.flatMap((measure) => {
    const limit = limits[measure];
    if (limit === undefined) return [];
    if (takes.unknown?.includes(measure))
      return [problemAt(`/${measure}`, because(`unknown-${measure}`, { kind, name, limit }))];
    if (asked[measure] <= 0 || used[measure] + asked[measure] <= limit) return [];
    const figures = { kind, name, limit, used: used[measure], asked: asked[measure] };
    return [problemAt(`/${measure}`, because(`over-${measure}`, figures))];
  });
  const { money: limit } = limits;
  const { money } = takes;
  if (!limit || !money) return over;
  const { currency } = limit;
  if (money.currency !== currency) {
    const other = because('over-currency', { kind, name, currency, other: money.currency });
    return units(money.perMonth) > 0n ? [...over, problemAt('/money', other)] : over;
  }
  const [has, wants] = [perMonthIn(used.money, currency), perMonthIn(asked.money, currency)];
  if (units(wants) <= 0n || units(has) + units(wants) <= units(limit.perMonth)) return over;
  const figures = { kind, name, currency, limit: limit.perMonth, used: has, asked: wants };
  return [...over, problemAt('/money', because('over-money', figures))];
}

async function askedOf(
  database: Queries,
  { organization, project, deployment }: Place,
  takes: Takes,
  how: 'look' | 'hold',
): Promise<Asked[]> {
  const scopes: Scope[] = [
    { kind: 'organization', id: organization },
    { kind: 'project', id: project },
  ];
  // Always in the same order, so that two who hold the same rows never wait for each other.
  let rows = database
    .selectFrom('quota')
    .select(['scope', 'limits'])
    .where(
      'scope',
      'in',
      scopes.map(({ id }) => id),
    )
    .orderBy('scope');
  if (how === 'hold') rows = rows.forUpdate();
  const limits = new Map<string, Limits>((await rows.execute()).map((row) => [row.scope, row.limits]));
  const asked: Asked[] = [];
  for (const scope of scopes) {
    const held = limits.get(scope.id);
    if (!held || Object.keys(held).length === 0) continue;
    const { used, own } = await usage(database, scope, deployment);
    const name = await nameOf(database, scope);
    asked.push({ of: { ...scope, name }, limits: held, used, asked: growth(own, takes) });
  }
  return asked;
}

async function nameOf(database: Queries, { kind, id }: Scope): Promise<string> {
  const row =
    kind === 'project'
      ? await database.selectFrom('project').select('name').where('id', '=', id).executeTakeFirst()
      : await database.selectFrom('organization').select('name').where('id', '=', id).executeTakeFirst();
  return row?.name ?? id;
}

type Used = QuotaView['used'];

/** What is counted of a deployment, and of that what is there. */
interface Own {
  readonly counted: Readonly<Record<Measure, number>>;
  readonly there: Readonly<Record<Measure, number>>;
  readonly money: MonthlyMoney | undefined;
}

/** From what is counted now to what will be; less than nothing where something is given back. */
function growth({ counted, there, money: before }: Own, takes: Takes): Used {
  const grown = Object.fromEntries(
    measures.map((measure) => [measure, Math.max(there[measure], takes[measure] ?? 0) - counted[measure]]),
  ) as Record<Measure, number>; // one for each, by construction
  const after = takes.money;
  const money = [...new Set([before, after].flatMap((one) => one?.currency ?? []))].map((currency) => ({
    currency,
    perMonth: differenceOf(perMonthIn([before], currency), perMonthIn([after], currency)),
  }));
  return { ...grown, money };
}

/**
 * What there is in a scope, worked out anew from what was asked of the clouds and is not proven gone, and from what the
 * plans that are being carried out come to: of each deployment whatever of the two is more. Money is what the last plans have
 * promised. `own` is the part of one deployment.
 */
async function usage(
  database: Queries,
  { kind, id }: Scope,
  deployment: string | undefined,
): Promise<{ used: Used; own: Own }> {
  const { rows } = await sql<Row>`
    with counted as (
      select id, id = ${deployment ?? ''} as is_own, takes, state in ('deploying', 'changing', 'deleting') as is_busy
      from deployment where ${sql.ref(kind)} = ${id} and deleted_at is null
    ), resources as (
      select counted.id,
        count(*) filter (where resource.kind = 'server') as servers,
        coalesce(sum(flavor.cores), 0) as cores,
        coalesce(sum(flavor.megabytes), 0) as megabytes,
        count(*) filter (where resource.kind = 'volume') as volumes,
        coalesce(sum(size.gigabytes), 0) as gigabytes,
        count(*) filter (where resource.kind = 'address') as addresses
      from counted
      join resource on resource.deployment = counted.id and resource.deleted_at is null
        and resource.kind in ('server', 'volume', 'address')
      left join flavor on resource.kind = 'server' and flavor.account = resource.account
        and flavor.ref = coalesce(resource.accepted->>'flavor', resource.spec->>'flavor')
      left join lateral (
        select text::bigint as gigabytes from (select coalesce(resource.accepted->>'gigabytes', resource.spec->>'gigabytes')) as of (text)
        where resource.kind = 'volume' and text ~ '^[0-9]{1,15}$'
      ) as size on true
      group by counted.id
    ), each as (
      select is_own, takes->'money'->>'currency' as currency, (takes->'money'->>'perMonth')::numeric as per_month,
        ${sql.join(
          measures.flatMap((measure) => {
            const there = measure === 'deployments' ? sql`1` : sql`coalesce(resources.${sql.ref(measure)}, 0)`;
            const planned = sql`case when is_busy then coalesce((takes->>${sql.lit(measure)})::bigint, 0) else 0 end`;
            return [
              sql`${there} as ${sql.ref(`there_${measure}`)}`,
              sql`greatest(${there}, ${planned}) as ${sql.ref(`all_${measure}`)}`,
            ];
          }),
        )}
      from counted left join resources on resources.id = counted.id
    )
    select is_own, currency, sum(per_month)::text as per_month,
      ${sql.join(
        measures.flatMap((measure) =>
          (['there', 'all'] as const).map(
            (side) => sql`sum(${sql.ref(`${side}_${measure}`)})::float8 as ${sql.ref(`${side}_${measure}`)}`,
          ),
        ),
      )}
    from each group by is_own, currency`.execute(database);
  const sums = (side: 'there' | 'all', of: readonly Row[]) =>
    Object.fromEntries(
      measures.map((measure) => [measure, of.reduce((sum, row) => sum + row[`${side}_${measure}`], 0)]),
    ) as Record<Measure, number>; // one for each, by construction
  const money = moneyOf(rows);
  const mine = rows.filter((row) => row.is_own);
  return {
    used: { ...sums('all', rows), money },
    own: { counted: sums('all', mine), there: sums('there', mine), money: moneyOf(mine)[0] },
  };
}

type Row = {
  readonly is_own: boolean;
  readonly currency: string | null;
  readonly per_month: string | null;
} & { readonly [M in Measure as `there_${M}` | `all_${M}`]: number };

/** By currency. */
function moneyOf(rows: readonly Row[]): { currency: string; perMonth: string }[] {
  const sums = new Map<string, bigint>();
  for (const { currency, per_month: perMonth } of rows)
    if (currency !== null && perMonth !== null) sums.set(currency, (sums.get(currency) ?? 0n) + units(perMonth));
  return [...sums].map(([currency, sum]) => ({ currency, perMonth: amountOf(sum) }));
}

function perMonthIn(money: readonly (MonthlyMoney | undefined)[], currency: string): string {
  return money.find((one) => one?.currency === currency)?.perMonth ?? '0';
}

function units(amount: string): bigint {
  const count = millionths(amount);
  if (count === undefined) throw new Error(`${amount} is no amount: it was to be checked where it came in`);
  return count;
}
