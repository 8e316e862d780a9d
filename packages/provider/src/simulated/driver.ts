import { because, Failure, type ManagedKind } from '@pileus/model';
import { refuseOthers } from '../changeable.ts';
import { gathered, type Gathering } from '../gathered.ts';
import type { Driver, Once, Verb } from '../provider.ts';
import type { Chance } from './chance.ts';
import type { Cloud } from './cloud.ts';
import { provider, rules } from './rules.ts';
import type { SimulatedAccount } from './settings.ts';
import type { Weather } from './weather.ts';

export interface Simulation {
  readonly account: SimulatedAccount;
  readonly cloud: Cloud;
  readonly weather: Weather;
  readonly chance: Chance;
}

/** So many may be made by one request. */
const mostAtOnce = 10;

/** The driver of one kind: what a caller sees of the cloud through the weather. */
export function driverOf<K extends ManagedKind>(kind: K, simulation: Simulation): Driver<K> {
  const { account, cloud, weather, chance } = simulation;
  const asked = new Set<string>();

  const list: Driver<K>['list'] = async function* (signal) {
    // Only the first look is carried as a call of its own: a page holds everything.
    yield* await weather.carry({ operation: `list ${kind}`, key: '', signal }, () =>
      cloud.list(kind, weather.seenFrom('list')),
    );
  };

  const create: Gathering<K>['many'] = (members, signal) => {
    const wishes = members.map(({ spec, call: { token } }) => ({ spec, token }));
    const key = wishes.map(({ token }) => token).join(' ');
    return weather.carry({ operation: `create ${kind}`, key, signal }, (time) => cloud.create(kind, wishes, time));
  };

  const driver: Driver<K> = {
    once: onceOf(simulation, list),
    list,

    read: (ref, signal) =>
      weather.carry({ operation: `read ${kind}`, key: ref, signal }, () =>
        cloud.read(kind, ref, weather.seenFrom('read')),
      ),

    create: gathered({
      most: mostAtOnce,
      one: async (spec, call) => {
        const [ref] = await create([{ spec, call }], call.signal);
        return ref ?? '';
      },
      many: create,
    }),

    delete: (ref, { signal }) =>
      weather.carry({ operation: `delete ${kind}`, key: ref, signal }, (time) => {
        const isFirst = !asked.has(ref);
        asked.add(ref);
        if (isFirst && cloud.read(kind, ref, time) && chance.happens(account.refusedDeletes, 'refused', ref)) {
          throw new Failure('provider-conflict', { provider, detail: because('busy-simulated', { kind, ref }) });
        }
        cloud.delete(kind, ref, time);
      }),
  };
  const changeable = Object.keys(rules[kind].changeable);
  const update: Driver<K>['update'] = async (ref, spec, changed, { signal }) => {
    refuseOthers(provider, kind, changeable, changed);
    return weather.carry({ operation: `update ${kind}`, key: ref, signal }, (time) =>
      cloud.update(kind, ref, spec, changed, time),
    );
  };
  const changing = changeable.length > 0 ? { ...driver, changeable, update } : driver;
  if (kind !== 'server') return changing;

  const verb =
    (verb: Verb): NonNullable<Driver['start']> =>
    (ref, { signal, token }) =>
      weather.carry({ operation: verb, key: token, signal }, (time) => cloud.switch(ref, verb, time));
  return { ...changing, start: verb('start'), stop: verb('stop'), reboot: verb('reboot') };
}

function onceOf<K extends ManagedKind>({ account, weather }: Simulation, list: Driver<K>['list']): Once<K> {
  if (account.once !== 'look-up') return { by: account.once };
  return {
    by: 'look-up',
    lag: weather.lag,
    async find(token, _spec, signal) {
      for await (const seen of list(signal)) if (seen.token === token) return seen.ref;
      return undefined;
    },
  };
}
