import { createHash } from 'node:crypto';
import {
  because,
  concealed,
  differences,
  Failure,
  seconds,
  type Clock,
  type ManagedKind,
  type Observed,
} from '@pileus/model';
import type { Connection } from '@pileus/provider';
import { checked } from './create-resource.ts';
import type { Findings } from './comparison.ts';
import type { FieldChange } from './plan.ts';
import type { Secrets } from './secrets.ts';
import type { Survey } from './world.ts';

/** How one resource differs from what we made it. */
export interface Drift {
  /** The inventory's name for it within its deployment. */
  readonly resource: string;
  readonly node: string;
  readonly kind: ManagedKind;
  readonly name: string;
  readonly is: 'gone' | 'failed' | 'stopped' | 'changed';
  /** The cloud's own word for its state, where that is what is wrong. */
  readonly native?: string;
  readonly changes: readonly FieldChange[];
}

/** At most this many questions to one cloud at a time. */
const atOnce = 16;

/** Asks again what the cloud had no time for: starting all over with many questions would never come to an end. */
async function patiently<T>(about: string, ask: () => Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      const isThrottled = error instanceof Failure && error.code === 'provider-throttled';
      if (!isThrottled || tries === 100) throw error;
      await clock.sleep(seconds(Math.min(tries, 10) * (0.5 + jitterOf(`${about} ${tries}`) / 2)), signal);
    }
  }
}

/** Evenly from 0 up to 1, and for one text always the same: what was refused together comes back apart. */
function jitterOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}

/** Asks the cloud about every resource of a deployment. Throws when it does not answer: no answer is no finding. */
export async function examine(
  connection: Connection,
  survey: Survey,
  clock: Clock,
  signal: AbortSignal,
  secrets: Secrets,
): Promise<Drift[]> {
  const drifts: Drift[] = [];
  const asking = survey.resources.filter(({ ref }) => ref !== undefined).values();
  const ask = async (): Promise<void> => {
    for (const { step, node, kind, name, ref = '', spec, accepted } of asking) {
      const driver = connection.drivers[kind];
      if (!driver) throw new Failure('not-supported', { provider: name, what: because('read-kind', { kind }) });
      const found = await patiently<Observed | undefined>(ref, () => driver.read(ref, signal), clock, signal);
      const about = { resource: step, node, kind, name };
      if (!found || found.state === 'deleting') drifts.push({ ...about, is: 'gone', changes: [] });
      else if (found.state === 'failed') drifts.push({ ...about, is: 'failed', native: found.native, changes: [] });
      else {
        if (found.state === 'stopped') drifts.push({ ...about, is: 'stopped', native: found.native, changes: [] });
        const sealed: Readonly<Record<string, unknown>> = { ...spec, ...accepted };
        // What cannot be read any more cannot be compared; the rest can.
        const readable = secrets.readable(sealed);
        const asked = checked({ kind, name, spec: secrets.open(readable) });
        const changes = differences(kind, asked, found.shown ?? {}).filter(
          ({ field }) => readable[field] === sealed[field],
        );
        // What was asked for is what it should become again.
        const back = changes.map(({ field, shown: from, asked: to }) =>
          secrets.isIn(sealed[field]) ? { field, from: concealed, to: sealed[field] } : { field, from, to },
        );
        if (back.length > 0) drifts.push({ ...about, is: 'changed', changes: back });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
  return drifts.toSorted((a, b) => (a.resource < b.resource ? -1 : 1));
}

type Broken = Findings['broken'] extends ReadonlyMap<string, infer B> ? B : never;

/** What is to be mended: what was found, and the instances that somebody has named. */
export function findingsOf(drifts: readonly Drift[], survey: Survey, named: readonly string[]): Findings {
  const of = (is: Drift['is']) => drifts.filter((drift) => drift.is === is);
  const servers = new Map(
    survey.resources.flatMap(({ kind, node, step }) => (kind === 'server' ? [[node, step] as const] : [])),
  );
  const known = new Set(survey.nodes.map(({ node }) => node));
  const strange = named.filter((node) => !known.has(node));
  if (strange.length > 0) throw new Failure('not-found', { kind: 'node', id: strange.join(', ') });
  const replaced = named.flatMap((node) => servers.get(node) ?? []);
  return {
    broken: new Map<string, Broken>([
      ...replaced.map((step) => [step, { why: 'asked', isReachable: true }] as const),
      ...[...of('gone'), ...of('failed')].map(
        ({ resource }) => [resource, { why: 'broken', isReachable: false }] as const,
      ),
    ]),
    drifted: new Map(of('changed').map(({ resource, changes }) => [resource, changes])),
    stopped: new Set(of('stopped').map(({ resource }) => resource)),
    ailing: new Set(named.filter((node) => !servers.has(node))),
  };
}
