import { loadavg } from 'node:os';
import { bedMissing, openBed } from './b2/bed.ts';
import { cpuOfBed } from './b2/cpu.ts';
import { heat, oneRequest, parallelClient, type Contender } from './b2/clients.ts';
import { ourProduct } from './b2/ours.ts';
import { median, row, type Bench, type Row } from './report.ts';

/**
 * 50 servers, each with a port, in a network and a security group of their own, on the real OpenStack of the test bed: until
 * all are ACTIVE, and until all is gone. The contenders take turns, and each round begins with another one; one server
 * by each of them comes first, so that nobody finds the cloud cold. `PILEUS_SERVERS` and `B2_ROUNDS` in the environment say how
 * many; `B2_ONLY=ours,Heat` which.
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
    const contenders = [ourProduct(), parallelClient(bed, 10), oneRequest(bed), heat(bed)].filter(
      ({ name }) => !only || only.includes(name),
    );
    const times: Times = new Map(contenders.map(({ name }) => [name, noFigures()]));
    try {
      for (const contender of contenders) {
        await contender.open?.();
        await measure(contender, 1);
      }
      for (let round = 0; round < rounds; round++) {
        for (const contender of [...contenders.slice(round), ...contenders.slice(0, round)]) {
          const seconds = await measure(contender, count);
          for (const figure of figures) times.get(contender.name)?.[figure].push(seconds[figure]);
          const told = figures.map((each) => `${each} ${seconds[each].toFixed(1)} s`);
          report(`round ${round + 1} of ${rounds}: ${contender.name}: ${told.join(', ')}; load ${load()}`);
        }
      }
    } finally {
      for (const contender of contenders) await contender.close?.();
    }
    return rowsOf(times);
  },
};

const count = Number(process.env['PILEUS_SERVERS'] ?? 50);
const rounds = Number(process.env['B2_ROUNDS'] ?? 1);

const figures = ['create', 'createCpu', 'delete', 'deleteCpu'] as const;
type Figure = (typeof figures)[number];
type Times = ReadonlyMap<string, Readonly<Record<Figure, number[]>>>;
const noFigures = (): Record<Figure, number[]> => ({ create: [], createCpu: [], delete: [], deleteCpu: [] });
const titles: Readonly<Record<Figure, string>> = {
  create: 'until all are ACTIVE',
  createCpu: "CPU of the cloud's services until then",
  delete: 'until all are gone',
  deleteCpu: "CPU of the cloud's services until then",
};

/** Of the whole machine, over the last minute: what else runs on it shares its processors with the cloud. */
const load = (): string => (loadavg()[0] ?? 0).toFixed(1);

async function measure({ create, remove }: Contender, servers: number): Promise<Record<Figure, number>> {
  const created = await timed(() => create(servers));
  const deleted = await timed(remove);
  return { create: created.wall, createCpu: created.cpu, delete: deleted.wall, deleteCpu: deleted.cpu };
}

async function timed(work: () => Promise<void>) {
  const [start, cpu] = [performance.now(), await cpuOfBed()];
  await work();
  return { wall: (performance.now() - start) / 1_000, cpu: (await cpuOfBed()) - cpu };
}

function rowsOf(times: Times): Row[] {
  const ours = times.get('ours');
  if (!ours) return [];
  return figures
    .flatMap((figure) =>
      [...times]
        .filter(([name]) => name !== 'ours')
        .map(([peerName, its]) =>
          row({
            work: `${count} servers with ports, ${titles[figure]} (less is better)`,
            ours: median(ours[figure]),
            peer: median(its[figure]),
            peerName,
            unit: 's',
          }),
        ),
    )
    .filter(({ ratio }) => Number.isFinite(ratio));
}
