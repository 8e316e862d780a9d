import type { Transaction } from '@pileus/database';
import { defineRun, type RunDefinition, type Write } from '@pileus/engine';
import { because, Failure, managedKinds, minutes, seconds, stepName, type ManagedKind } from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Accounts } from '../clouds/accounts.ts';

const Input = z.object({
  finding: z.string(),
  account: z.string(),
  kind: z.enum(managedKinds),
  ref: z.string(),
  name: z.string(),
  token: z.string(),
  by: z.string(),
});
export type Removal = z.infer<typeof Input>;

/** Deletes at the cloud what a sweep has found and a person wants gone, and makes sure that it is. */
export function removeFindingRun(accounts: Pick<Accounts, 'connect'>): RunDefinition<Removal> {
  return defineRun({
    name: 'finding.delete',
    input: Input,
    async tell(run, { finding, account, kind, ref, name, token, by }) {
      const driver = await driverOf(accounts, account, kind);
      await run.step({ key: 'look', name: stepName('survey') }, async ({ signal }) => {
        const found = await driver.read(ref, signal);
        if (found && (found.token ?? '') !== token) throw changed(name);
      });
      await run.step(
        // What is in use is often free a moment later.
        { key: 'delete', name: stepName('delete', { kind, name }), retry: { attempts: 10, longest: seconds(10) } },
        (call) => driver.delete(ref, call),
      );
      let missing = 0;
      await run.until(
        {
          key: 'gone',
          name: stepName('gone', { kind, name }),
          within: minutes(15),
          pause: seconds(0.2),
          record: (): Write[] => [{ into: 'finding', row: { finding, by } }],
        },
        async ({ signal }) => {
          missing = (await driver.read(ref, signal)) ? 0 : missing + 1;
          return missing >= 2 ? true : undefined;
        },
      );
    },
  });
}

/** The driver of a kind on an account; throws `not-supported` where the cloud has no such thing. */
export async function driverOf(
  accounts: Pick<Accounts, 'connect'>,
  account: string,
  kind: ManagedKind,
): Promise<Driver> {
  const driver = (await accounts.connect(account)).drivers[kind];
  if (!driver) throw new Failure('not-supported', { provider: account, what: because('delete-kind', { kind }) });
  return driver;
}

export function changed(name: string): Failure {
  return new Failure('conflict', { what: name, reason: because('other-at-cloud') });
}

/** The projection of what is gone. */
export async function writeRemoved(transaction: Transaction, rows: readonly unknown[]): Promise<void> {
  for (const { finding, by } of rows as readonly { finding: string; by: string }[]) {
    await transaction
      .updateTable('finding')
      .set({ removed_at: sql<Date>`now()`, removed_by: by })
      .where('id', '=', finding)
      .execute();
  }
}
