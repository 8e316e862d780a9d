import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { because, Failure, type Observed } from '@pileus/model';
import { refuseOthers, type Driver } from '@pileus/provider';
import { attachmentsOf } from './attachment.ts';
import { claimDirectory, namesIn, provider, refOf, removeDirectory, replaceRecord, type Place } from './place.ts';
import { findVolume, recordIn, type VolumeRecord } from './volume-record.ts';

/** A volume is a directory, with its contents in `data`. Its size is kept but not enforced: the disk is the machine's. */
export function volumes(place: Place): Driver<'volume'> {
  return {
    once: { by: 'token' },

    async *list(signal) {
      signal.throwIfAborted();
      for (const ref of await namesIn(place.volumes)) {
        const record = await findVolume(place, ref);
        if (record) yield await observe(place, record);
      }
    },

    async read(ref, signal) {
      signal.throwIfAborted();
      const record = await findVolume(place, ref);
      return record && observe(place, record);
    },

    async create({ name, gigabytes }, { token, signal }) {
      signal.throwIfAborted();
      const ref = refOf('volume', place, token);
      const record: VolumeRecord = { ref, name, token, gigabytes, createdAt: new Date() };
      await claimDirectory(join(place.volumes, ref), async (unfinished) => {
        await mkdir(join(unfinished, 'data'));
        await writeFile(join(unfinished, 'volume.json'), JSON.stringify(record, null, 2));
      });
      return ref;
    },

    changeable,

    async update(ref, { name, gigabytes }, changed, { signal }) {
      signal.throwIfAborted();
      refuseOthers(provider, 'volume', changeable, changed);
      const record = await findVolume(place, ref);
      if (!record) throw new Failure('not-found', { kind: 'volume', id: ref });
      const wanted = { name, gigabytes };
      const fields = Object.entries(wanted).filter(([field]) => changed.includes(field));
      await replaceRecord(recordIn(place, ref), { ...record, ...Object.fromEntries(fields) });
    },

    async delete(ref, { signal }) {
      signal.throwIfAborted();
      if (!(await findVolume(place, ref))) return;
      const [attachment] = await attachmentsOf(place, { volume: ref });
      if (attachment) {
        const detail = because('detach-first', { volume: ref, server: attachment.server });
        throw new Failure('provider-conflict', { provider, detail });
      }
      await removeDirectory(join(place.volumes, ref));
    },
  };
}

const changeable = ['name', 'gigabytes'];

async function observe(place: Place, record: VolumeRecord): Promise<Observed<'volume'>> {
  const { ref, name, token, gigabytes, createdAt } = record;
  const attachments = await attachmentsOf(place, { volume: ref });
  const attachedTo = attachments.map(({ server }) => server);
  const native = attachedTo.length > 0 ? 'in use' : 'available';
  return {
    kind: 'volume',
    ref,
    name,
    token,
    createdAt,
    zone: hostname(),
    state: 'ready',
    native,
    details: { gigabytes, attachedTo },
    shown: { name, gigabytes },
  };
}
