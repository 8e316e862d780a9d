import type { Observed, Ref, ResourceState } from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { Server, Volume, VolumeAttachment } from './answers.ts';
import type { Client } from './client.ts';
import { collection } from './collection.ts';
import { parse } from './identity.ts';
import { failure } from './reason.ts';
import { isAbsence, refusal, wordsOf } from './refusal.ts';
import { volumeNames } from './volume.ts';

/**
 * Volumes in servers (Nova, `/servers/{server}/os-volume_attachments`). A volume can be in a server once: the claim. The
 * ref is `<server>/<volume>`, as the attachment's own id is not in all versions.
 */
export function attachments({ compute, volume }: Client): Driver<'attachment'> {
  const volumes = collection(volume, volumeNames, Volume);
  const servers = collection(
    compute,
    { kind: 'server', path: 'servers', listPath: 'servers/detail', one: 'server', many: 'servers' },
    Server,
  );

  const deviceOf = async ({ server, id }: Parts, signal: AbortSignal): Promise<string | undefined> => {
    const path = `servers/${encodeURIComponent(server)}/os-volume_attachments/${encodeURIComponent(id)}`;
    const answer = await compute.send('GET', { path, or: [404] }, signal);
    if (isAbsence(answer)) return undefined;
    if (answer.status === 404) throw refusal(answer, compute.title);
    return parse(VolumeAttachment, answer, compute.title).volumeAttachment.device ?? '';
  };
  return {
    async *list(signal) {
      const all = new Map<string, Volume>();
      for await (const item of volumes.list({}, signal)) all.set(item.id, item);
      for await (const { id: server, 'os-extended-volumes:volumes_attached': attached } of servers.list({}, signal)) {
        for (const { id } of attached) yield show({ server, id }, all.get(id));
      }
    },
    async read(ref, signal) {
      const parts = partsOf(ref);
      const device = await deviceOf(parts, signal);
      if (device === undefined) return undefined;
      return show(parts, await volumes.read(parts.id, signal), device);
    },
    once: { by: 'claim' },
    async create(spec, { signal }) {
      const parts = { server: spec.server, id: spec.volume };
      const path = `servers/${encodeURIComponent(spec.server)}/os-volume_attachments`;
      // Nova takes names of devices only; where a volume is mounted in the guest is the guest's affair.
      const device = spec.device?.startsWith('/dev/') ? spec.device : undefined;
      const body = { volumeAttachment: { volumeId: spec.volume, ...(device && { device }) } };
      const answer = await compute.send('POST', { path, body, or: [400, 409] }, signal);
      if (answer.status < 400) return refOf(parts);
      if ((await deviceOf(parts, signal)) !== undefined) return refOf(parts);
      const { status } = (await volumes.read(spec.volume, signal)) ?? { status: 'absent' };
      // Nova answers 400 while the volume is still being made or on its way out of another server.
      if (passing.has(status))
        throw failure('provider-conflict', `${compute.title}: the volume is ${status}; ${wordsOf(answer)}`);
      throw refusal(answer, compute.title);
    },
    async delete(ref, { signal }) {
      const parts = partsOf(ref);
      const path = `servers/${encodeURIComponent(parts.server)}/os-volume_attachments/${encodeURIComponent(parts.id)}`;
      const answer = await compute.send('DELETE', { path, or: [400, 404, 409] }, signal);
      if (answer.status < 400 || isAbsence(answer)) return;
      if (answer.status === 404) throw refusal(answer, compute.title);
      if ((await deviceOf(parts, signal)) === undefined) return;
      const there = await volumes.read(parts.id, signal);
      if (!there || there.status === 'detaching') return;
      throw failure('provider-conflict', `${compute.title}: the volume is ${there.status}; ${wordsOf(answer)}`);
    },
  };
}

interface Parts {
  readonly server: Ref;
  /** The volume. */
  readonly id: Ref;
}

const refOf = ({ server, id }: Parts): Ref => `${server}/${id}`;

function partsOf(ref: Ref): Parts {
  const [server, id] = ref.split('/');
  if (!server || !id)
    throw failure('provider-invalid', `“${ref}” is not an attachment: it should be <server>/<volume>`);
  return { server, id };
}

/** States that a volume leaves by itself. */
const passing = new Set([
  'creating',
  'downloading',
  'attaching',
  'detaching',
  'reserved',
  'extending',
  'retyping',
  'uploading',
]);

function show({ server, id }: Parts, volume: Volume | undefined, device?: string): Observed<'attachment'> {
  const there = volume?.attachments.find(({ server_id }) => server_id === server);
  const native = volume?.status ?? 'unknown';
  return {
    kind: 'attachment',
    ref: refOf({ server, id }),
    name: volume?.name || id,
    state: states[native] ?? (native.startsWith('error') ? 'failed' : 'unknown'),
    native,
    details: { server, volume: id, device: there?.device || device || undefined },
    // Nova chooses the device's name, whatever was asked.
    shown: { server, volume: id },
  };
}

const states: Readonly<Record<string, ResourceState>> = {
  'in-use': 'ready',
  reserved: 'creating',
  attaching: 'creating',
  available: 'creating',
  detaching: 'deleting',
};
