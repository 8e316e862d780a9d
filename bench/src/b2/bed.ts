import { setTimeout as pause } from 'node:timers/promises';

/** The test bed (testbeds/openstack/up) as its user `demo` sees it, by plain REST. */
export interface Bed {
  readonly image: string;
  readonly flavor: string;
  /** One call; `path` is below the service's endpoint. Throws for anything but 2xx. */
  send(service: ServiceType, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<BedAnswer>;
}

type ServiceType = 'compute' | 'network' | 'image' | 'orchestration';

export const account = {
  url: process.env['OSBED_URL'] ?? 'http://127.0.0.1:5000/v3',
  user: 'demo',
  password: process.env['OSBED_DEMO_PASS'] ?? 'demo',
  project: 'dev',
};

interface Named {
  readonly id: string;
  readonly name: string;
}

/** What is read of the bed's answers; which of them is there depends on the call. */
interface BedAnswer {
  readonly images: readonly [Named];
  readonly flavors: readonly Named[];
  readonly servers: readonly Named[];
  readonly ports: readonly Named[];
  readonly network: Named;
  readonly port: Named;
  readonly server: Named;
  readonly security_group: Named;
  readonly stack: Named & { readonly stack_status: string; readonly stack_status_reason: string };
}

/** Why there is nothing to measure against, or undefined. */
export async function bedMissing(): Promise<string | undefined> {
  try {
    const answer = await fetch(account.url, { signal: AbortSignal.timeout(5_000) });
    return answer.ok ? undefined : `${account.url} answers ${answer.status}`;
  } catch {
    return `no OpenStack test bed answers at ${account.url}: start testbeds/openstack/up`;
  }
}

export async function openBed(): Promise<Bed> {
  const domain = { id: 'default' };
  const answer = await fetch(`${account.url}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: account.user, domain, password: account.password } },
        },
        scope: { project: { name: account.project, domain } },
      },
    }),
  });
  const token = answer.headers.get('x-subject-token') ?? '';
  const { catalog } = ((await answer.json()) as { token: { catalog: readonly CatalogEntry[] } }).token;
  const versions: Readonly<Record<ServiceType, string>> = {
    compute: '',
    network: '/v2.0',
    image: '/v2',
    orchestration: '',
  };
  const send: Bed['send'] = async (service, method, path, body) => {
    const endpoint = catalog
      .find(({ type }) => type === service)
      ?.endpoints.find((each) => each.interface === 'public');
    const got = await fetch(`${endpoint?.url.replace(/\/$/, '')}${versions[service]}${path}`, {
      method,
      headers: { 'x-auth-token': token, 'content-type': 'application/json', 'openstack-api-version': 'compute 2.60' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await got.text();
    if (!got.ok) throw new Error(`${method} ${path}: ${got.status} ${text.slice(0, 300)}`);
    return (text ? JSON.parse(text) : {}) as BedAnswer;
  };
  const [{ images }, { flavors }] = await Promise.all([
    send('image', 'GET', '/images?name=tiny'),
    send('compute', 'GET', '/flavors'),
  ]);
  const flavor = flavors.find(({ name }) => name === 'm1.tiny')?.id ?? '';
  return { image: images[0].id, flavor, send };
}

interface CatalogEntry {
  readonly type: string;
  readonly endpoints: readonly { readonly interface: string; readonly url: string }[];
}

/** Looks once a second, by the list without details, which costs Nova nothing at Neutron. */
export async function untilActive(bed: Bed, name: string, count: number): Promise<void> {
  for (;;) {
    const { servers } = await bed.send('compute', 'GET', `/servers?limit=1000&status=ACTIVE&name=^${name}`);
    if (servers.length === count) return;
    const { servers: failed } = await bed.send('compute', 'GET', `/servers?status=ERROR&name=^${name}`);
    if (failed.length > 0) throw new Error(`${failed.length} servers of the bed failed`);
    await pause(1_000);
  }
}

export async function untilGone(bed: Bed, name: string): Promise<void> {
  while ((await bed.send('compute', 'GET', `/servers?limit=1000&name=^${name}`)).servers.length > 0) await pause(1_000);
}

/** Does all of them, at most `width` at a time. */
export async function inFlight<T, R>(width: number, items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const work = async () => {
    for (const [n, item] of queue) results[n] = await act(item);
  };
  await Promise.all(Array.from({ length: width }, work));
  return results;
}
