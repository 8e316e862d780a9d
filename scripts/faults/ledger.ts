import { isActive } from '@pileus/engine';
import type { MemoryJournal } from '@pileus/engine/testing';
import type { RunId } from '@pileus/model';
import type { Held, Ledger } from '../../packages/platform/src/inventory/sweep.ts';
import type { Inventory } from './inventory.ts';
import { deploymentOf } from './runs.ts';

/** What the tables say about an account, as its sweeps read and write them in PostgreSQL, from those of a history. */
export function memoryLedger(deployments: readonly Inventory[], journal: MemoryJournal): Ledger {
  const isBusy = (number: number) =>
    journal.runs.some((run) => run.input !== null && aboutOf(run.input) === deploymentOf(number) && isActive(run));
  const rows = deployments.flatMap((inventory, number) =>
    inventory.resources.map((resource) => ({ inventory, number, resource })),
  );
  const byId = new Map(rows.map((row) => [`${row.number} ${row.resource.step}`, row]));
  return {
    heldBy: async (kind, marked) => {
      const tokens = new Set(marked.map(({ token }) => token));
      const found = [...byId].filter(([, { resource }]) => resource.kind === kind && tokens.has(resource.token));
      return new Map(
        found.map(([id, { resource, number }]): [string, Held] => [
          resource.token,
          {
            id,
            deployment: deploymentOf(number),
            ref: resource.ref ?? null,
            deleted_at: resource.isGone ? (resource.goneAt ?? new Date(0)) : null,
            asked_at: new Date(0),
            isBusy: isBusy(number),
          },
        ]),
      );
    },
    adopt: async (id, found) => {
      const row = byId.get(id);
      return row?.inventory.adopt(row.resource.step, found) ? 1 : 0;
    },
    enter: async (found) => {
      const [id = '', step = ''] = (found.token ?? '').split('/');
      const run = journal.runs.find((one) => one.id === (id as RunId)); // as it stands in a token
      const number = deployments.findIndex((_, n) => run !== undefined && deploymentOf(n) === aboutOf(run.input));
      if (number < 0 || isBusy(number)) return 0;
      return deployments[number]?.enter(step, found) ? 1 : 0;
    },
    report: async () => {},
    removed: async () => {},
    forget: async () => {},
  };
}

function aboutOf(input: unknown): unknown {
  return typeof input === 'object' && input !== null && 'deployment' in input ? input.deployment : undefined;
}
