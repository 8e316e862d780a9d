import type { Database } from '@pileus/database';
import type { Answer } from '@pileus/http';
import type { OrganizationId } from '@pileus/model';
import { sql } from 'kysely';

type Verified = Answer<'get /audit/verify'>;

interface Counted {
  readonly rows: number;
  /** The last row there is. */
  readonly last: string | null;
  readonly digest: Buffer | null;
  /** What the end of the chain says that should be. */
  readonly head: string | null;
  readonly headDigest: Buffer | null;
}
const nothing: Counted = { rows: 0, last: null, digest: null, head: null, headDigest: null };

interface Broken {
  readonly number: string;
  readonly id: string;
  readonly at: Date;
  readonly is: 'changed' | 'missing';
}

/** At most so many places are told; the first one says where it began. */
const most = 100;

/** A log is worked out in so many parts side by side, unless they were shorter than that: others need connections too. */
const parts = 2;
const shortest = 50_000;

/** Verifies one log after the other, whoever asks for it: it takes a database some seconds of its whole strength. */
export function auditVerifier(database: Database): (organization: OrganizationId) => Promise<Verified> {
  let before: Promise<unknown> = Promise.resolve();
  return (organization) => {
    const verified = before.then(() => verifyAudit(database, organization));
    before = verified.catch(() => {});
    return verified;
  };
}

/**
 * Works the chain of an organization's operation log out again. `changed`: a row does not fit its digest, or the row before
 * it; `missing`: numbers are left out before it, or, after the last row, at the end.
 */
export async function verifyAudit(
  database: Database,
  organization: OrganizationId,
  atLeast = shortest,
): Promise<Verified> {
  // What is added while this goes on is left for another time.
  const { rows, last, digest, head, headDigest } = await count(database, organization);
  const end = Number(last ?? 0);
  const found = await Promise.all(
    partsOf(end, atLeast).map(([after, until]) => brokenIn(database, organization, after, until)),
  );
  const places: Verified['broken'] = found
    .flat()
    .slice(0, most)
    .map(({ number, id, at, is }) => ({ number: Number(number), id, at: at.toISOString(), is }));
  if (Number(head ?? 0) > end) places.push({ number: end + 1, is: 'missing' });
  else if (digest && headDigest && !digest.equals(headDigest) && !places.some(({ number }) => number === end))
    places.push({ number: end, is: 'changed' });
  return {
    rows,
    ok: places.length === 0,
    broken: places,
    head: { number: end, digest: digest?.toString('hex') ?? '' },
  };
}

async function count(database: Database, organization: OrganizationId): Promise<Counted> {
  const { rows } = await sql<Counted>`
    select counted.rows, counted.last, audit.digest, audit_head.number as head, audit_head.digest as "headDigest"
    from (select count(*)::int as rows, max(number) as last from audit where organization = ${organization}) as counted
    left join audit on audit.organization = ${organization} and audit.number = counted.last
    left join audit_head on audit_head.organization = ${organization}`.execute(database);
  return rows[0] ?? nothing;
}

/** Ranges of numbers, each after the first and up to the second; the first begins before whatever there may be. */
function partsOf(end: number, atLeast: number): readonly (readonly [after: number | null, until: number])[] {
  const each = Math.max(atLeast, Math.ceil(end / parts));
  return Array.from({ length: Math.max(1, Math.ceil(end / each)) }, (_, index) => [
    index === 0 ? null : index * each,
    Math.min(end, (index + 1) * each),
  ]);
}

/** Each row beside the one before it; of those `after` which, that one itself serves the first as its predecessor. */
async function brokenIn(
  database: Database,
  organization: OrganizationId,
  after: number | null,
  until: number,
): Promise<readonly Broken[]> {
  const from = after === null ? sql`true` : sql`number >= ${after}`;
  const told = after === null ? sql`true` : sql`number > ${after}`;
  const { rows } = await sql<Broken>`
    with chain as (
      select number, id, at, digest, coalesce(lag(number) over following, 0) as before,
        sha256(coalesce(lag(digest) over following, '') || convert_to(audit_text(audit), 'UTF8')) as fitting
      from audit
      where organization = ${organization} and ${from} and number <= ${until}
      window following as (order by number)
    )
    select number, id, at, case when number = before + 1 then 'changed' else 'missing' end as is
    from chain
    where ${told} and (digest <> fitting or number <> before + 1)
    order by number
    limit ${most}`.execute(database);
  return rows;
}
