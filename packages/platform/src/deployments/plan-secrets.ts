import type { Database, Transaction } from '@pileus/database';
import { because, concealed, Failure, problemAt, type Id } from '@pileus/model';
import type { Secrets as Sealing } from '@pileus/orchestrator';
import { isSecretInput, type Data, type ServiceTemplate } from '@pileus/tosca';
import type { Queries } from '../access/given.ts';
import { referred } from '../row.ts';
import type { SecretId, Secrets } from '../secrets/secrets.ts';

/** Which inputs are which secrets, by their ids, as somebody asks for it. */
export type NamedSecrets = Readonly<Record<string, string>>;

/** Which inputs are which secrets, in the version whose value they have. */
export type PlanSecrets = Readonly<Record<string, { readonly secret: SecretId; readonly version: number }>>;

export async function secretsOfPlan(database: Queries, plan: string): Promise<PlanSecrets> {
  const rows = await database.selectFrom('plan_secret').selectAll().where('plan', '=', plan).execute();
  return Object.fromEntries(rows.map(({ input, secret, version }) => [input, { secret, version }]));
}

export async function keepPlanSecrets(transaction: Transaction, plan: string, secrets: PlanSecrets): Promise<void> {
  const rows = Object.entries(secrets).map(([input, one]) => ({ plan, input, ...one }));
  if (rows.length === 0) return;
  const ids = rows.map(({ secret }) => secret).join(', ');
  await transaction
    .insertInto('plan_secret')
    .values(rows)
    .execute()
    .catch(referred((cause) => new Failure('not-found', { kind: 'secret', id: ids }, { cause })));
}

/** Secrets that a plan uses and its deployment does not yet: whoever has it carried out must be allowed to. */
export async function newPlanSecrets(
  database: Queries,
  { id, deployment }: { readonly id: string; readonly deployment: string | null },
): Promise<SecretId[]> {
  const wanted = idsIn(await secretsOfPlan(database, id));
  if (wanted.length === 0 || deployment === null) return wanted;
  const row = await database
    .selectFrom('deployment')
    .select('plan')
    .where('id', '=', deployment)
    .executeTakeFirstOrThrow();
  const held = idsIn(await secretsOfPlan(database, row.plan));
  return wanted.filter((secret) => !held.includes(secret));
}

export const idsIn = (secrets: PlanSecrets): SecretId[] => [
  ...new Set(Object.values(secrets).map(({ secret }) => secret)),
];

/** What they come to now, sealed as inputs are. */
export async function openNewest(
  named: NamedSecrets,
  secrets: Pick<Secrets, 'newestFor'>,
  sealing: Sealing,
): Promise<{ readonly inputs: Record<string, Data>; readonly secrets: PlanSecrets }> {
  const opened = Object.entries(named).map(async ([input, id]) => {
    const secret = id as Id<'secret'>;
    const { version, text } = await secrets.newestFor(secret);
    return [input, { version, secret, value: sealing.close(text) }] as const;
  });
  const entries = await Promise.all(opened);
  return {
    inputs: Object.fromEntries(entries.map(([input, { value }]) => [input, value])),
    secrets: Object.fromEntries(entries.map(([input, { secret, version }]) => [input, { secret, version }])),
  };
}

/** Throws `invalid` for what is given twice, and for inputs that are not marked secret: they would be shown. */
export function refuseUnfit(
  { inputs }: Pick<ServiceTemplate, 'inputs'>,
  named: NamedSecrets,
  given: Readonly<Record<string, unknown>>,
): void {
  const known = Object.values(inputs)
    .filter(isSecretInput)
    .map(({ name }) => name);
  const reasons = Object.keys(named).flatMap((input) => {
    if (Object.hasOwn(given, input) && given[input] !== concealed)
      return [[input, because('input-twice', { input })] as const];
    if (!known.includes(input))
      return [[input, because('no-secret-input', { input, known: known.join(', ') || '–' })] as const];
    return [];
  });
  const [first] = reasons;
  if (!first) return;
  const problems = reasons.map(([input, reason]) => problemAt(`/secrets/${input}`, reason));
  throw new Failure('invalid', { what: `/secrets/${first[0]}`, reason: first[1] }, { problems });
}

/** As they are shown: with the newest version there is. */
export async function planSecretViews(
  database: Database,
  plan: string,
): Promise<{ secrets?: Record<string, { id: string; name: string; version: number; newest: number }> }> {
  const rows = await database
    .selectFrom('plan_secret')
    .innerJoin('secret', 'secret.id', 'plan_secret.secret')
    .select(['plan_secret.input', 'secret.id', 'secret.name', 'plan_secret.version', 'secret.version as newest'])
    .where('plan', '=', plan)
    .orderBy('input')
    .execute();
  if (rows.length === 0) return {};
  return { secrets: Object.fromEntries(rows.map(({ input, ...one }) => [input, one])) };
}

/** Whether a deployment uses a secret. Plans with it that nobody has carried out do not count, and run out `now`. */
export async function isUsedByDeployment(database: Queries, secret: SecretId, now: Date): Promise<boolean> {
  const plans = database.selectFrom('plan_secret').select('plan').where('secret', '=', secret);
  await database
    .updateTable('plan')
    .set({ expires_at: now })
    .where('used_at', 'is', null)
    .where('id', 'in', plans)
    .execute();
  const used = await database
    .selectFrom('deployment')
    .select('id')
    .where('plan', 'in', plans)
    .where('deleted_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return used !== undefined;
}
