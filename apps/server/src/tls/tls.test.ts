import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { createHttp, type Credentials, type HttpOptions } from '@pileus/http';
import { days, systemClock } from '@pileus/model';
import { fingerprintOf, writeCertificate } from '@pileus/outbound/certificate';
import { Agent, request } from 'node:https';
import { expect, onTestFinished, test } from 'vitest';
import { type CertificatesOptions, openCertificates } from './certificates.ts';

const now = Date.parse('2026-11-28T10:00:00Z');

async function aHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'pileus-tls-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return home;
}

/** Opened by a clock that the test sets, with what was logged. */
async function opened(options: Partial<CertificatesOptions> & { readonly at?: number }) {
  const time = { is: options.at ?? systemClock.now() };
  const logged: string[] = [];
  const certificates = await openCertificates({
    home: options.home ?? (await aHome()),
    host: '127.0.0.1',
    origin: undefined,
    clock: { ...systemClock, now: () => time.is },
    log: (line) => logged.push(line),
    ...options,
  });
  return { certificates, logged, time };
}

function aPair(names: readonly string[], { from = Date.now() - days(1), until = Date.now() + days(100) } = {}) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const wanted = { key: privateKey, title: 'a test', names, from: new Date(from), until: new Date(until) };
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { certificate: writeCertificate(wanted), key };
}

async function given(pair: Credentials) {
  const home = await aHome();
  const files = { certificate: join(home, 'own.pem'), key: join(home, 'own.key') };
  const put = async ({ certificate, key }: Credentials) => {
    await writeFile(files.certificate, certificate);
    await writeFile(files.key, key);
  };
  await put(pair);
  return { files, put };
}

/** A server without calls, which answers its health. */
async function serving(credentials: Credentials | undefined, options: Partial<HttpOptions> = {}) {
  const unused = () => Promise.reject(new Error('there are no calls'));
  const http = createHttp({
    endpoints: [],
    handlers: [],
    access: { authenticate: unused, recheck: unused, find: unused, parameters: new Set() },
    audit: { write: unused },
    idempotency: { claim: unused, prolong: unused, keep: unused, release: unused },
    transactions: { whole: unused, tried: unused },
    log: () => {},
    version: '0.0.0',
    ...options,
  });
  const listening = await http.listen({ port: 0, host: '127.0.0.1', credentials });
  onTestFinished(() => listening.close());
  return listening;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** One request over a connection of its own, checked as a browser checks it. */
function ask(url: string, options: ConnectionOptions & { readonly ca: string }): Promise<Answer> {
  return new Promise((done, failed) => {
    const asking = request(`${url}/healthz`, { ...options, agent: new Agent({ maxCachedSessions: 0 }) }, (answer) => {
      answer.resume().on('end', () => done({ status: answer.statusCode, headers: answer.headers }));
    });
    asking.on('error', failed).end();
  });
}

async function shakenHands(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  onTestFinished(() => void socket.destroy());
  return socket;
}

async function inTheOpen(port: number, said: string): Promise<string> {
  const socket = connectPlain(port, '127.0.0.1');
  socket.write(said);
  return text(socket);
}

test('a server makes its own certificate, for the names it is reached by, and keeps it with its key to itself', async () => {
  const home = await aHome();
  const { certificates, logged } = await opened({ home, host: '0.0.0.0', origin: 'https://pileus.example.org' });
  const { certificate, key } = certificates.current;
  const { url, port } = await serving(certificates.current);
  expect(url).toBe(`https://127.0.0.1:${port}`);
  for (const servername of ['localhost', 'pileus.example.org'])
    expect((await ask(url, { ca: certificate, servername })).status).toBe(200);
  expect((await ask(url, { ca: certificate })).status, 'by its address').toBe(200);
  await expect(ask(url, { ca: certificate, servername: 'other.example.org' })).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  await expect(ask(url, { ca: aPair(['127.0.0.1']).certificate })).rejects.toMatchObject({
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });

  const read = new X509Certificate(certificate);
  expect([read.ca, read.verify(read.publicKey), read.checkPrivateKey(createPrivateKey(key))]).toEqual([
    false,
    true,
    true,
  ]);
  expect(read.checkIP('::1')).toBe('::1');
  expect(logged).toEqual([expect.stringContaining(fingerprintOf(read))]);
  expect((await stat(join(home, 'tls', 'key.pem'))).mode & 0o777).toBe(0o600);
  expect((await opened({ home, host: '0.0.0.0' })).certificates.current, 'also at the next start').toEqual({
    certificate,
    key,
  });
});

test('its own certificate is made anew well before it ends, or when a name is missing, with the same key', async () => {
  const home = await aHome();
  const { certificates, time } = await opened({ home, at: now });
  const first = certificates.current;
  time.is = now + days(360);
  expect(await certificates.refresh()).toBeUndefined();
  time.is = now + days(380);
  const renewed = await certificates.refresh();
  expect(renewed?.key).toBe(first.key);
  const [before, after] = [first, renewed!].map(({ certificate }) => new X509Certificate(certificate));
  expect(after!.validToDate.getTime()).toBeGreaterThan(time.is + days(390));
  expect(fingerprintOf(after!)).toBe(fingerprintOf(before!));
  const named = await opened({ home, at: time.is, origin: 'https://pileus.example.org' });
  expect(new X509Certificate(named.certificates.current.certificate).checkHost('pileus.example.org')).toBeDefined();
  expect(named.certificates.current.key).toBe(first.key);
});

test('what is no key of ours is not overwritten', async () => {
  const home = await aHome();
  await opened({ home });
  await writeFile(join(home, 'tls', 'key.pem'), 'broken');
  await expect(opened({ home })).rejects.toThrow('key.pem is not valid: it is no key that Pileus has made');
  expect(await readFile(join(home, 'tls', 'key.pem'), 'utf8')).toBe('broken');
});

test("an operator's certificate is taken, and another one in its place without a restart; what is no pair is not", async () => {
  const [first, second] = [aPair(['127.0.0.1']), aPair(['127.0.0.1'])];
  const { files, put } = await given(first);
  const { certificates, logged } = await opened({ files });
  const listening = await serving(certificates.current);
  const { url, port } = listening;
  const before = await shakenHands(port, {});
  expect((await ask(url, { ca: first.certificate })).status).toBe(200);

  await put({ certificate: second.certificate, key: first.key });
  expect(await certificates.refresh()).toBeUndefined();
  expect(await certificates.refresh()).toBeUndefined();
  expect(logged.filter((line) => line.includes('is not the key of the first certificate'))).toHaveLength(1);
  expect((await ask(url, { ca: first.certificate })).status).toBe(200);

  await put(second);
  listening.renew((await certificates.refresh())!);
  expect(await certificates.refresh()).toBeUndefined();
  expect((await ask(url, { ca: second.certificate })).status).toBe(200);
  await expect(ask(url, { ca: first.certificate })).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  before.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n');
  expect(String((await once(before, 'data'))[0]), 'connections of before go on').toMatch(/^HTTP\/1.1 200/);
});

test('what cannot be used of what an operator gives is named at start', async () => {
  const { files, put } = await given(aPair(['localhost']));
  const [one, other] = [aPair(['localhost']), aPair(['localhost'])];
  const { privateKey: small } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const cases: [Credentials, string][] = [
    [
      { ...one, certificate: 'x' },
      `PILEUS_TLS_CERTIFICATE is not valid: ${files.certificate}: there is no certificate`,
    ],
    [{ ...one, key: 'x' }, `PILEUS_TLS_KEY is not valid: ${files.key}: there is no private key`],
    [{ ...one, key: other.key }, `${files.key} is not the key of the first certificate in ${files.certificate}`],
    [
      {
        ...one,
        key: small.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      },
      'opens without a passphrase',
    ],
  ];
  for (const [pair, reason] of cases) {
    await put(pair);
    await expect(opened({ files })).rejects.toThrow(reason);
  }
  await rm(files.key);
  await expect(opened({ files })).rejects.toThrow(`${files.key} cannot be read (ENOENT)`);
});

test('a certificate that ends soon, has ended or is for another name is told', async () => {
  const { files } = await given(aPair(['pileus.example.org'], { from: now - days(9), until: now + days(20) }));
  const { certificates, logged, time } = await opened({ files, at: now, origin: 'https://other.example.org' });
  expect(logged).toEqual([
    expect.stringContaining('until 2026-12-18'),
    expect.stringContaining('is not for other.example.org, which PILEUS_ORIGIN says'),
  ]);
  const told = async (at: number): Promise<string[]> => {
    time.is = at;
    const already = logged.length;
    await certificates.refresh();
    return logged.slice(already);
  };
  expect(await told(now + days(5))).toEqual([]);
  expect(await told(now + days(7))).toEqual([expect.stringContaining('ends in 13 day(s)')]);
  expect(await told(now + days(7) + 1)).toEqual([]);
  expect(await told(now + days(8))).toEqual([expect.stringContaining('ends in 12 day(s)')]);
  expect(await told(now + days(21))).toEqual([expect.stringContaining('has ended')]);
});

test('whoever checks the certificate does not speak to a server whose own has ended', async () => {
  const ended = aPair(['127.0.0.1'], { from: Date.now() - days(3), until: Date.now() - days(1) });
  const { url } = await serving(ended);
  await expect(ask(url, { ca: ended.certificate })).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
});

test('older protocols than TLS 1.2, and ciphers that do not keep the past secret, are refused', async () => {
  const { port } = await serving(aPair(['localhost']));
  expect((await shakenHands(port, {})).getProtocol()).toBe('TLSv1.3');
  const twelve = await shakenHands(port, { maxVersion: 'TLSv1.2' });
  expect([twelve.getProtocol(), twelve.getCipher().name]).toEqual([
    'TLSv1.2',
    expect.stringMatching(/^ECDHE-ECDSA-(AES|CHACHA)/),
  ]);
  // Level 0 lets our side offer what it would not offer by itself.
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
  await expect(shakenHands(port, old)).rejects.toMatchObject({ code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
  const weak = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA:AES128-SHA' } as const;
  await expect(shakenHands(port, weak)).rejects.toMatchObject({ code: expect.stringContaining('HANDSHAKE_FAILURE') });
});

test('a page that is asked for in the open is led to TLS, a call of the API is refused', async () => {
  const { url, port } = await serving(aPair(['localhost']));
  const base = url.replace('https:', 'http:');
  const page = await fetch(`${base}/deployments?all=1`, { redirect: 'manual' });
  expect([page.status, page.headers.get('location')]).toEqual([308, `${url}/deployments?all=1`]);
  for (const call of [
    fetch(`${base}/api/v1/me`, { headers: { authorization: 'Bearer secret', 'accept-language': 'zh-CN' } }),
    fetch(`${base}/sign-in`, { method: 'POST', body: 'x' }),
    fetch(`${base}/metrics`),
    fetch(`${base}/`, { headers: { authorization: 'Bearer secret' } }),
  ]) {
    const answer = await call;
    expect([answer.status, await answer.json()]).toMatchObject([426, { code: 'tls-required', facts: { url } }]);
  }
  expect(await inTheOpen(port, 'no words of HTTP\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  const slowly = connectPlain(port, '127.0.0.1');
  await once(slowly, 'connect');
  slowly.write('G');
  slowly.end(`ET / HTTP/1.1\r\nhost: localhost:${port}\r\n\r\n`);
  expect(await text(slowly)).toContain(`location: https://localhost:${port}/`);
});

test('a connection on which nothing is said does not hold up the stop', async () => {
  const listening = await serving(aPair(['localhost']));
  const silent = connectPlain(listening.port, '127.0.0.1');
  await once(silent, 'connect');
  const over = once(silent, 'close');
  await listening.close();
  await over;
});

test('browsers are told to ask by TLS from now on only where an operator has a certificate of their own', async () => {
  const pair = aPair(['127.0.0.1']);
  const hsts = async (strictTransport: boolean, credentials?: Credentials) => {
    const { url } = await serving(credentials, { strictTransport });
    const { headers } = await (credentials ? ask(url, { ca: pair.certificate }) : plainly(url));
    return headers['strict-transport-security'];
  };
  expect(await hsts(true, pair)).toBe('max-age=31536000');
  expect(await hsts(false, pair)).toBeUndefined();
  expect(await hsts(true)).toBeUndefined();
});

async function plainly(url: string): Promise<Answer> {
  const { status, headers } = await fetch(`${url}/healthz`);
  return { status, headers: Object.fromEntries(headers) };
}
