import type { Call, Clock, Observed, Ref, ServerAddress, Shown, Specs } from '@pileus/model';
import type { Driver, Verb } from '@pileus/provider';
import { Server } from './answers.ts';
import { changing } from './changing.ts';
import { flavorIds } from './flavor-ids.ts';
import type { Client, Service } from './client.ts';
import { collection, first, gone, type Collection } from './collection.ts';
import { orAborted } from './identity.ts';
import { lag, markKey } from './mark.ts';
import { failure } from './reason.ts';
import { isAbsence, refusal } from './refusal.ts';
import { resize } from './resize.ts';
import { named, serverLooks, serverNames } from './server-looks.ts';
import { serverPorts } from './server-ports.ts';
import { stateOf } from './server-state.ts';

/** Servers (Nova, `/servers`). The token is in their metadata, which Nova stores together with the server. */
export function servers({ compute, network }: Client, clock: Clock): Driver<'server'> {
  const all = collection(compute, serverNames, Server);
  const ports = serverPorts(network);
  const flavorOf = flavorIds(compute, clock);
  const looks = serverLooks(compute, clock);

  const read = async (ref: Ref, signal: AbortSignal): Promise<Observed<'server'> | undefined> => {
    const before = await looks.stillPassing(ref, signal);
    if (before) return before;
    const item = await looks.read(ref, signal);
    if (!item) looks.forget(ref);
    // The ports of a server come one after the other while it is built.
    const isBuilding = item && stateOf(item) === 'creating';
    const seen =
      item &&
      show(item, {
        flavor: await flavorOf(item),
        ...(isBuilding ? {} : await orAborted(ports.of(ref, signal), signal)),
      });
    if (seen) looks.keep(seen);
    return seen;
  };
  return {
    async *list(signal) {
      const portsOf = await ports.all(signal);
      for await (const item of all.list({}, signal))
        yield show(item, { flavor: await flavorOf(item), ...portsOf(item.id) });
    },
    read,
    once: {
      by: 'look-up',
      lag,
      find: async (token, { name }, signal): Promise<Ref | undefined> => {
        const found = await first(all.list(named(name), signal), ({ metadata }) => metadata[markKey] === token);
        return found?.id;
      },
    },
    async create(spec, call) {
      const ref = await all.create(await bodyOf(spec, call, compute), call);
      looks.begins(ref, 'creating', spec.name);
      return ref;
    },
    async delete(ref, call) {
      await all.delete(ref, call);
      looks.begins(ref, 'deleting');
    },
    ...changing('server', {
      together: { name: ({ name }) => ({ name }) },
      send: all.update,
      apart: {
        securityGroups: async (ref, spec, call) => {
          if ((await all.read(ref, call.signal)) === undefined) throw gone('server', ref);
          await ports.regroup(ref, spec, call);
        },
        flavor: async (ref, { flavor }, call) => {
          if (flavor === undefined) throw failure('provider-invalid', needs('flavor', '主机类型'));
          await resize({ compute, all, clock, flavorOf }, ref, flavor, call);
        },
      },
    }),
    start: (ref, call) => act(compute, all, ref, 'start', call),
    stop: (ref, call) => act(compute, all, ref, 'stop', call),
    reboot: (ref, call) => act(compute, all, ref, 'reboot', call),
  };
}

async function bodyOf(spec: Specs['server'], { token, signal }: Call, compute: Service): Promise<object> {
  if (spec.flavor === undefined) throw failure('provider-invalid', needs('flavor', '主机类型'));
  if (spec.image === undefined) throw failure('provider-invalid', needs('image', '镜像'));
  const nics = [...spec.ports.map((port) => ({ port })), ...spec.networks.map((uuid) => ({ uuid }))];
  return {
    name: spec.name,
    flavorRef: spec.flavor,
    imageRef: spec.image,
    metadata: { [markKey]: token },
    ...(await networksOf(nics, compute, signal)),
    ...(spec.securityGroups.length > 0 ? { security_groups: spec.securityGroups.map((name) => ({ name })) } : {}),
    ...(spec.keyPair === undefined ? {} : { key_name: spec.keyPair }),
    ...(spec.zone === undefined ? {} : { availability_zone: spec.zone }),
    ...(spec.userData === undefined ? {} : { user_data: Buffer.from(spec.userData).toString('base64') }),
  };
}

/** A server for which no network was asked gets none: with `auto` Nova may make a network that no plan showed. */
async function networksOf(nics: readonly object[], compute: Service, signal: AbortSignal): Promise<object> {
  if (nics.length > 0) return { networks: nics };
  const minor = Number((await compute.microversion(signal))?.split('.')[1] ?? 0);
  return minor >= 37 ? { networks: 'none' } : {};
}

const needs = (what: string, 中文: string) => ({ en: `a server needs a ${what}`, 'zh-CN': `云主机需要指定${中文}` });

const actions: Readonly<Record<Verb, { readonly body: object; readonly reached?: string }>> = {
  start: { body: { 'os-start': null }, reached: 'ACTIVE' },
  stop: { body: { 'os-stop': null }, reached: 'SHUTOFF' },
  reboot: { body: { reboot: { type: 'SOFT' } } },
};

/** Nova refuses to start what runs and to stop what is stopped; both are what was asked for. */
async function act(compute: Service, all: Collection<Server>, ref: Ref, verb: Verb, { signal }: Call): Promise<void> {
  const { body, reached } = actions[verb];
  const path = `servers/${encodeURIComponent(ref)}/action`;
  const answer = await compute.send('POST', { path, body, or: [404, 409] }, signal);
  if (isAbsence(answer)) throw gone('server', ref);
  if (answer.status === 404) throw refusal(answer, compute.title);
  if (answer.status !== 409) return;
  const server = await all.read(ref, signal);
  if (server && server.status === reached && !server['OS-EXT-STS:task_state']) return;
  throw refusal(answer, compute.title);
}

function show(item: Server, more: Shown<'server'>): Observed<'server'> {
  const image = typeof item.image === 'object' ? item.image?.id : undefined;
  return {
    kind: 'server',
    ref: item.id,
    name: item.name,
    state: stateOf(item),
    native: [item.status, item['OS-EXT-STS:task_state']].filter(Boolean).join(' '),
    token: item.metadata[markKey],
    zone: item['OS-EXT-AZ:availability_zone'] || undefined,
    createdAt: item.created,
    details: {
      flavor: item.flavor?.original_name ?? item.flavor?.id,
      image,
      addresses: Object.entries(item.addresses).flatMap(([network, its]) =>
        its.map((address) => addressOf(network, address)),
      ),
      volumes: item['os-extended-volumes:volumes_attached'].map(({ id }) => id),
      fault: item.fault?.message || undefined,
    },
    shown: { name: item.name, ...(image ? { image } : {}), keyPair: item.key_name ?? null, ...more },
  };
}

function addressOf(network: string, address: Server['addresses'][string][number]): ServerAddress {
  return { address: address.addr, reach: address['OS-EXT-IPS:type'] === 'floating' ? 'public' : 'private', network };
}
