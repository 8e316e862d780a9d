import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { managedKinds, plainCall } from '@pileus/model';
import type { Connection } from '@pileus/provider';
import { surroundings } from '@pileus/provider/testing';
import { Account } from '../account.ts';
import { openstack } from '../index.ts';

/** The test bed (testbeds/openstack/up), or another cloud whose administrator is given in the environment. */
const url = process.env['OSBED_URL'] ?? 'http://127.0.0.1:5000/v3';
const admin = { user: 'admin', password: process.env['OSBED_ADMIN_PASS'] ?? 'admin', project: 'admin' };

/** Why the tests against the bed cannot run, or undefined. */
export async function bedMissing(): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return answer.ok ? undefined : `${url} answers ${answer.status}`;
  } catch {
    return `no OpenStack test bed answers at ${url}: start testbeds/openstack/up`;
  }
}

export type Origins = Readonly<Record<'compute' | 'network' | 'image' | 'volume', string>>;

/** A project with a user of its own, which exists only for one test file; nothing else on the bed sees its things. */
export interface BedProject extends AsyncDisposable {
  readonly id: string;
  readonly settings: {
    readonly url: string;
    readonly user: string;
    readonly password: string;
    readonly project: string;
  };
  /** Where the catalogue has the services. */
  readonly origins: Origins;
  connect(more?: Partial<Account>): Connection;
  /** The user's token, limited to the project. */
  token(): Promise<string>;
  /** A new application credential of the user; it goes with the user. */
  applicationCredential(): Promise<{ readonly id: string; readonly secret: string }>;
  /** A type of volumes that differs from the usual one by its name only; it goes with the project. */
  volumeType(name: string): Promise<void>;
  /** Sets quotas of this project as the administrator. */
  quota(service: 'compute' | 'network' | 'volume', limits: Readonly<Record<string, number>>): Promise<void>;
}

export function connectBed(settings: object): Connection {
  return openstack.connect(Account.parse({ url, ...settings }), surroundings());
}

export async function aBedProject(): Promise<BedProject> {
  const cloud = await signIn(admin);
  const name = `pileus-test-${randomUUID().slice(0, 8)}`;
  const password = randomUUID();
  const { project } = await cloud.send('POST', `${url}/projects`, { project: { name, domain_id: 'default' } });
  const { user } = await cloud.send('POST', `${url}/users`, {
    user: { name, password, domain_id: 'default', default_project_id: project.id },
  });
  const { roles } = await cloud.send('GET', `${url}/roles?name=member`);
  await cloud.send('PUT', `${url}/projects/${project.id}/users/${user.id}/roles/${roles[0].id}`);

  const quotas = {
    compute: `${cloud.origins.compute}/v2.1/os-quota-sets/${project.id}`,
    network: `${cloud.origins.network}/v2.0/quotas/${project.id}`,
    volume: `${cloud.origins.volume}/v3/${cloud.project}/os-quota-sets/${project.id}`,
  };
  const volumeTypes: string[] = [];
  const settings = { url, user: name, password, project: name };
  return {
    id: project.id,
    settings,
    origins: cloud.origins,
    connect: (more) => connectBed({ ...settings, ...more }),
    token: async () => (await signIn(settings)).token,
    applicationCredential: async () => {
      const { send } = await signIn(settings);
      const wanted = { application_credential: { name } };
      return (await send('POST', `${url}/users/${user.id}/application_credentials`, wanted)).application_credential;
    },
    volumeType: async (type) => {
      const types = `${cloud.origins.volume}/v3/${cloud.project}/types`;
      const extra_specs = { volume_backend_name: 'fake' };
      const made = await cloud.send('POST', types, { volume_type: { name: type, extra_specs } });
      volumeTypes.push(`${types}/${made.volume_type.id}`);
    },
    quota: async (service, limits) => {
      await cloud.send('PUT', quotas[service], { [service === 'network' ? 'quota' : 'quota_set']: limits });
    },
    async [Symbol.asyncDispose]() {
      const connection = connectBed(settings);
      await purge(connection);
      await connection.close?.();
      for (const quota of Object.values(quotas)) await cloud.send('DELETE', quota).catch(() => undefined);
      for (const type of volumeTypes) await cloud.send('DELETE', type);
      await cloud.send('DELETE', `${url}/users/${user.id}`);
      await cloud.send('DELETE', `${url}/projects/${project.id}`);
      // Neutron gives every project a default security group, and keeps it when the project goes.
      const groups = `${cloud.origins.network}/v2.0/security-groups`;
      const { security_groups } = await cloud.send('GET', `${groups}?project_id=${project.id}`);
      for (const { id } of security_groups) await cloud.send('DELETE', `${groups}/${id}`);
    },
  };
}

/** Removes what a failed test has left in its project: a project can be deleted under its things, which then stay. */
async function purge({ drivers }: Connection): Promise<void> {
  const { signal } = new AbortController();
  const end = Date.now() + 60_000;
  for (let left = true; left && Date.now() < end;) {
    left = false;
    for (const kind of managedKinds.toReversed()) {
      for await (const item of drivers[kind]?.list(signal) ?? []) {
        // What carries no mark came with the project or belongs to the cloud, except key pairs, which have none.
        if (!item.token && kind !== 'key-pair') continue;
        left = true;
        await drivers[kind]?.delete(item.ref, plainCall('purge')).catch(() => undefined);
      }
    }
    if (left) await pause(500);
  }
}

async function signIn({ user, password, project }: typeof admin) {
  const domain = { id: 'default' };
  const answer = await fetch(`${url}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: { methods: ['password'], password: { user: { name: user, domain, password } } },
        scope: { project: { name: project, domain } },
      },
    }),
  });
  if (!answer.ok) throw new Error(`${user} cannot sign in at the bed: ${answer.status}`);
  const token = answer.headers.get('x-subject-token') ?? '';
  const body = (await answer.json()) as TokenBody;
  const originOf = (type: string) => {
    const endpoints = body.token.catalog.find((service) => service.type === type)?.endpoints ?? [];
    return new URL(endpoints.find((endpoint) => endpoint.interface === 'public')?.url ?? '').origin;
  };
  return {
    token,
    project: body.token.project.id,
    origins: {
      compute: originOf('compute'),
      network: originOf('network'),
      image: originOf('image'),
      volume: originOf('volumev3'),
    },
    send: async (method: string, to: string, sent?: object): Promise<BedAnswer> => {
      const got = await fetch(to, {
        method,
        headers: { 'x-auth-token': token, 'content-type': 'application/json' },
        ...(sent ? { body: JSON.stringify(sent) } : {}),
      });
      const text = await got.text();
      if (!got.ok) throw new Error(`${method} ${to}: ${got.status} ${text}`);
      return (text ? JSON.parse(text) : {}) as BedAnswer;
    },
  };
}

interface TokenBody {
  readonly token: {
    readonly project: { readonly id: string };
    readonly catalog: readonly { type: string; endpoints: readonly { interface: string; url: string }[] }[];
  };
}

interface Identified {
  readonly id: string;
}

/** What is read of the bed's answers; which of them is there depends on the call. */
interface BedAnswer {
  readonly project: Identified;
  readonly user: Identified;
  readonly roles: readonly [Identified];
  readonly volume_type: Identified;
  readonly application_credential: { readonly id: string; readonly secret: string };
  readonly security_groups: readonly Identified[];
}
