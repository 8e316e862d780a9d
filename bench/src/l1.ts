import { call, listen, load, type Measured } from './l1/load.ts';
import { prepare, type Kind, type Mix } from './l1/calls.ts';
import { startBenchServer, type BenchServer } from './l1/server.ts';
import { row, type Bench, type Row } from './report.ts';

/**
 * A working day in a minute: lists, reads, checks, changes and open streams, on a real server with a real PostgreSQL, all on
 * this machine with whoever sends. L1_RATE and L1_SECONDS set another load than 500 calls a second for 60 s.
 */
export const l1: Bench = {
  id: 'L1',
  async run(report) {
    const [rate, seconds] = [given('L1_RATE', 500), given('L1_SECONDS', 60)];
    const server = await startBenchServer();
    try {
      const mix = await prepare(server);
      const statements = await statementsOf(server, mix, report);
      const listening = await listen(server.url, mix.listeners);
      await load(server.url, mix, Math.min(rate, 100), 3);
      const memory = await remembering(server, report);
      const measured = await load(server.url, mix, rate, seconds);
      const held = await memory.end();
      for (const [what, calls] of Map.groupBy(
        measured.filter(({ status }) => !isGood(status)),
        told,
      ))
        report(`${calls.length} × ${what}`);
      const lost = mix.listeners.length - listening.open();
      listening.end();
      return [...figures(mix, measured, rate), ...atRest(statements, measured, held, lost)];
    } finally {
      await server.stop();
    }
  },
};

function given(name: string, unlessTold: number): number {
  const value = Number(process.env[name] ?? unlessTold);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name} takes a whole number above 0`);
}

/** Statements that each kind of call sends to the database, apart from what the server does by itself meanwhile. */
async function statementsOf(
  { url, inside }: BenchServer,
  { kinds }: Mix,
  report: (line: string) => void,
): Promise<ReadonlyMap<string, number>> {
  const calls = 50;
  const count = async (kind: Kind | undefined) => {
    const [before, began] = [(await inside()).statements, performance.now()];
    for (let nth = 0; kind && nth < calls; nth++) {
      const status = await call(url, kind.request(nth));
      if (status >= 400) throw new Error(`${kind.name} answered ${status}`);
    }
    if (!kind) await new Promise((done) => setTimeout(done, 3_000));
    return { sent: (await inside()).statements - before, milliseconds: performance.now() - began };
  };
  // The first ones remember what later ones need not ask.
  for (const kind of kinds) await count(kind);
  const idle = await count(undefined);
  const found = new Map<string, number>();
  for (const kind of kinds) {
    const { sent, milliseconds } = await count(kind);
    const own = Math.max(0, sent - (idle.sent * milliseconds) / idle.milliseconds) / calls;
    found.set(kind.name, own);
    report(`${kind.name}: ${own.toFixed(1)} statements`);
  }
  return found;
}

/** Memory each ten seconds, in MB. */
async function remembering({ inside }: BenchServer, report: (line: string) => void) {
  const held: number[] = [];
  const look = async () => {
    const { resident, heap } = await inside();
    held.push(resident / 1e6);
    report(`holds ${(resident / 1e6).toFixed(0)} MB, ${(heap / 1e6).toFixed(0)} MB of them in its heap`);
  };
  await look();
  const looking = setInterval(() => void look(), 10_000);
  return {
    end: async () => {
      clearInterval(looking);
      await look();
      return held;
    },
  };
}

/** What p99 may be at most. */
const bound = 50;

function figures({ kinds }: Mix, measured: readonly Measured[], rate: number): Row[] {
  const all = [{ name: 'all' }, ...kinds].flatMap(({ name }) => {
    const times = measured
      .filter(({ kind, status }) => (name === 'all' || kind === name) && isGood(status))
      .map(({ milliseconds }) => milliseconds)
      .toSorted((a, b) => a - b);
    const part = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
    return [
      { work: `${name}, p50`, ours: part(0.5) },
      { work: `${name}, p99`, ours: part(0.99) },
    ];
  });
  return all.map(({ work, ours }) =>
    row({
      work: `${rate} calls/s, ${work} (less is better)`,
      ours,
      peer: bound,
      peerName: 'the bound of p99',
      unit: 'ms',
    }),
  );
}

function atRest(
  statements: ReadonlyMap<string, number>,
  measured: readonly Measured[],
  held: readonly number[],
  lost: number,
): Row[] {
  const failed = measured.filter(({ status }) => !isGood(status)).length;
  const [first = 0, last = 0] = [held[0], held.at(-1)];
  return [
    row({ work: `calls that failed, of ${measured.length}`, ours: failed, peer: 0, peerName: 'none', unit: 'calls' }),
    row({ work: 'streams that broke off', ours: lost, peer: 0, peerName: 'none', unit: 'streams' }),
    row({
      work: 'memory at the end (less is better)',
      ours: last,
      peer: first,
      peerName: 'at the beginning',
      unit: 'MB',
    }),
    ...[...statements].map(([name, count]) =>
      row({
        work: `${name}: statements a call (less is better)`,
        ours: count,
        peer: 10,
        peerName: 'a bound of ours',
        unit: 'statements',
      }),
    ),
  ];
}

const told = ({ kind, status }: Measured): string => (status === 0 ? `${kind}: no answer` : `${kind}: ${status}`);

const isGood = (status: number): boolean => (status >= 200 && status < 300) || status === 304;
