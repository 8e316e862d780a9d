import type { Observed, Specs } from '@pileus/model';
import type { Catalogue } from '@pileus/provider';
import { hasAnswered, type Fleet, type Survey } from './fleet.ts';

/**
 * Hosts of one size are one flavor, and hosts with one label are another: to ask for a flavor is to ask for any free
 * host that is at least as large, or has the label.
 */
export function flavors(fleet: Fleet): Catalogue<'flavor'> {
  return catalogue(fleet, (surveys) => {
    const sizes = surveys.map((one): Observed<'flavor'> => {
      const { cores, megabytes, gigabytes } = one.facts;
      const name = `${cores} cores, ${gigabytesOf(one)} GB`;
      return {
        kind: 'flavor',
        ref: sizeRef(one),
        name,
        state: 'ready',
        native: 'size',
        details: { cores, megabytes, gigabytes },
      };
    });
    const labels = surveys
      .flatMap(({ machine }) => machine.entry.labels)
      .map((label): Observed<'flavor'> => ({
        kind: 'flavor',
        ref: `label:${label}`,
        name: label,
        state: 'ready',
        native: 'label',
        details: {},
      }));
    return [...sizes, ...labels];
  });
}

/** The operating systems the hosts have, the most frequent first. */
export function images(fleet: Fleet): Catalogue<'image'> {
  return catalogue(fleet, (surveys) => {
    const bySystem = Map.groupBy(surveys, ({ facts }) => facts.os);
    return [...bySystem]
      .toSorted(([, a], [, b]) => b.length - a.length)
      .map(([os, [first]]) => ({
        kind: 'image',
        ref: os,
        name: first?.facts['os-name'] ?? os,
        state: 'ready',
        native: 'installed',
        details: { os },
      }));
  });
}

export function fits(survey: Survey, { flavor, image, zone }: Specs['server']): boolean {
  const { entry } = survey.machine;
  if (zone !== undefined && zone !== entry.zone) return false;
  if (image !== undefined && image !== survey.facts.os) return false;
  if (flavor?.startsWith('label:')) return entry.labels.includes(flavor.slice('label:'.length));
  const [, cores, gigabytes] = /^(\d+)c-(\d+)g$/.exec(flavor ?? '') ?? [];
  if (flavor !== undefined && cores === undefined) return false;
  return survey.facts.cores >= Number(cores ?? 0) && gigabytesOf(survey) >= Number(gigabytes ?? 0);
}

const gigabytesOf = ({ facts }: Survey) => Math.round(facts.megabytes / 1024);
const sizeRef = (survey: Survey) => `${survey.facts.cores}c-${gigabytesOf(survey)}g`;

function catalogue<K extends 'flavor' | 'image'>(
  fleet: Fleet,
  itemsOf: (surveys: readonly Survey[]) => readonly Observed<K>[],
): Catalogue<K> {
  const all = async (signal: AbortSignal) => {
    signal.throwIfAborted();
    const surveys = await fleet.surveyAll(signal);
    const items = itemsOf(surveys.filter(hasAnswered));
    return [...new Map(items.map((item) => [item.ref, item])).values()];
  };
  return {
    async *list(signal) {
      yield* await all(signal);
    },
    read: async (ref, signal) => (await all(signal)).find((item) => item.ref === ref),
  };
}
