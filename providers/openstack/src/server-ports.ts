import { Failure, type Call, type Ref, type Shown, type Specs } from '@pileus/model';
import { z } from 'zod';
import type { Service } from './client.ts';
import { collection, type Collection } from './collection.ts';
import { ofProject } from './neutron.ts';
import { portNames } from './port.ts';
import { defaultGroup } from './security-group.ts';
import { together } from './together.ts';

/** The ports of servers, which Nova itself does not tell of. */
export interface ServerPorts {
  /** Of one server; servers that are asked about while an answer is under way are asked about together. */
  of(server: Ref, signal: AbortSignal): Promise<Shown<'server'>>;
  /** Of all servers of the project. */
  all(signal: AbortSignal): Promise<(server: Ref) => Shown<'server'>>;
  /** Puts the ports that Nova made for a server into these groups; those made beforehand have groups of their own. */
  regroup(server: Ref, spec: Specs['server'], call: Call): Promise<void>;
}

const text = z.string().nullish();
const ServerPort = z.object({
  id: z.string(),
  device_id: z.string(),
  network_id: z.string(),
  name: text,
  description: text,
  security_groups: z.array(z.string()).default([]),
});
type ServerPort = z.output<typeof ServerPort>;
const fields = Object.keys(ServerPort.shape);

/** So many refs fit into a URL everywhere. */
const atOnce = 50;

export function serverPorts(network: Service): ServerPorts {
  const ports = collection(network, portNames, ServerPort);
  const of = together({
    most: atOnce,
    async ask(servers) {
      // It serves several callers, so none of them may abort it.
      const { signal } = new AbortController();
      const found = await Array.fromAsync(ports.list({ device_id: servers, fields }, signal));
      return Map.groupBy(found, ({ device_id }) => device_id);
    },
  });
  return {
    of: (server, signal) => asFarAsShown(async () => shown((await of(server)) ?? []), {}, signal),
    all: (signal) =>
      asFarAsShown(
        async () => {
          const mine = await ofProject(network)(signal);
          const found = await Array.fromAsync(ports.list({ ...mine, fields }, signal));
          const byServer = Map.groupBy(found, ({ device_id }) => device_id);
          return (server: Ref) => shown(byServer.get(server) ?? []);
        },
        () => ({}),
        signal,
      ),
    regroup: (server, { securityGroups }, call) => regroup(network, ports, server, securityGroups, call),
  };
}

async function regroup(
  network: Service,
  ports: Collection<ServerPort>,
  server: Ref,
  groups: readonly Ref[],
  call: Call,
): Promise<void> {
  const found = await Array.fromAsync(ports.list({ device_id: server, fields }, call.signal));
  const wanted = groups.length > 0 ? groups : [await defaultGroup(network, call.signal)];
  for (const port of found.filter(isNovas)) await ports.update(port.id, { security_groups: wanted }, call);
}

/** Nova gives the ports that it makes neither name nor description. */
const isNovas = ({ name, description }: ServerPort): boolean => !name && !description;

function shown(ports: readonly ServerPort[]): Shown<'server'> {
  const novas = ports.filter(isNovas);
  return {
    ports: ports.map(({ id }) => id),
    networks: novas.map(({ network_id }) => network_id),
    ...(novas.length > 0
      ? { securityGroups: [...new Set(novas.flatMap(({ security_groups }) => security_groups))] }
      : {}),
  };
}

/** A server can be shown without its ports, when Neutron does not answer. */
async function asFarAsShown<T>(ask: () => Promise<T>, otherwise: T, signal: AbortSignal): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Failure) return otherwise;
    throw error;
  }
}
