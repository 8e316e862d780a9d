import type { Call, Clock, Observed, Ref, ResourceState, ServerAddress, Specs } from '@pileus/model';
import type { Driver, Verb } from '@pileus/provider';
import { Server } from './answers.ts';
import { watchBuilding } from './building.ts';
import type { Client, Service } from './client.ts';
import { collection, first, gone, type Collection } from './collection.ts';
import { orAborted } from './identity.ts';
import { mapped } from './mapped.ts';
import { lag, markKey } from './mark.ts';
import { failure } from './reason.ts';
import { isAbsence, refusal } from './refusal.ts';

const names = { kind: 'server', path: 'servers', listPath: 'servers/detail', one: 'server', many: 'servers' } as const;

/** Servers (Nova, `/servers`). The token is in their metadata, which Nova stores together with the server. */
export function servers({ compute }: Client, clock: Clock): Driver<'server'> {
  const all = collection(compute, names, Server);
  const isBuilding = watchBuilding(compute, clock);
  /** As they were seen last, while Nova builds them. */
  const building = new Map<Ref, Observed<'server'>>();

  const readCheaply = async (ref: Ref, signal: AbortSignal): Promise<Observed<'server'> | undefined> => {
    const before = building.get(ref);
    if (before && (await orAborted(isBuilding(ref), signal))) return before;
    const item = await all.read(ref, signal);
    const seen = item && show(item);
    if (seen?.state === 'creating') building.set(ref, seen);
    else building.delete(ref);
    return seen;
  };
  return {
    ...mapped(all, {}, show),
    read: readCheaply,
    once: {
      by: 'look-up',
      lag,
      find: async (token, { name }, signal): Promise<Ref | undefined> => {
        const found = await first(
          all.list({ name: pattern(name) }, signal),
          ({ metadata }) => metadata[markKey] === token,
        );
        return found?.id;
      },
    },
    create: async (spec, call) => all.create(await bodyOf(spec, call, compute), call),
    delete: (ref, call) => {
      building.delete(ref);
      return all.delete(ref, call);
    },
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

/**
 * A regular expression for Nova's `name` filter, which its database evaluates. What could mean something there stands
 * for anything; the answers are compared exactly afterwards, by their mark.
 */
function pattern(name: string): string {
  return `^${name.replace(/[^\w-]+/g, '.+')}$`;
}

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

function show(item: Server): Observed<'server'> {
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
      image: typeof item.image === 'object' ? item.image?.id : undefined,
      addresses: Object.entries(item.addresses).flatMap(([network, its]) =>
        its.map((address) => addressOf(network, address)),
      ),
      volumes: item['os-extended-volumes:volumes_attached'].map(({ id }) => id),
      fault: item.fault?.message || undefined,
    },
  };
}

function addressOf(network: string, address: Server['addresses'][string][number]): ServerAddress {
  return { address: address.addr, reach: address['OS-EXT-IPS:type'] === 'floating' ? 'public' : 'private', network };
}

/** Nova's `status` says what the server is, `task_state` what is being done to it. */
function stateOf(item: Server): ResourceState {
  const task = item['OS-EXT-STS:task_state'];
  if (task === 'deleting' || task === 'soft-deleting') return 'deleting';
  const state = states[item.status] ?? 'unknown';
  return task && (state === 'running' || state === 'stopped') ? 'changing' : state;
}

const states: Readonly<Record<string, ResourceState>> = {
  BUILD: 'creating',
  ACTIVE: 'running',
  SHUTOFF: 'stopped',
  PAUSED: 'stopped',
  SUSPENDED: 'stopped',
  SHELVED: 'stopped',
  SHELVED_OFFLOADED: 'stopped',
  REBOOT: 'changing',
  HARD_REBOOT: 'changing',
  RESIZE: 'changing',
  VERIFY_RESIZE: 'changing',
  REVERT_RESIZE: 'changing',
  MIGRATING: 'changing',
  REBUILD: 'changing',
  PASSWORD: 'changing',
  RESCUE: 'changing',
  ERROR: 'failed',
  DELETED: 'deleting',
  SOFT_DELETED: 'deleting',
};
