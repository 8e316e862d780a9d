import {
  Failure,
  milliseconds,
  type Call,
  type Clock,
  type Observed,
  type Ref,
  type ResourceState,
} from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { Volume } from './answers.ts';
import { changing } from './changing.ts';
import type { Client, Service } from './client.ts';
import { collection, first, gone, type Collection } from './collection.ts';
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
export function volumes({ volume }: Client, clock: Clock): Driver<'volume'> {
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
    ...changing('volume', {
      together: { name: ({ name }) => ({ name }) },
      send: all.update,
      apart: {
        gigabytes: (ref, { gigabytes }, call) => extend(volume, all, ref, gigabytes, call),
        type: (ref, { type }, call) => retype(volume, all, ref, type, clock, call),
      },
    }),
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

/** Growing works below a running server too, since microversion 3.42 (Ocata). */
async function extend(volume: Service, all: Collection<Volume>, ref: Ref, size: number, call: Call): Promise<void> {
  const there = await atRest(volume, all, ref, call);
  if (there.size === size) return;
  if (there.size > size) {
    throw failure('provider-invalid', {
      en: `a volume cannot shrink: it has ${there.size} GB, ${size} GB are asked for; make a new one and copy`,
      'zh-CN': `云硬盘不能缩小：现有 ${there.size} GB，要求 ${size} GB；请新建云硬盘并复制数据`,
    });
  }
  await act(volume, ref, { 'os-extend': { new_size: size } }, call);
}

/** Where no type is asked for, the one it has is as good as another. */
async function retype(
  volume: Service,
  all: Collection<Volume>,
  ref: Ref,
  type: string | undefined,
  clock: Clock,
  call: Call,
): Promise<void> {
  const before = await atRest(volume, all, ref, call);
  if (type === undefined || before.volume_type === type) return;
  await act(volume, ref, { 'os-retype': { new_type: type, migration_policy: 'on-demand' } }, call);
  for (let pause = 500; ; pause = Math.min(pause * 1.5, 5_000)) {
    const now = await all.read(ref, call.signal);
    if (now?.volume_type === type) return;
    // Cinder says nothing when it could not: the volume is as it was.
    if (now?.status !== 'retyping') {
      const detail = `${volume.title} could not give it the type ${type}; it has the type ${now?.volume_type ?? '?'} still`;
      throw new Failure('resource-failed', { kind: 'volume', name: before.name, detail });
    }
    await clock.sleep(milliseconds(pause), call.signal);
  }
}

/** The volume while nothing is done to it: what an earlier attempt has begun is waited for by trying again. */
async function atRest(volume: Service, all: Collection<Volume>, ref: Ref, { signal }: Call): Promise<Volume> {
  const there = await all.read(ref, signal);
  if (!there) throw gone('volume', ref);
  if (there.status === 'available' || there.status === 'in-use') return there;
  if (volumeState(there.status) === 'failed') {
    throw new Failure('resource-failed', {
      kind: 'volume',
      name: there.name,
      detail: `it is in the state ${there.status}`,
    });
  }
  throw failure('provider-conflict', `${volume.title}: the volume is ${there.status}`);
}

async function act(volume: Service, ref: Ref, body: object, { signal }: Call): Promise<void> {
  const path = `volumes/${encodeURIComponent(ref)}/action`;
  const headers = { 'openstack-api-version': 'volume 3.42' };
  await volume.send('POST', { path, body, headers }, signal);
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
    shown: { name: item.name, gigabytes: item.size, ...(item.volume_type ? { type: item.volume_type } : {}) },
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
