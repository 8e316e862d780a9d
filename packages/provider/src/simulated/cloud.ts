import { isDeepStrictEqual } from 'node:util';
import {
  because,
  Failure,
  managedKinds,
  specs,
  type ManagedKind,
  type Observed,
  type Ref,
  type Specs,
} from '@pileus/model';
import { flavors } from './catalogue.ts';
import type { Chance } from './chance.ts';
import type { Event, Events } from './events.ts';
import { externalNetwork, provider, rules } from './rules.ts';
import type { SimulatedAccount } from './settings.ts';
import { asOf, exists, nativeState, stateOf, type Moment, type Thing } from './thing.ts';

/** The cloud behind the network: it never loses a call and is never late. Times are in ms since 1970. */
export interface Cloud {
  /** The resources as they were at `time`. */
  list<K extends ManagedKind>(kind: K, time: number): Observed<K>[];
  read<K extends ManagedKind>(kind: K, ref: Ref, time: number): Observed<K> | undefined;
  /**
   * Makes all of them or, refusing one, none; they begin to be at `time`. With a token or name it knows, answers the one
   * that has it.
   */
  create<K extends ManagedKind>(kind: K, wishes: readonly Wish<K>[], time: number): Ref[];
  delete<K extends ManagedKind>(kind: K, ref: Ref, time: number): void;
  /** Makes the fields `changed` what `spec` says. */
  update<K extends ManagedKind>(kind: K, ref: Ref, spec: Specs[K], changed: readonly string[], time: number): void;
  switch(ref: Ref, verb: 'start' | 'stop' | 'reboot', time: number): void;
  /** Forgets what is long gone, where there is much to forget. */
  compact(time: number): void;
}

/** What a caller wants to be made. */
export interface Wish<K extends ManagedKind> {
  readonly spec: Specs[K];
  readonly token: string;
}

export function cloudOf(account: SimulatedAccount, events: Events, chance: Chance): Cloud {
  let things = noThings();

  const catchUp = () => events.catchUp(apply, () => (things = noThings()));

  const apply = (event: Event) => {
    if (event.is === 'made') made(things, event, account.once);
    else if (event.is === 'switched') things.by.server.get(event.ref)?.switched.push(event);
    else if (event.is === 'changed') change(things, event.kind, event);
    else {
      const thing = things.by[event.kind].get(event.ref);
      if (thing) Object.assign(thing, { deletedAt: event.at, goneAt: event.goneAt });
    }
  };

  const moment = (time: number, seen: number, counts: (thing: Thing) => boolean): Moment => {
    catchUp();
    return {
      time,
      all: (kind) => [...things.by[kind].values()].filter(counts).map((thing) => asOf(thing, seen)),
      find: (kind, ref) => {
        const thing = things.by[kind].get(ref);
        return thing && counts(thing) ? asOf(thing, seen) : undefined;
      },
    };
  };

  const at = (time: number) => moment(time, time, (thing) => exists(thing, time));

  /** Counts what begins to be a little later, too: a request under way holds its place. */
  const latest = (time: number) =>
    moment(time, Number.POSITIVE_INFINITY, ({ goneAt }) => goneAt === undefined || time < goneAt);

  return {
    list: (kind, time) => {
      const then = at(time);
      return then.all(kind).map((thing) => observe(thing, then));
    },

    read(kind, ref, time) {
      const then = at(time);
      const thing = then.find(kind, ref);
      return thing && observe(thing, then);
    },

    create<K extends ManagedKind>(kind: K, wishes: readonly Wish<K>[], time: number) {
      const now = latest(time);
      const made: Thing<K>[] = [];
      const their: ManagedKind = kind;
      // What is made by the same request counts already; what is of a kind is a thing of that kind.
      const soFar: Moment = { ...now, all: (of) => [...now.all(of), ...(of === their ? made : [])] as never };
      const refs = wishes.map(({ spec, token }) => {
        const before = account.once === 'look-up' ? undefined : made.find((thing) => thing.token === token);
        const holder = before ?? holderOf(things, kind, token, time, account.once);
        if (holder) return holder.ref;
        const addresses = rules[kind].accept(spec, soFar);
        mustFit(kind, spec, account, soFar);
        const ref = nextRef(things, kind, token, made.length, chance);
        const boot = account.bootSeconds * 1000 * rules[kind].pace.make * (0.5 + chance.roll('boot', ref));
        const isDoomed = kind === 'server' && chance.happens(account.failedServers, 'fate', token);
        const fault = isDoomed ? 'No valid host was found (simulated)' : undefined;
        const times = { createdAt: time, readyAt: time + Math.round(boot) };
        made.push({ kind, ref, token, spec, addresses, ...times, fault, switched: [], changed: [] });
        return ref;
      });
      for (const event of made.flatMap(history)) events.append(event);
      catchUp();
      // Another process may have used a token an instant before: whoever stands first in the file has it.
      return refs.map((ref, n) => holderOf(things, kind, wishes[n]?.token ?? '', time, account.once)?.ref ?? ref);
    },

    delete(kind, ref, time) {
      const now = latest(time);
      const thing = now.find(kind, ref);
      if (!thing || thing.deletedAt !== undefined) return;
      if (ref === externalNetwork)
        throw new Failure('provider-denied', { provider, detail: because('clouds-network') });
      const needed = rules[kind].neededBy(thing, now);
      if (needed)
        throw new Failure('provider-conflict', { provider, detail: because('in-use-by', { kind, ref, user: needed }) });
      const takes = account.bootSeconds * 1000 * rules[kind].pace.remove;
      const goneAt = Math.max(time, thing.createdAt) + Math.round(takes);
      if (kind === 'server') {
        for (const each of now.all('attachment').filter(({ spec }) => spec.server === ref)) {
          events.append({ is: 'deleted', kind: 'attachment', ref: each.ref, at: time, goneAt });
        }
      }
      events.append({ is: 'deleted', kind, ref, at: time, goneAt });
      catchUp();
    },

    update(kind, ref, spec, changed, time) {
      const now = latest(time);
      const thing = now.find(kind, ref);
      if (!thing || thing.deletedAt !== undefined) throw new Failure('not-found', { kind, id: ref });
      const wanted = changedSpec(thing.spec, spec, changed);
      if (isDeepStrictEqual(wanted, thing.spec)) return;
      const state = stateOf(thing, time);
      if (!['ready', 'running', 'stopped'].includes(state))
        throw new Failure('provider-conflict', { provider, detail: because('thing-in-state', { kind, ref, state }) });
      const others: Moment = { ...now, all: (of) => now.all(of).filter((each) => each.ref !== ref) };
      rules[kind].mayBecome?.(thing.spec, wanted);
      const given = rules[kind].accept(wanted, others);
      mustFit(kind, wanted, account, others);
      const paces: Readonly<Record<string, number | undefined>> = rules[kind].changeable;
      const takes = account.bootSeconds * 1000 * Math.max(...changed.map((field) => paces[field] ?? 0));
      const addresses = changed.includes('address') ? [...given] : [...thing.addresses];
      events.append({ is: 'changed', kind, ref, spec: wanted, addresses, at: time, until: time + Math.round(takes) });
      catchUp();
    },

    switch(ref, verb, time) {
      const server = latest(time).find('server', ref);
      if (!server) throw new Failure('not-found', { kind: 'server', id: ref });
      const state = stateOf(server, time);
      const to = verb === 'stop' ? 'stopped' : 'running';
      if (state === 'failed' || state === 'creating' || state === 'deleting') {
        throw new Failure('provider-conflict', {
          provider,
          detail: because('thing-in-state', { kind: 'server', ref, state }),
        });
      }
      if (state === to && verb !== 'reboot') return;
      const takes = account.bootSeconds * 1000 * (verb === 'stop' ? 0.1 : 0.5);
      events.append({ is: 'switched', ref, at: time, until: time + Math.round(takes), to });
      catchUp();
    },

    compact(time) {
      catchUp();
      if (!events.areMany) return;
      const kept = managedKinds
        .flatMap((kind): Thing[] => [...things.by[kind].values()])
        .filter(({ ref, goneAt }) => ref !== externalNetwork && (goneAt ?? time) > time - longMemory);
      events.compact(kept.flatMap(history));
    },
  };
}

/** How long what is gone is remembered, for its token's sake and for those who see the past, in ms. */
const longMemory = 3_600_000;

interface Things {
  readonly by: { readonly [K in ManagedKind]: Map<Ref, Thing<K>> };
  /** From a kind and a token to the ref that was made with it last. */
  readonly tokens: Map<string, Ref>;
}

function noThings(): Things {
  const by: Things['by'] = {
    'key-pair': new Map(),
    network: new Map(),
    subnet: new Map(),
    router: new Map(),
    'security-group': new Map(),
    port: new Map(),
    volume: new Map(),
    server: new Map(),
    attachment: new Map(),
    address: new Map(),
  };
  const always = { addresses: [], createdAt: 0, readyAt: 0, switched: [], changed: [], token: '' };
  by.network.set(externalNetwork, { kind: 'network', ref: externalNetwork, spec: { name: 'public' }, ...always });
  return { by, tokens: new Map() };
}

function made(things: Things, event: Extract<Event, { is: 'made' }>, once: SimulatedAccount['once']): void {
  if (holderOf(things, event.kind, event.token, event.createdAt, once)) return;
  put(things, event.kind, event);
}

function put<K extends ManagedKind>(things: Things, kind: K, event: Extract<Event, { is: 'made' }>): void {
  const { ref, token, addresses, createdAt, readyAt, fault } = event;
  // The schema under a kind's name is the schema of that kind's spec.
  const spec = specs[kind].parse(event.spec) as Specs[K];
  things.by[kind].set(ref, { kind, ref, token, spec, addresses, createdAt, readyAt, fault, switched: [], changed: [] });
  things.tokens.set(`${kind} ${token}`, ref);
}

function change<K extends ManagedKind>(things: Things, kind: K, event: Extract<Event, { is: 'changed' }>): void {
  const { ref, at, until, addresses } = event;
  // The schema under a kind's name is the schema of that kind's spec.
  const spec = specs[kind].parse(event.spec) as Specs[K];
  things.by[kind].get(ref)?.changed.push({ at, until, addresses, spec });
}

/** The fields `changed` of the one, all others of the other. */
function changedSpec<K extends ManagedKind>(present: Specs[K], wanted: Specs[K], changed: readonly string[]): Specs[K] {
  const fields = Object.entries(wanted).filter(([field]) => changed.includes(field));
  const dropped = Object.entries(present).filter(([field]) => !changed.includes(field));
  // Both are specs of that kind, and so is a mixture of them.
  return Object.fromEntries([...dropped, ...fields]) as Specs[K];
}

/**
 * Which resource a token stands for. A client's token is remembered after the resource is gone; a unique name is free
 * again; a cloud that has to be looked through knows neither.
 */
function holderOf(
  things: Things,
  kind: ManagedKind,
  token: string,
  time: number,
  once: SimulatedAccount['once'],
): Thing | undefined {
  const thing = things.by[kind].get(things.tokens.get(`${kind} ${token}`) ?? '');
  if (!thing || once === 'look-up') return undefined;
  return once === 'token' || thing.goneAt === undefined || time < thing.goneAt ? thing : undefined;
}

/**
 * Refs look like UUIDs and follow from the seed and the token, so that one seed tells one story, and two processes that
 * make something in the same instant do not call it the same.
 */
function nextRef(things: Things, kind: ManagedKind, token: string, made: number, chance: Chance): Ref {
  for (let n = things.by[kind].size + made; ; n += 1) {
    const hex = [1, 2, 3].map((part) =>
      Math.floor(chance.roll('ref', kind, token, n, part) * 2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    );
    const ref = `sim-${hex.join('').replace(/^(.{8})(.{4})(.{4})(.{8}).*/, '$1-$2-$3-$4')}`;
    if (!things.by[kind].has(ref)) return ref;
  }
}

function observe<K extends ManagedKind>(thing: Thing<K>, moment: Moment): Observed<K> {
  const { kind, ref, token, spec } = thing;
  return {
    kind,
    ref,
    name: rules[kind].nameOf(spec),
    state: stateOf(thing, moment.time),
    native: nativeState(thing, moment.time),
    token: token || undefined,
    zone: 'sim-zone-1',
    createdAt: new Date(thing.createdAt),
    details: rules[kind].details(thing, moment),
    shown: shownOf(kind, spec),
  };
}

/** Everything about a resource is shown here. */
function shownOf<K extends ManagedKind>(kind: K, spec: Specs[K]): Observed<K>['shown'] {
  const fields: Readonly<Record<string, unknown>> = spec;
  const shown = Object.keys(specs[kind].shape).map((field) => [field, fields[field] ?? null]);
  // One entry for each field of the spec, and nothing else.
  return Object.fromEntries(shown) as Observed<K>['shown'];
}

function mustFit<K extends ManagedKind>(kind: K, spec: Specs[K], { quotas }: SimulatedAccount, now: Moment): void {
  const limits = {
    server: quotas.servers,
    volume: quotas.volumes,
    network: quotas.networks,
    address: quotas.addresses,
  };
  const limit = (limits as Partial<Record<ManagedKind, number>>)[kind] ?? quotas.others;
  const count = now.all(kind).filter(({ ref }) => ref !== externalNetwork).length;
  if (count + 1 > limit) throw usedUp(kind, `${count} of ${limit} are there`);
  if (kind === 'server') {
    const cores = (flavor: string | undefined) => flavors.find(({ ref }) => ref === flavor)?.details.cores ?? 0;
    const used = now.all('server').reduce((sum, { spec }) => sum + cores(spec.flavor), 0);
    const asked = 'flavor' in spec ? cores(spec.flavor) : 0;
    if (used + asked > quotas.cores)
      throw usedUp(kind, `${used} of ${quotas.cores} cores are in use, ${asked} more are asked for`);
  }
  if (kind === 'volume') {
    const used = now.all('volume').reduce((sum, { spec }) => sum + spec.gigabytes, 0);
    const asked = 'gigabytes' in spec ? spec.gigabytes : 0;
    if (used + asked > quotas.gigabytes)
      throw usedUp(kind, `${used} of ${quotas.gigabytes} GB are in use, ${asked} more are asked for`);
  }
}

function usedUp(kind: ManagedKind, detail: string): Failure {
  return new Failure('quota-exceeded', { kind, provider, detail });
}

/** The events that bring a thing back to where it is. */
function history(thing: Thing): Event[] {
  const { kind, ref, token, spec, addresses, createdAt, readyAt, fault, switched, changed, deletedAt, goneAt } = thing;
  const made: Event = {
    is: 'made',
    kind,
    ref,
    token,
    spec,
    addresses: [...addresses],
    createdAt,
    readyAt,
    ...(fault && { fault }),
  };
  const switches = switched.map(({ at, until, to }): Event => ({ is: 'switched', ref, at, until, to }));
  const changes = changed.map((each): Event => ({ is: 'changed', kind, ref, ...each, addresses: [...each.addresses] }));
  const deleted: Event[] =
    deletedAt !== undefined && goneAt !== undefined ? [{ is: 'deleted', kind, ref, at: deletedAt, goneAt }] : [];
  return [made, ...changes, ...switches, ...deleted];
}
