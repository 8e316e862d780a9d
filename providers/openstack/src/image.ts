import type { Catalogue } from '@pileus/provider';
import type { ResourceState } from '@pileus/model';
import { Image } from './answers.ts';
import type { Client } from './client.ts';
import { collection } from './collection.ts';
import { mapped } from './mapped.ts';

/** Images of servers' disks (Glance v2, `GET /v2/images`). */
export function images({ image }: Client): Catalogue<'image'> {
  const all = collection(image, { kind: 'image', path: 'images', many: 'images' }, Image);
  return mapped(all, {}, ({ id, name, status, size, created_at, os_distro, os_version }) => ({
    kind: 'image',
    ref: id,
    name,
    state: states[status] ?? 'unknown',
    native: status,
    createdAt: created_at,
    details: {
      megabytes: typeof size === 'number' ? Math.ceil(size / 1024 / 1024) : undefined,
      os: os_distro ? [os_distro, os_version].filter(Boolean).join(' ') : undefined,
    },
  }));
}

const states: Readonly<Record<string, ResourceState>> = {
  queued: 'creating',
  saving: 'creating',
  uploading: 'creating',
  importing: 'creating',
  active: 'ready',
  deactivated: 'stopped',
  killed: 'failed',
  deleted: 'deleting',
  pending_delete: 'deleting',
};
