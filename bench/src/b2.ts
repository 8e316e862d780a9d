import { bedMissing, openBed } from './b2/bed.ts';
import { heat, oneRequest, parallelClient, type Contender } from './b2/clients.ts';
import { ourDrivers } from './b2/ours.ts';
import { median, row, type Bench, type Row } from './report.ts';

/**
 * 50 servers, each with a port, in one security group, on the real OpenStack of the test bed: until all are ACTIVE, and
 * until all are gone. The contenders take turns, and each round begins with another one. `B2_SERVERS` and `B2_ROUNDS`
 * in the environment say how many; `B2_ONLY=ours,Heat` which.
 */
export const b2: Bench = {
  id: 'B2',
  async run(report) {
    const missing = await bedMissing();
    if (missing) {
      report(`skipped: ${missing}`);
      return [];
    }
    const bed = await openBed();
    const only = process.env['B2_ONLY']?.split(',');
    const contenders = [ourDrivers(bed), parallelClient(bed, 10), oneRequest(bed), heat(bed)].filter(
      ({ name }) => !only || only.includes(name),
    );
    const times = new Map(contenders.map(({ name }) => [name, { create: [] as number[], delete: [] as number[] }]));
    for (let round = 0; round < rounds; round++) {
      for (const contender of [...contenders.slice(round), ...contenders.slice(0, round)]) {
        const seconds = await measure(contender);
        times.get(contender.name)?.create.push(seconds.create);
        times.get(contender.name)?.delete.push(seconds.delete);
        report(
          `round ${round + 1} of ${rounds}: ${contender.name}: ${seconds.create.toFixed(1)} s until ACTIVE, ${seconds.delete.toFixed(1)} s until gone`,
        );
      }
    }
    return rowsOf(times);
  },
};

const count = Number(process.env['B2_SERVERS'] ?? 50);
const rounds = Number(process.env['B2_ROUNDS'] ?? 1);

async function measure({ create, remove }: Contender) {
  const start = performance.now();
  await create(count);
  const middle = performance.now();
  await remove();
  return { create: (middle - start) / 1_000, delete: (performance.now() - middle) / 1_000 };
}

type Times = ReadonlyMap<string, { readonly create: readonly number[]; readonly delete: readonly number[] }>;

function rowsOf(times: Times): Row[] {
  const ours = times.get('ours');
  if (!ours) return [];
  return (['create', 'delete'] as const).flatMap((work) =>
    [...times]
      .filter(([name]) => name !== 'ours')
      .map(([peerName, its]) =>
        row({
          work: `${work} ${count} servers with ports (less is better)`,
          ours: median(ours[work]),
          peer: median(its[work]),
          peerName,
          unit: 's',
        }),
      ),
  );
}
