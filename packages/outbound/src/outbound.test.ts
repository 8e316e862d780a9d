import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Server } from 'node:net';
import { Failure, milliseconds, sentence, languages } from '@pileus/model';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createOutbound, type OutboundOptions, type OutboundRequest } from './outbound.ts';
import { certificate, key } from './testing/certificate.ts';

/** Listens on every address of this machine, so that whatever gets past the guard is seen here. */
let server: Server;
let secure: Server;
let port = 0;
let securePort = 0;
let connections = 0;
let seen: { readonly url: string; readonly headers: IncomingMessage['headers'] }[] = [];
let respond = (_: IncomingMessage, response: ServerResponse): unknown => response.end('here');

const handler = (asked: IncomingMessage, response: ServerResponse) => {
  seen.push({ url: asked.url ?? '', headers: asked.headers });
  respond(asked, response);
};

beforeAll(async () => {
  server = createServer(handler);
  secure = createTlsServer({ key, cert: certificate }, handler);
  for (const one of [server, secure]) {
    one.on('connection', () => connections++);
    one.listen(0, '::');
    await once(one, 'listening');
  }
  port = (server.address() as AddressInfo).port; // Of a TCP server it is one.
  securePort = (secure.address() as AddressInfo).port;
});
beforeEach(() => {
  connections = 0;
  seen = [];
  respond = (_, response) => response.end('here');
});
afterAll(async () => {
  for (const one of [server, secure]) await new Promise((resolve) => one.close(resolve));
});

/** What names lead to here. */
const names: Readonly<Record<string, readonly string[]>> = {
  localhost: ['::1', '127.0.0.1'],
  'here.example': ['127.0.0.1'],
  'inside.example': ['10.1.2.3'],
  'metadata.example': ['169.254.169.254'],
  'both.example': ['1.1.1.1', '127.0.0.1'],
  'both-turned.example': ['127.0.0.1', '1.1.1.1'],
  'six.example': ['2606:4700::1111', '::1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'zone.example': ['fe80::1%lo'],
  'hex.example': ['0x7f000001'],
  'words.example': ['not an address'],
  'empty.example': [],
};
const resolve = async (name: string): Promise<readonly string[]> => {
  const addresses = names[name];
  if (!addresses) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  return addresses;
};

async function trying(url: string, options: OutboundOptions = {}, more: OutboundRequest = {}): Promise<unknown> {
  const outbound = createOutbound({ resolve, ...options });
  try {
    return await (await outbound.fetch(url, more)).text();
  } catch (error) {
    return error;
  } finally {
    await outbound.close();
  }
}

const failing = (outcome: unknown): Failure => {
  if (!(outcome instanceof Failure)) throw new Error(`not a failure: ${String(outcome)}`);
  return outcome;
};

/** Spellings of this machine that reach it where loopback is allowed: each would get in if it were not for the guard. */
const thisMachine = [
  'http://127.0.0.1:{port}/',
  'http://127.1:{port}/',
  'http://127.0.1:{port}/',
  'http://2130706433:{port}/',
  'http://0x7f000001:{port}/',
  'http://0x7f.0.0.1:{port}/',
  'http://0x7f.1:{port}/',
  'http://0177.0.0.1:{port}/',
  'http://017700000001:{port}/',
  'http://0177.0x0.0.1:{port}/',
  'http://127.255.255.254:{port}/',
  'http://127.0.0.1.:{port}/',
  'http://①②⑦.⓪.⓪.①:{port}/',
  'http://127。0。0。1:{port}/',
  'http://%31%32%37.0.0.1:{port}/',
  'http:127.0.0.1:{port}/',
  'http:\\\\127.0.0.1:{port}\\',
  ' http://127.0.0.1:{port}/ ',
  'http://127.0.0.1:{port}#@example.org/',
  'http://127.0.0.1:{port}/?http://example.org',
  'http://[::1]:{port}/',
  'http://[0:0:0:0:0:0:0:1]:{port}/',
  'http://[::ffff:127.0.0.1]:{port}/',
  'http://[::ffff:7f00:1]:{port}/',
  'http://[0000::0:ffff:7f00:0001]:{port}/',
  'http://localhost:{port}/',
  'http://localhost.:{port}/',
  'http://LOCALHOST:{port}/',
  'http://here.example:{port}/',
  'http://mapped.example:{port}/',
  'http://hex.example:{port}/',
];

/** Places that no list of networks of ours opens, or that only a private network's permission does. */
const elsewhere: readonly (readonly [url: string, range: string])[] = [
  ['http://0.0.0.0:{port}/', 'unspecified'],
  ['http://0:{port}/', 'unspecified'],
  ['http://0.1.2.3:{port}/', 'unspecified'],
  ['http://[::]:{port}/', 'unspecified'],
  ['http://[::127.0.0.1]:{port}/', 'disguised'],
  ['http://[::ffff:0:127.0.0.1]:{port}/', 'disguised'],
  ['http://[64:ff9b::7f00:1]:{port}/', 'disguised'],
  ['http://[64:ff9b::169.254.169.254]:{port}/', 'disguised'],
  ['http://[64:ff9b:1::7f00:1]:{port}/', 'disguised'],
  ['http://[2002:7f00:1::]:{port}/', 'disguised'],
  ['http://[2002:a9fe:a9fe::1]:{port}/', 'disguised'],
  ['http://[2001:0:4136:e378:8000:63bf:80ff:fffe]:{port}/', 'disguised'],
  ['http://[2606:4700::5efe:10.0.0.1]:{port}/', 'disguised'],
  ['http://10.0.0.1:{port}/', 'private'],
  ['http://167772161:{port}/', 'private'],
  ['http://172.16.0.1:{port}/', 'private'],
  ['http://172.31.255.255:{port}/', 'private'],
  ['http://192.168.1.1:{port}/', 'private'],
  ['http://[::ffff:192.168.1.1]:{port}/', 'private'],
  ['http://[fc00::1]:{port}/', 'private'],
  ['http://[fd12:3456::1]:{port}/', 'private'],
  ['http://100.64.0.1:{port}/', 'shared'],
  ['http://169.254.1.1:{port}/', 'link-local'],
  ['http://[fe80::1]:{port}/', 'link-local'],
  ['http://[febf::1]:{port}/', 'link-local'],
  ['http://169.254.169.254/latest/meta-data/', 'metadata'],
  ['http://2852039166/', 'metadata'],
  ['http://0xa9.0xfe.0xa9.0xfe/', 'metadata'],
  ['http://0251.0376.0251.0376/', 'metadata'],
  ['http://[::ffff:169.254.169.254]/', 'metadata'],
  ['http://[::ffff:a9fe:a9fe]/', 'metadata'],
  ['http://169.254.170.2/v2/credentials', 'metadata'],
  ['http://100.100.100.200/latest/meta-data/', 'metadata'],
  ['http://168.63.129.16/machine', 'metadata'],
  ['http://192.0.0.192/', 'metadata'],
  ['http://[fd00:ec2::254]/', 'metadata'],
  ['http://[fd20:ce::254]/', 'metadata'],
  ['http://[fe80::a9fe:a9fe]/', 'metadata'],
  ['http://224.0.0.1:{port}/', 'multicast'],
  ['http://239.255.255.250:1900/', 'multicast'],
  ['http://255.255.255.255:{port}/', 'multicast'],
  ['http://[ff02::1]:{port}/', 'multicast'],
  ['http://240.0.0.1:{port}/', 'reserved'],
  ['http://198.18.0.1:{port}/', 'reserved'],
  ['http://192.0.2.1:{port}/', 'reserved'],
  ['http://[fec0::1]:{port}/', 'reserved'],
  ['http://[2001:db8::1]:{port}/', 'reserved'],
  ['http://[5f00::1]:{port}/', 'reserved'],
  ['http://[4000::1]:{port}/', 'reserved'],
  ['http://inside.example:{port}/', 'private'],
  ['http://metadata.example/', 'metadata'],
  ['http://both.example:{port}/', 'loopback'],
  ['http://both-turned.example:{port}/', 'loopback'],
  ['http://six.example:{port}/', 'loopback'],
  ['http://zone.example:{port}/', 'link-local'],
];

const filled = (url: string): string => url.replace('{port}', String(port));

test.each(thisMachine)('%s does not lead to this machine, and would if it were allowed', async (url) => {
  const refused = failing(await trying(filled(url)));
  expect(refused).toMatchObject({ code: 'address-refused', retry: false, facts: { range: 'loopback' } });
  expect(connections).toBe(0);
  expect(await trying(filled(url), { allow: ['127.0.0.0/8', '::1'] })).toBe('here');
});

test.each(elsewhere)('%s is not called: it is %s', async (url, range) => {
  const refused = failing(await trying(filled(url)));
  expect(refused.code).toMatch(/^address-(refused|forbidden)$/);
  expect(refused.facts).toMatchObject({ range });
  expect(connections).toBe(0);
  for (const language of languages) expect(sentence(refused, language)).not.toMatch(/[{}]/);
});

test.each(elsewhere.filter(([, range]) => ['metadata', 'unspecified', 'multicast', 'disguised'].includes(range)))(
  '%s is not called whatever is allowed: it is %s',
  async (url) => {
    const allow = ['private', '127.0.0.0/8', '::1', '169.254.0.0/16', 'fe80::/10', '100.64.0.0/10', '*.example'];
    expect(failing(await trying(filled(url), { allow })).code).toBe('address-forbidden');
  },
);

test.each([
  'file:///etc/passwd',
  'ftp://example.org/',
  'gopher://127.0.0.1:6379/_FLUSHALL',
  'data:text/plain,here',
  'unix:/var/run/docker.sock',
  'blob:http://127.0.0.1/1',
  '//127.0.0.1/',
  '127.0.0.1',
  'http://',
  '',
  'http://ada:swordfish@here.example:{port}/',
  'http://example.org@127.0.0.1:{port}/',
  'http://swordfish:@127.0.0.1:{port}/',
])('%s is no address to call', async (url) => {
  const refused = failing(await trying(filled(url), { allow: ['127.0.0.0/8'] }));
  expect(refused.code).toBe('address-invalid');
  expect(JSON.stringify(refused)).not.toContain('swordfish');
  expect(connections).toBe(0);
});

test('a name that has no address, or one that is not one, says so', async () => {
  for (const name of ['empty.example', 'words.example', 'unknown.example']) {
    const failure = failing(await trying(`http://${name}/`));
    expect(failure).toMatchObject({ code: 'host-unreachable', facts: { host: name, detail: 'ENOTFOUND' } });
  }
});

test('a name is looked up once for a connection, and what it leads to later is checked again', async () => {
  const answers = [['127.0.0.2'], ['127.0.0.1'], ['127.0.0.2', '127.0.0.1']];
  let asked = 0;
  const rebinding: OutboundOptions = { allow: ['127.0.0.2'], resolve: async () => answers[asked++] ?? [] };
  const outbound = createOutbound(rebinding);
  respond = (request, response) => response.writeHead(200, { connection: 'close' }).end(request.socket.localAddress);
  const url = `http://rebind.example:${port}/`;
  expect(await (await outbound.fetch(url)).text()).toBe('::ffff:127.0.0.2');
  expect(asked).toBe(1);
  await expect(outbound.fetch(url)).rejects.toMatchObject({ code: 'address-refused', facts: { address: '127.0.0.1' } });
  await expect(outbound.fetch(url)).rejects.toMatchObject({ code: 'address-refused', facts: { address: '127.0.0.1' } });
  expect(asked).toBe(3);
  expect(connections).toBe(1);
  await outbound.close();
});

/** An origin that may be called, and where it leads on. */
const allow = () => [`here.example:${port}`, `here.example:${securePort}`];

test('redirects are answers unless following them was asked for', async () => {
  respond = (_, response) => response.writeHead(302, { location: '/next' }).end('moved');
  expect(await trying(`http://here.example:${port}/`, { allow: allow() })).toBe('moved');
  expect(seen).toHaveLength(1);
});

test('a redirect within the same origin is followed with everything, up to the number that was given', async () => {
  respond = ({ url }, response) =>
    url === '/3'
      ? response.end('arrived')
      : response.writeHead(307, { location: `/${Number(url?.slice(1)) + 1}` }).end();
  const headers = { authorization: 'Bearer swordfish' };
  const from = `http://here.example:${port}/0`;
  expect(await trying(from, { allow: allow() }, { redirects: 3, headers })).toBe('arrived');
  expect(seen.map((one) => one.headers.authorization)).toEqual(Array(4).fill('Bearer swordfish'));
  expect(failing(await trying(from, { allow: allow() }, { redirects: 2 })).code).toBe('redirect-refused');
});

test('what was sent is not sent again where a request other than GET is redirected', async () => {
  respond = (_, response) => response.writeHead(307, { location: '/next' }).end('moved');
  const more = { redirects: 5, method: 'POST', body: 'swordfish' };
  expect(await trying(`http://here.example:${port}/`, { allow: allow() }, more)).toBe('moved');
  expect(seen).toHaveLength(1);
});

test.each([301, 302, 303, 307, 308])('a %i leads to none of the refused places', async (status) => {
  const targets = [...thisMachine.map((url) => [url] as const), ...elsewhere].map(([url]) => filled(url).trim());
  // From here.example, where it starts, `http:1…` is a path.
  const places = targets.filter((url) => !url.includes('here.example') && !url.startsWith('http:1'));
  const outbound = createOutbound({ resolve, allow: allow() });
  let next = '';
  // Headers are bytes; browsers and servers send UTF-8.
  respond = (_, response) => response.writeHead(status, { location: Buffer.from(next).toString('latin1') }).end();
  for (next of [
    ...places,
    '//169.254.169.254/',
    `//127.0.0.1:${port}/`,
    'file:///etc/passwd',
    'http://ada:b@1.1.1.1/',
  ]) {
    const outcome = await outbound.fetch(`http://here.example:${port}/`, { redirects: 5 }).catch((error) => error);
    expect(failing(outcome).code, next).toMatch(/^address-(refused|forbidden|invalid)$/);
  }
  expect(new Set(seen.map(({ headers }) => headers.host))).toEqual(new Set([`here.example:${port}`]));
  await outbound.close();
});

test('an origin learns nothing of what was sent to another, and https does not become http', async () => {
  respond = ({ url, socket }, response) => {
    if (url === '/up') return response.writeHead(302, { location: `https://here.example:${securePort}/there` }).end();
    if (url === '/down') return response.writeHead(302, { location: `http://here.example:${port}/there` }).end();
    return response.end('encrypted' in socket ? 'over TLS' : 'in the open');
  };
  const outbound = createOutbound({ resolve, allow: allow() });
  const agent = outbound.agent({ caCertificates: certificate });
  const headers = { authorization: 'a', cookie: 'b', 'x-auth-token': 'c', accept: 'text/plain' };
  const more = { redirects: 5, agent, headers };
  const answer = await outbound.fetch(`http://here.example:${port}/up`, more);
  expect(await answer.text()).toBe('over TLS');
  expect(seen.map((one) => one.headers['x-auth-token'])).toEqual(['c', undefined]);
  expect(seen[1]?.headers).toMatchObject({ accept: 'text/plain', host: `here.example:${securePort}` });
  expect(seen[1]?.headers).not.toHaveProperty('authorization');
  expect(seen[1]?.headers).not.toHaveProperty('cookie');
  const down = outbound.fetch(`https://here.example:${securePort}/down`, more);
  await expect(down).rejects.toMatchObject({ code: 'redirect-refused' });
  await agent.close();
  await outbound.close();
});

test('a certificate is checked against the name, not against the address that was connected to', async () => {
  const outbound = createOutbound({ resolve, allow: [...allow(), `localhost:${securePort}`] });
  const agent = outbound.agent({ caCertificates: certificate });
  expect((await outbound.fetch(`https://here.example:${securePort}/`, { agent })).status).toBe(200);
  const other = outbound.fetch(`https://localhost:${securePort}/`, { agent });
  await expect(other).rejects.toMatchObject({
    code: 'host-unreachable',
    facts: { detail: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  });
  const untrusted = outbound.fetch(`https://here.example:${securePort}/`);
  await expect(untrusted).rejects.toMatchObject({ code: 'host-unreachable' });
  await agent.close();
  await outbound.close();
});

test('an answer that is too large is not read to its end, one that does not end is given up', async () => {
  respond = (_, response) => response.end('x'.repeat(5_000));
  const large = failing(await trying(`http://here.example:${port}/`, { allow: allow() }, { bytes: 4_999 }));
  expect(large).toMatchObject({ code: 'answer-too-large', facts: { bytes: 4_999 } });
  expect(await trying(`http://here.example:${port}/`, { allow: allow() }, { bytes: 5_000 })).toHaveLength(5_000);
  respond = (_, response) => response.write('x');
  const within = milliseconds(50);
  const endless = failing(await trying(`http://here.example:${port}/`, { allow: allow() }, { within }));
  expect(endless.code).toBe('timed-out');
  const reason = new Error('no longer wanted');
  const signal = AbortSignal.abort(reason);
  expect(await trying(`http://here.example:${port}/`, { allow: allow() }, { signal })).toBe(reason);
});

test('a proxy that the environment names is not used', async () => {
  const before = { ...process.env };
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY'])
    process.env[name] = `http://127.0.0.1:${port}`;
  process.env['NODE_USE_ENV_PROXY'] = '1';
  try {
    expect(await trying(`http://here.example:${port}/plain`, { allow: allow() })).toBe('here');
    expect(seen.map(({ url }) => url)).toEqual(['/plain']);
    expect(failing(await trying(`http://unknown.example:${port}/`, { allow: allow() })).code).toBe('host-unreachable');
  } finally {
    process.env = before;
  }
});

test('whoever brings a client of their own gets connections to checked addresses only', async () => {
  const outbound = createOutbound({ resolve, allow: allow() });
  const agent = outbound.agent();
  const through = async (url: string) => (await request(url, { dispatcher: agent })).body.text();
  expect(await through(`http://here.example:${port}/`)).toBe('here');
  for (const url of [`http://127.0.0.1:${port}/`, `http://[::1]:${port}/`, `http://localhost:${port}/`]) {
    await expect(through(url)).rejects.toMatchObject({ code: 'address-refused' });
  }
  const socket = connect({ host: 'here.example', port, lookup: outbound.lookup(port) });
  await once(socket, 'connect');
  expect(socket.remoteAddress).toBe('127.0.0.1');
  socket.destroy();
  const refused = connect({ host: 'localhost', port, lookup: outbound.lookup(port) });
  const [error] = (await once(refused, 'error')) as [unknown];
  expect(failing(error).code).toBe('address-refused');
  expect(await outbound.resolve('here.example', port)).toEqual([{ address: '127.0.0.1', family: 4 }]);
  await expect(outbound.resolve('0x7f.1', port)).rejects.toMatchObject({ facts: { address: '127.0.0.1' } });
  await agent.close();
  await outbound.close();
});

test.each([
  [
    'private',
    ['10.1.2.3', '172.31.0.1', '192.168.0.1', 'fd00::1', '::ffff:10.1.2.3', 'inside.example'],
    ['127.0.0.1', '100.64.0.1'],
  ],
  ['10.1.0.0/16', ['10.1.2.3', '::ffff:10.1.2.3', 'inside.example'], ['10.2.0.1', 'fd00::1']],
  ['10.1.2.3', ['10.1.2.3', '10.1.2.3:5000'], ['10.1.2.4']],
  ['10.1.2.3:5000', ['10.1.2.3:5000'], ['10.1.2.3', '10.1.2.3:5001']],
  ['inside.example', ['inside.example', 'INSIDE.example.:8080'], ['10.1.2.3', 'here.example', 'metadata.example']],
  [
    '*.example:443',
    ['inside.example:443', 'here.example:443'],
    ['inside.example', 'metadata.example:443', '10.1.2.3:443'],
  ],
  ['fd00::/8', ['fd00::1', 'fdff::1'], ['fc00::1', 'fd00:ec2::254']],
  ['fd00::1', ['fd00::1'], ['fd00::2']],
  ['[fd00::1]:80', ['[fd00::1]:80'], ['[fd00::1]:81']],
  ['169.254.0.0/16', ['169.254.7.1'], ['169.254.169.254', '169.254.170.2', 'fe80::1']],
  ['198.18.0.0/15', ['198.18.0.1'], ['198.51.100.1']],
])('%s opens just what it says', async (entry, opened, closed) => {
  const outbound = createOutbound({ resolve, allow: [entry] });
  const reach = (place: string) => {
    const [, host = place, asked = '80'] =
      /^(.*?[^:]):(\d+)$/.exec(place.includes('::') && !place.startsWith('[') ? '' : place) ?? [];
    return outbound.resolve(host, Number(asked));
  };
  for (const place of opened) expect(await reach(place), place).toHaveLength(1);
  for (const place of closed) await expect(reach(place), place).rejects.toThrow(/leads to/);
  await outbound.close();
});

test.each([
  ['0.0.0.0/0', /unspecified/],
  ['::/0', /unspecified/],
  ['10.0.0.0/7', /reaches from private to public/],
  ['172.16.0.0/11', /reaches from public to private/],
  ['8.8.8.0/24', /public address, which needs no permission/],
  ['1.1.1.1', /needs no permission/],
  ['169.254.169.254', /metadata address, which is never called/],
  ['fd00:ec2::254/128', /never called/],
  ['224.0.0.0/4', /never called/],
  ['http://10.0.0.1/', /write private, a network/],
  ['10.0.0.1:99999', /write private, a network/],
  ['*', /write private, a network/],
  ['a b', /write private, a network/],
  ['', /write private, a network/],
])('the permission “%s” is refused, with the reason', (entry, reason) => {
  expect(() => createOutbound({ allow: [entry], setting: 'SOMEWHERE' })).toThrow(reason);
  expect(() => createOutbound({ allow: [entry], setting: 'SOMEWHERE' })).toThrow(/SOMEWHERE/);
});
