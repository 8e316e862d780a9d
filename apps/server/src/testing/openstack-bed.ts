/** The OpenStack test bed (`testbeds/openstack`), seen with nothing of ours in between. */
export const bed = {
  url: process.env['OSBED_URL'] ?? 'http://127.0.0.1:5000/v3',
  user: 'demo',
  password: 'demo',
  project: 'dev',
};

export async function bedAnswers(): Promise<boolean> {
  return fetch(bed.url).then(
    ({ ok }) => ok,
    () => false,
  );
}

const listings = [
  ['compute', '/servers', 'servers'],
  ['compute', '/os-keypairs', 'keypairs'],
  ['network', '/v2.0/networks', 'networks'],
  ['network', '/v2.0/subnets', 'subnets'],
  ['network', '/v2.0/routers', 'routers'],
  ['network', '/v2.0/ports', 'ports'],
  ['network', '/v2.0/security-groups', 'security_groups'],
  ['network', '/v2.0/security-group-rules', 'security_group_rules'],
  ['network', '/v2.0/floatingips', 'floatingips'],
  ['volumev3', '/volumes', 'volumes'],
  ['volumev3', '/attachments', 'attachments'],
] as const;

/** The ids of everything the project has, by kind. */
export async function bedListing(): Promise<Record<string, string[]>> {
  const { token, endpoint } = await signIn();
  const lists: Record<string, string[]> = {};
  for (const [service, path, key] of listings) {
    const answer = await fetch(`${endpoint(service)}${path}`, {
      headers: { 'x-auth-token': token, 'openstack-api-version': 'volume 3.27' },
    });
    if (!answer.ok) throw new Error(`${service}${path} answers ${answer.status}`);
    const items = ((await answer.json()) as Record<string, { id?: string; keypair?: { name: string } }[]>)[key] ?? [];
    lists[key] = items.map((item) => item.id ?? item.keypair?.name ?? '').toSorted();
  }
  return lists;
}

/** Deletes servers as somebody else would, and waits until they are gone. */
export async function bedDeleteServers(refs: readonly string[]): Promise<void> {
  const { token, endpoint } = await signIn();
  const headers = { 'x-auth-token': token };
  const compute = endpoint('compute');
  await Promise.all(refs.map((ref) => fetch(`${compute}/servers/${ref}`, { method: 'DELETE', headers })));
  for (let left = refs.length; left > 0;) {
    const answers = await Promise.all(refs.map((ref) => fetch(`${compute}/servers/${ref}`, { headers })));
    left = answers.filter(({ status }) => status !== 404).length;
  }
}

interface Service {
  readonly type: string;
  readonly endpoints: readonly { readonly interface: string; readonly url: string }[];
}

async function signIn(): Promise<{ token: string; endpoint: (type: string) => string }> {
  const domain = { name: 'Default' };
  const identity = { methods: ['password'], password: { user: { name: bed.user, password: bed.password, domain } } };
  const answer = await fetch(`${bed.url}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope: { project: { name: bed.project, domain } } } }),
  });
  const { token } = (await answer.json()) as { token: { catalog: readonly Service[] } };
  const endpoint = (type: string): string => {
    const service = token.catalog.find((one) => one.type === type);
    return (
      service?.endpoints
        .find((one) => one.interface === 'public')
        ?.url.replace(/\/$/, '')
        .replace(/(:9696).*$/, '$1') ?? ''
    );
  };
  return { token: answer.headers.get('x-subject-token') ?? '', endpoint };
}
