import type { Database } from '@pileus/database';
import type { Clock, FlavorSize, Observed } from '@pileus/model';

export type Flavors = ReadonlyMap<string, FlavorSize>;

/** Flavors by ref, as they were last seen. Refs of different accounts may be the same: ask for one account at a time. */
export async function flavorsKnown(
  database: Database,
  accounts: readonly string[],
  refs: readonly string[],
): Promise<Flavors> {
  if (refs.length === 0 || accounts.length === 0) return new Map();
  const rows = await database
    .selectFrom('flavor')
    .select(['ref', 'name', 'cores', 'megabytes'])
    .where('account', 'in', accounts)
    .where('ref', 'in', refs)
    .execute();
  return new Map(
    rows.map(({ ref, name, cores, megabytes }) => [
      ref,
      { ref, name, ...(cores !== null && { cores }), ...(megabytes !== null && { megabytes }) },
    ]),
  );
}

/** Keeps what a cloud shows of its flavors. */
export async function keepFlavors(
  database: Database,
  account: string,
  listed: readonly Observed[],
  clock: Clock,
): Promise<void> {
  const flavors = listed.filter((one): one is Observed<'flavor'> => one.kind === 'flavor');
  if (flavors.length === 0) return;
  const whole = (value: number | undefined) => (Number.isSafeInteger(value) ? value : null);
  await database
    .insertInto('flavor')
    .values(
      flavors.map(({ ref, name, details: { cores, megabytes } }) => ({
        account,
        ref,
        name,
        cores: whole(cores) ?? null,
        megabytes: whole(megabytes) ?? null,
        seen_at: new Date(clock.now()),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['account', 'ref']).doUpdateSet(({ ref }) => ({
        name: ref('excluded.name'),
        cores: ref('excluded.cores'),
        megabytes: ref('excluded.megabytes'),
        seen_at: ref('excluded.seen_at'),
      })),
    )
    .execute();
}
