import type { Observed, Ref, ResourceState } from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { Volume } from './answers.ts';
import type { Client } from './client.ts';
import { collection, first } from './collection.ts';
import { mapped } from './mapped.ts';
import { lag, markKey } from './mark.ts';
import { failure } from './reason.ts';
import { isAbsence, refusal, wordsOf } from './refusal.ts';

export const volumeNames = {
  kind: 'volume',
  path: 'volumes',
  listPath: 'volumes/detail',
  one: 'volume',
  many: 'volumes',
} as const;

/** Volumes (Cinder v3, `/volumes`). The token is in their metadata, which Cinder stores together with the volume. */
export function volumes({ volume }: Client): Driver<'volume'> {
  const all = collection(volume, volumeNames, Volume);
  return {
    ...mapped(all, {}, show),
    once: {
      by: 'look-up',
      lag,
      find: async (token, { name }, signal): Promise<Ref | undefined> => {
        const found = await first(all.list({ name }, signal), ({ metadata }) => metadata[markKey] === token);
        return found?.id;
      },
    },
    create: ({ name, gigabytes, type, zone }, call) =>
      all.create(
        {
          name,
          size: gigabytes,
          metadata: { [markKey]: call.token },
          ...(type === undefined ? {} : { volume_type: type }),
          ...(zone === undefined ? {} : { availability_zone: zone }),
        },
        call,
      ),
    async delete(ref, { signal }) {
      const path = `volumes/${encodeURIComponent(ref)}`;
      const answer = await volume.send('DELETE', { path, or: [400, 404] }, signal);
      if (answer.status < 400 || isAbsence(answer)) return;
      if (answer.status === 404) throw refusal(answer, volume.title);
      // Cinder says 400 to whatever the volume's state does not allow: in use, still being made, already on its way out.
      const there = await all.read(ref, signal);
      if (!there || there.status === 'deleting') return;
      throw failure('provider-conflict', `${volume.title}: the volume is ${there.status}; ${wordsOf(answer)}`);
    },
  };
}

function show(item: Volume): Observed<'volume'> {
  return {
    kind: 'volume',
    ref: item.id,
    name: item.name,
    state: volumeState(item.status),
    native: item.status,
    token: item.metadata[markKey],
    zone: item.availability_zone || undefined,
    createdAt: item.created_at,
    details: { gigabytes: item.size, attachedTo: item.attachments.map(({ server_id }) => server_id) },
  };
}

function volumeState(status: string): ResourceState {
  // error, error_deleting, error_extending, error_restoring …
  return status.startsWith('error') ? 'failed' : (states[status] ?? 'unknown');
}

const states: Readonly<Record<string, ResourceState>> = {
  creating: 'creating',
  downloading: 'creating',
  available: 'ready',
  'in-use': 'ready',
  reserved: 'changing',
  attaching: 'changing',
  detaching: 'changing',
  maintenance: 'changing',
  extending: 'changing',
  retyping: 'changing',
  uploading: 'changing',
  'backing-up': 'changing',
  'restoring-backup': 'changing',
  'awaiting-transfer': 'changing',
  deleting: 'deleting',
  managing: 'changing',
  unmanaging: 'deleting',
};
