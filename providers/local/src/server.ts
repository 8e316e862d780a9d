import { hostname } from 'node:os';
import { join } from 'node:path';
import { because, Failure, seconds, type Observed, type Specs } from '@pileus/model';
import { refuseOthers, type Driver } from '@pileus/provider';
import { releaseAddress, takeAddress } from './address.ts';
import { attachmentsOf, detach } from './attachment.ts';
import { begin, endProcesses, findHost, halt, hostsIn, isUp, layOut, recordIn, theHost, type Host } from './host.ts';
import { claimDirectory, provider, refOf, removeDirectory, replaceRecord, type Place } from './place.ts';

export function servers(place: Place): Driver<'server'> {
  return {
    once: { by: 'token' },

    async *list(signal) {
      signal.throwIfAborted();
      for (const host of await hostsIn(place)) {
        yield await observe(place, host);
      }
    },

    async read(ref, signal) {
      signal.throwIfAborted();
      const host = await findHost(place, ref);
      return host && observe(place, host);
    },

    async create(spec, { token, signal }) {
      signal.throwIfAborted();
      refuse(spec);
      const ref = refOf('host', place, token);
      if (await findHost(place, ref)) return ref;
      const address = await takeAddress(place, ref);
      const record = { ref, token, name: spec.name, address, createdAt: new Date() };
      await claimDirectory(join(place.hosts, ref), (unfinished) => layOut(unfinished, record));
      return ref;
    },

    async delete(ref, { signal }) {
      signal.throwIfAborted();
      const host = await findHost(place, ref);
      if (!host) return;
      await halt(host);
      for (const attachment of await attachmentsOf(place, { server: ref })) await detach(place, attachment);
      await releaseAddress(place, ref, host.record.address);
      await removeDirectory(host.directory);
      // A script may have started something between the last look and the removal.
      await endProcesses([host], seconds(0));
    },

    changeable,

    async update(ref, { name }, changed, { signal }) {
      signal.throwIfAborted();
      refuseOthers(provider, 'server', changeable, changed);
      const { control, record } = await theHost(place, ref);
      if (changed.includes('name')) await replaceRecord(recordIn(control), { ...record, name });
    },

    async start(ref, { signal }) {
      signal.throwIfAborted();
      await begin(await theHost(place, ref));
    },

    async stop(ref, { signal }) {
      signal.throwIfAborted();
      await halt(await theHost(place, ref));
    },

    async reboot(ref, { signal }) {
      signal.throwIfAborted();
      const host = await theHost(place, ref);
      await halt(host);
      await begin(host);
    },
  };
}

/** Scripts that start from then on see the new name. */
const changeable = ['name'];

/** There are no networks here: asking for one is a mistake better said than passed over. */
function refuse(spec: Specs['server']): void {
  const asked = [...spec.ports, ...spec.networks, ...spec.securityGroups][0];
  if (!asked) return;
  const detail = because('no-networks-here', { asked });
  throw new Failure('provider-invalid', { provider, detail });
}

async function observe(place: Place, host: Host): Promise<Observed<'server'>> {
  const { ref, name, token, address, createdAt } = host.record;
  const up = await isUp(host);
  const attachments = await attachmentsOf(place, { server: ref });
  return {
    kind: 'server',
    ref,
    name,
    token,
    createdAt,
    zone: hostname(),
    state: up ? 'running' : 'stopped',
    native: up ? 'up' : 'down',
    details: { addresses: [{ address, reach: 'private' }], volumes: attachments.map(({ volume }) => volume) },
    shown: { name },
  };
}
