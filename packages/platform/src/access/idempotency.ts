import type { Database } from '@pileus/database';
import type { Claim, IdempotencyStore, KeyedRequest } from '@pileus/http';
import { type Clock, days, seconds } from '@pileus/model';
import { sql } from 'kysely';
import { sealedColumns, type Vault } from '../vault/index.ts';

const hold = seconds(15);

/** Keeps Idempotency-Keys where all processes see them; answers are sealed, since a token may be in them. */
export function idempotencyStore(database: Database, clock: Clock, vault: Vault): IdempotencyStore {
  const heldUntil = () => new Date(clock.now() + hold);

  return {
    claim: async (request) => {
      const now = new Date(clock.now());
      // A row whose holder is gone, or whose day is over, is taken over as it stands; of two who try, one does.
      const { rows } = await sql<{ holder: string }>`
        insert into idempotency as held (user_id, key, fingerprint, holder, held_until, expires_at)
        values (${request.user}, ${request.key}, ${request.fingerprint}, ${request.holder}, ${heldUntil()}, ${new Date(clock.now() + days(1))})
        on conflict (user_id, key) do update set
          fingerprint = excluded.fingerprint, holder = excluded.holder, held_until = excluded.held_until,
          expires_at = excluded.expires_at, status = null, type = null, location = null, body = null
        where held.expires_at <= ${now}
          or (held.status is null and held.held_until <= ${now} and held.fingerprint = excluded.fingerprint)
        returning holder`.execute(database);
      return rows.length > 0 ? { is: 'mine' } : held(database, vault, request);
    },
    prolong: async (request) => {
      await database
        .updateTable('idempotency')
        .set({ held_until: heldUntil() })
        .where((where) => where.and(ours(request)))
        .execute();
    },
    keep: async (request, { status, type, location, body }) => {
      await database
        .updateTable('idempotency')
        .set({ status, type, location: location ?? null, body: vault.seal(body, placeOf(request)) })
        .where((where) => where.and(ours(request)))
        .execute();
    },
    release: async (request) => {
      await database
        .deleteFrom('idempotency')
        .where((where) => where.and(ours(request)))
        .execute();
    },
  };
}

/** A request that lost its key to another (it was paused too long) writes nothing any more. */
function ours({ user, key, holder }: KeyedRequest) {
  return { user_id: user, key, holder };
}

const placeOf = ({ user, key }: KeyedRequest) => sealedColumns.idempotencyBody.place({ user_id: user, key });

async function held(database: Database, vault: Vault, request: KeyedRequest): Promise<Claim> {
  const { user, key, fingerprint } = request;
  const row = await database
    .selectFrom('idempotency')
    .selectAll()
    .where('user_id', '=', user)
    .where('key', '=', key)
    .executeTakeFirst();
  // It was released between the two looks: the next claim gets it.
  if (!row) return { is: 'running' };
  if (row.fingerprint !== fingerprint) return { is: 'reused' };
  if (row.status === null || row.type === null || row.body === null) return { is: 'running' };
  const { status, type, location } = row;
  const body = await vault.open(row.body, placeOf(request));
  return { is: 'answered', answer: { status, type, location: location ?? undefined, body } };
}
