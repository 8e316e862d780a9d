import type { Answer } from '@pileus/http';
import type { Database, Tables } from '@pileus/database';
import { defineJob, type JobDefinition, type Jobs } from '@pileus/engine';
import { Failure, newId, type Clock } from '@pileus/model';
import type { Selectable } from 'kysely';
import { z } from 'zod';
import type { By } from '../access/by.ts';
import { failureView } from '../failure-view.ts';
import type { Vault } from './vault.ts';
import { wrapAnew } from './wrap-anew.ts';

export type RewrapRow = Selectable<Tables['rewrap']>;
type RewrapView = Answer<'post /vault/rewrap'>;

const Input = z.object({});

/** Wrapping every secret anew, in the background: whichever server takes it up, and after a crash the next one. */
export function rewrapJob(database: Database, vault: Vault, clock: Clock): JobDefinition<z.infer<typeof Input>> {
  return defineJob({
    name: 'vault.rewrap',
    input: Input,
    run: async (_, signal) => {
      const row = await underWay(database);
      if (!row) return;
      let [passedOver, first] = [0, undefined as Failure | undefined];
      try {
        for await (const batch of wrapAnew(database, vault)) {
          signal.throwIfAborted();
          passedOver += batch.passedOver;
          first ??= batch.failure;
          await database
            .updateTable('rewrap')
            .set(({ eb }) => ({
              wrapped: eb('wrapped', '+', batch.wrapped),
              // Who goes on after another meets the same ones again.
              passed_over: passedOver,
              failure: first ? JSON.stringify(first) : null,
            }))
            .where('id', '=', row.id)
            .execute();
        }
      } catch (error) {
        // It is tried again, and says meanwhile what it waits for.
        if (error instanceof Failure)
          await database
            .updateTable('rewrap')
            .set({ failure: JSON.stringify(error) })
            .where('id', '=', row.id)
            .execute();
        throw error;
      }
      await database
        .updateTable('rewrap')
        .set({ ended_at: new Date(clock.now()), failure: first ? JSON.stringify(first) : null })
        .where('id', '=', row.id)
        .execute();
    },
  });
}

/** Begins it; where it is under way already, that goes on. */
export async function beginRewrap(
  {
    database,
    jobs,
    job,
    clock,
  }: { database: Database; jobs: Jobs; job: JobDefinition<z.infer<typeof Input>>; clock: Clock },
  by: By,
): Promise<RewrapRow> {
  await database
    .insertInto('rewrap')
    .values({ id: newId('rewrap'), asked_by: by.name, asked_at: new Date(clock.now()) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await jobs.add(job, {}, { key: job.name });
  const row = (await underWay(database)) ?? (await lastRewrap(database));
  if (!row) throw new Error('nothing is being wrapped anew, although it was begun');
  return row;
}

export function lastRewrap(database: Database): Promise<RewrapRow | undefined> {
  return database.selectFrom('rewrap').selectAll().orderBy('asked_at', 'desc').limit(1).executeTakeFirst();
}

export function rewrapView(row: RewrapRow): RewrapView {
  return {
    id: row.id,
    askedBy: row.asked_by,
    askedAt: row.asked_at.toISOString(),
    wrapped: row.wrapped,
    passedOver: row.passed_over,
    ...(row.failure && { failure: failureView(row.failure) }),
    ...(row.ended_at && { endedAt: row.ended_at.toISOString() }),
  };
}

function underWay(database: Database): Promise<RewrapRow | undefined> {
  return database.selectFrom('rewrap').selectAll().where('ended_at', 'is', null).executeTakeFirst();
}
