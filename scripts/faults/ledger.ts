import { isActive } from '@pileus/engine';
import type { MemoryJournal } from '@pileus/engine/testing';
import type { ManagedKind } from '@pileus/model';
import type { Held, Ledger, Place, ReportedAs } from '../../packages/platform/src/inventory/sweep.ts';
import type { Inventory } from './inventory.ts';
import { deploymentOf } from './runs.ts';

/** What a sweep has found and nobody has decided about, by ref. */
export type Findings = Map<
  string,
  {
    readonly kind: ManagedKind;
    readonly is: ReportedAs;
    readonly deployment: string | null;
    readonly token?: string | undefined;
  }
>;

/** What the tables say about an account, as its sweeps read and write them in PostgreSQL, from those of a history. */
export function memoryLedger(deployments: readonly Inventory[], journal: MemoryJournal, findings: Findings): Ledger {
  const isBusy = (id: string) => journal.runs.some((run) => run.subject === id && isActive(run));
  const rows = deployments.flatMap((inventory, number) =>
    inventory.resources.map((resource) => ({ inventory, number, resource })),
  );
  return {
    heldBy: async (kind, marked) => {
      const ofKind = rows.filter(({ resource }) => resource.kind === kind);
      const found = marked.flatMap(({ ref, token }): [string, Held][] => {
        const row =
          ofKind.find(({ resource }) => resource.ref === ref && !resource.isGone) ??
          ofKind.find(({ resource }) => resource.token === token);
        if (!row) return [];
        const { resource, number } = row;
        const deployment = deploymentOf(number);
        const held = {
          id: `${number} ${resource.step}`,
          deployment,
          ref: resource.ref ?? null,
          deleted_at: resource.isGone ? (resource.goneAt ?? new Date(0)) : null,
          asked_at: resource.askedAt,
          isBusy: isBusy(deployment),
        };
        return [[ref, held]];
      });
      return new Map(found);
    },
    adopt: async (id, found) => {
      const row = rows.find(({ number, resource }) => `${number} ${resource.step}` === id);
      return row?.inventory.adopt(row.resource.step, found) ? 1 : 0;
    },
    enter: async (found): Promise<Place> => {
      const [run = '', step = ''] = (found.token ?? '').split('/');
      const deployment = journal.runs.find(({ id }) => id === run)?.subject ?? null;
      const inventory = deployments.find((_, number) => deploymentOf(number) === deployment);
      if (!inventory || deployment === null) return { is: 'unknown', deployment: null };
      if (isBusy(deployment)) return { is: 'busy', deployment };
      if (inventory.isDeleted) return { is: 'gone', deployment };
      return { is: inventory.enter(step, found) ? 'entered' : 'taken', deployment };
    },
    report: async ({ ref, kind, token }, is, deployment) => {
      findings.set(ref, { kind, is, deployment, token });
      return true;
    },
    removed: async ({ ref }) => void findings.delete(ref),
    forget: async () => {},
  };
}
