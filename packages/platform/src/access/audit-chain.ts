import type { Database } from '@pileus/database';
import type { Answer } from '@pileus/http';
import type { OrganizationId } from '@pileus/model';
import { sql } from 'kysely';

type Verified = Answer<'get /audit/verify'>;

interface Counted {
  readonly rows: number;
  readonly last: string | null;
  readonly head: string | null;
  readonly digest: Buffer | null;
}
const nothing: Counted = { rows: 0, last: null, head: null, digest: null };

/** At most so many places are told; the first one says where it began. */
const most = 100;

/**
 * Works the chain of an organization's operation log out again. `changed`: a row does not fit its digest, or the row before
 * it; `missing`: numbers are left out before it, or, after the last row, at the end.
 */
export async function verifyAudit(database: Database, organization: OrganizationId): Promise<Verified> {
  const { rows: broken } = await sql<{ number: string; id: string; at: Date; is: 'changed' | 'missing' }>`
    with chain as (
      select number, id, at, digest, coalesce(lag(number) over following, 0) as before,
        sha256(coalesce(lag(digest) over following, '') || convert_to(audit_text(audit), 'UTF8')) as fitting
      from audit
      where organization = ${organization}
      window following as (order by number)
    )
    select number, id, at, case when number = before + 1 then 'changed' else 'missing' end as is
    from chain
    where digest <> fitting or number <> before + 1
    order by number
    limit ${most}`.execute(database);
  const { rows: counted } = await sql<Counted>`
    select count(*)::int as rows, max(number) as last,
      (select number from audit_head where organization = ${organization}) as head,
      (select digest from audit where organization = ${organization} order by number desc limit 1) as digest
    from audit where organization = ${organization}`.execute(database);
  const { rows, last, head, digest } = counted[0] ?? nothing;
  const places: Verified['broken'] = broken.map(({ number, id, at, is }) => ({
    number: Number(number),
    id,
    at: at.toISOString(),
    is,
  }));
  if (Number(head ?? 0) > Number(last ?? 0)) places.push({ number: Number(last ?? 0) + 1, is: 'missing' });
  return {
    rows,
    ok: places.length === 0,
    broken: places,
    head: { number: Number(last ?? 0), digest: digest?.toString('hex') ?? '' },
  };
}
