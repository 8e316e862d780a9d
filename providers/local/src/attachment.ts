import { lstat, mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join, normalize, relative, resolve } from 'node:path';
import { because, Failure, type Observed, type Ref } from '@pileus/model';
import type { Driver } from '@pileus/provider';
import { z } from 'zod';
import { findHost } from './host.ts';
import { findVolume } from './volume-record.ts';
import { claimRecord, codeOf, namesIn, provider, readRecord, refOf, type Place } from './place.ts';

const Attachment = z.object({
  ref: z.string(),
  token: z.string(),
  server: z.string(),
  volume: z.string(),
  /** Where the volume is to be found, from the host's directory on. */
  device: z.string(),
  createdAt: z.coerce.date(),
});
export type Attachment = z.infer<typeof Attachment>;

/**
 * A volume in a host is a link to its data. The record lies with the volume and can be made only once, so a volume is in
 * one host at a time.
 */
export function attachments(place: Place): Driver<'attachment'> {
  return {
    once: { by: 'claim' },

    async *list(signal) {
      signal.throwIfAborted();
      for (const attachment of await attachmentsOf(place, {})) {
        yield observe(attachment);
      }
    },

    async read(ref, signal) {
      signal.throwIfAborted();
      const [attachment] = await attachmentsOf(place, { ref });
      return attachment && observe(attachment);
    },

    async create(spec, { token, signal }) {
      signal.throwIfAborted();
      const ref = refOf('attachment', place, token);
      const host = await findHost(place, spec.server);
      if (!host) throw missing(`there is no host ${spec.server}`);
      const volume = await findVolume(place, spec.volume);
      if (!volume) throw missing(`there is no volume ${spec.volume}`);
      const device = pathInHost(spec.device ?? `volumes/${volume.name}`);
      await mustBeFree(join(host.directory, device), dataOf(place, spec.volume));
      const record: Attachment = {
        ref,
        token,
        server: spec.server,
        volume: spec.volume,
        device,
        createdAt: new Date(),
      };
      await claimRecord(recordOf(place, spec.volume), record);
      const [made] = await attachmentsOf(place, { volume: spec.volume });
      if (made && made.ref !== ref) throw inUse(made);
      await connect(join(host.directory, device), dataOf(place, spec.volume));
      return ref;
    },

    async delete(ref, { signal }) {
      signal.throwIfAborted();
      const [attachment] = await attachmentsOf(place, { ref });
      if (attachment) await detach(place, attachment);
    },
  };
}

export async function attachmentsOf(
  place: Place,
  of: { readonly ref?: Ref; readonly server?: Ref; readonly volume?: Ref },
): Promise<Attachment[]> {
  const volumes = of.volume ? [of.volume] : await namesIn(place.volumes);
  const all = await Promise.all(volumes.map((volume) => readRecord(Attachment, recordOf(place, volume))));
  return all
    .filter((attachment) => attachment !== undefined)
    .filter(({ ref, server }) => (!of.ref || ref === of.ref) && (!of.server || server === of.server));
}

export async function detach(place: Place, { server, volume, device }: Attachment): Promise<void> {
  const host = await findHost(place, server);
  const link = host && join(host.directory, device);
  if (link && (await targetOf(link)) === dataOf(place, volume)) await rm(link);
  await rm(recordOf(place, volume), { force: true });
}

const recordOf = (place: Place, volume: Ref) => join(place.volumes, volume, 'attachment.json');
const dataOf = (place: Place, volume: Ref) => join(place.volumes, volume, 'data');

function observe({ ref, token, createdAt, server, volume, device }: Attachment): Observed<'attachment'> {
  const details = { server, volume, device };
  const shown = { server, volume };
  return {
    kind: 'attachment',
    ref,
    name: device,
    token,
    createdAt,
    state: 'ready',
    native: 'attached',
    details,
    shown,
  };
}

/** A device or mount point such as `/data`, as a path below the host's directory, which stands for the root there. */
function pathInHost(device: string): string {
  const path = normalize(`/${device}`).slice(1).replace(/\/$/, '');
  if (path === '' || path.startsWith('.pileus') || path.includes('\0'))
    throw missing(`${device} cannot be a place for a volume`);
  return path;
}

async function mustBeFree(link: string, data: string): Promise<void> {
  const there = await lstat(link).catch(() => undefined);
  if (there && (await targetOf(link)) !== data) throw missing(`${link} is taken; name another device`);
}

async function connect(link: string, data: string): Promise<void> {
  await mkdir(dirname(link), { recursive: true });
  try {
    // From here to there, so that the platform's directory can be moved as a whole.
    await symlink(relative(dirname(link), data), link);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || (await targetOf(link)) !== data) throw error;
  }
}

async function targetOf(link: string): Promise<string | undefined> {
  const target = await readlink(link).catch(() => undefined);
  return target && resolve(dirname(link), target);
}

function missing(detail: string): Failure {
  return new Failure('provider-invalid', { provider, detail });
}

function inUse({ volume, server }: Attachment): Failure {
  return new Failure('provider-conflict', {
    provider,
    detail: because('attached-to', { volume, server }),
  });
}
