import type { CatalogueKind, Observed } from '@pileus/model';
import type { Catalogue } from '../provider.ts';

export const flavors: readonly Observed<'flavor'>[] = [
  flavor('sim.small', 1, 1_024, 10),
  flavor('sim.medium', 2, 4_096, 40),
  flavor('sim.large', 4, 8_192, 80),
  flavor('sim.xlarge', 8, 16_384, 160),
];

export const images: readonly Observed<'image'>[] = [
  image('sim-image-ubuntu', 'Ubuntu 24.04', 600, 'ubuntu'),
  image('sim-image-debian', 'Debian 13', 400, 'debian'),
  image('sim-image-openeuler', 'openEuler 24.03 中文版', 900, 'openeuler'),
];

/** What is always there, offered behind `pass`, which lets calls through or not. */
export function fixedCatalogue<K extends CatalogueKind>(
  kind: K,
  items: readonly Observed<K>[],
  pass: (operation: string, signal: AbortSignal) => Promise<void>,
): Catalogue<K> {
  return {
    async *list(signal) {
      await pass(`list ${kind}`, signal);
      yield* items;
    },
    async read(ref, signal) {
      await pass(`read ${kind}`, signal);
      return items.find((item) => item.ref === ref);
    },
  };
}

function flavor(name: string, cores: number, megabytes: number, gigabytes: number): Observed<'flavor'> {
  return {
    kind: 'flavor',
    ref: name,
    name,
    state: 'ready',
    native: 'ACTIVE',
    details: { cores, megabytes, gigabytes },
  };
}

function image(ref: string, name: string, megabytes: number, os: string): Observed<'image'> {
  return { kind: 'image', ref, name, state: 'ready', native: 'ACTIVE', details: { megabytes, os } };
}
