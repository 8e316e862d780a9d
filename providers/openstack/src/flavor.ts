import type { Catalogue } from '@pileus/provider';
import { Flavor } from './answers.ts';
import type { Client } from './client.ts';
import { collection } from './collection.ts';
import { mapped } from './mapped.ts';

/** Sizes of servers (Nova, `GET /flavors/detail`). */
export function flavors({ compute }: Client): Catalogue<'flavor'> {
  const names = {
    kind: 'flavor',
    path: 'flavors',
    listPath: 'flavors/detail',
    one: 'flavor',
    many: 'flavors',
  } as const;
  const all = collection(compute, names, Flavor);
  return mapped(all, {}, ({ id, name, vcpus, ram, disk }) => ({
    kind: 'flavor',
    ref: id,
    name,
    state: 'ready',
    native: 'available',
    details: { cores: vcpus, megabytes: ram, gigabytes: disk },
  }));
}
