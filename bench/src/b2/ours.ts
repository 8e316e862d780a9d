import { setTimeout as pause } from 'node:timers/promises';
import { Failure, plainCall, systemClock, type ManagedKind, type Ref, type Specs } from '@pileus/model';
import { createOnce, type Connection } from '@pileus/provider';
import { openstack } from '@pileus/openstack';
import { createOutbound } from '@pileus/outbound';
import { account, type Bed } from './bed.ts';
import type { Contender } from './clients.ts';

/** The test bed is on this machine. */
const outbound = createOutbound({ allow: ['127.0.0.0/8'] });

/** Our drivers, called as runs call them: everything at once that need not wait for something else. */
export function ourDrivers(bed: Bed): Contender {
  const name = 'b2-ours';
  const made: { readonly kind: ManagedKind; readonly ref: Ref }[] = [];
  let cloud: Connection;
  const make = async <K extends ManagedKind>(kind: K, spec: Specs[K], key: string): Promise<Ref> => {
    const driver = driverOf(cloud, kind);
    const call = plainCall(`${name}-${Date.now()}/${key}`);
    const ref = await patiently((unclearSince) => createOnce(driver, spec, { ...call, unclearSince }, systemClock));
    made.push({ kind, ref });
    await look(async () => {
      const seen = await patiently(() => driver.read(ref, new AbortController().signal));
      if (seen?.state === 'failed') throw new Error(`${kind} ${ref} failed`);
      return seen !== undefined && ['ready', 'running'].includes(seen.state);
    });
    return ref;
  };
  const remove = async ({ kind, ref }: (typeof made)[number]): Promise<void> => {
    const driver = driverOf(cloud, kind);
    await patiently(() => driver.delete(ref, plainCall('delete')));
    await look(
      async () => (await patiently<unknown>(() => driver.read(ref, new AbortController().signal))) === undefined,
    );
  };
  return {
    name: 'ours',
    async create(count) {
      cloud = openstack.connect(openstack.account.parse(account), {
        clock: systemClock,
        directory: '/nonexistent',
        outbound,
      });
      made.length = 0;
      const rule = { direction: 'ingress', protocol: 'tcp', ports: [80, 80], cidr: '0.0.0.0/0' } as const;
      const group = await make(
        'security-group',
        { name, description: '', rules: [{ ...rule, ports: [80, 80] }] },
        'group',
      );
      const numbers = Array.from({ length: count }, (_, n) => n);
      const oneServer = async (n: number): Promise<void> => {
        const own = { name: `${name}-${n}`, networks: [], securityGroups: [] };
        const port = await make('port', { ...own, network: bed.network, securityGroups: [group] }, `port-${n}`);
        await make('server', { ...own, image: bed.image, flavor: bed.flavor, ports: [port] }, `server-${n}`);
      };
      await Promise.all(numbers.map(oneServer));
    },
    async remove() {
      for (const kind of ['server', 'port', 'security-group'] as const)
        await Promise.all(made.filter((each) => each.kind === kind).map(remove));
      await cloud.close?.();
    },
  };
}

/** Tries again what may help when tried again, as a run does. */
async function patiently<T>(act: (unclearSince: Date | undefined) => Promise<T>): Promise<T> {
  let unclearSince: Date | undefined;
  for (;;) {
    try {
      return await act(unclearSince);
    } catch (error) {
      if (!(error instanceof Failure && error.retry)) throw error;
      if (error.unclear) unclearSince = new Date();
      await pause(1_000);
    }
  }
}

/** Looks with growing pauses, as a run does. */
async function look(isSo: () => Promise<boolean>): Promise<void> {
  for (let wait = 200; !(await isSo()); wait = Math.min(wait * 1.5, 5_000)) await pause(wait);
}

function driverOf<K extends ManagedKind>(cloud: Connection, kind: K) {
  const driver = cloud.drivers[kind];
  if (!driver) throw new Error(`OpenStack has no ${kind}`);
  return driver;
}
