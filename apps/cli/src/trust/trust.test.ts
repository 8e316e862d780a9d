import { generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { days } from '@pileus/model';
import { fingerprintOf, writeCertificate } from '@pileus/outbound/certificate';
import { expect, test, vi } from 'vitest';
import { openContext } from '../context.ts';
import type { Event } from '../run/events.ts';
import { Events, fakeApi } from '../testing/fake-api.ts';
import { aHome } from '../testing/pileus.ts';
import { aRun, at } from '../testing/samples.ts';
import { settleTrust } from './settle-trust.ts';

// Each command is a process of its own, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const me = {
  id: 'u-000000000001',
  name: 'ada',
  organization: { id: 'org-home', name: 'default' },
  hasPassword: true,
  permissions: [],
};
const answers = {
  'post /sessions': () => ({ user: me, token: 'secret-token', expiresAt: at }),
  'get /me': () => me,
  'get /info': () => ({ version: '0.1.0', name: 'Pileus' }) as never,
  'get /accounts': () => ({ items: [] }),
};

interface Told {
  readonly names?: readonly string[];
  readonly key?: KeyObject;
  readonly days?: number;
}

function aCertificate({ names = ['127.0.0.1'], key = aKey(), days: left = 100 }: Told = {}) {
  const until = new Date(Date.now() + days(left));
  const cert = writeCertificate({ key, title: 'a test', names, from: new Date(Date.now() - days(200)), until });
  const pem = key.export({ type: 'pkcs8', format: 'pem' });
  return { cert, key: pem, of: key, fingerprint: fingerprintOf(new X509Certificate(cert)) };
}

const many = Array.from({ length: 500 }, (_, n) => `host-${n}.example.org`);
const aKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

const login = (url: string, ...more: string[]) => ['login', '--link', `${url}/sign-in#link=once`, ...more];

test('a server that no authority vouches for gets nothing before somebody has agreed to its key', async () => {
  const own = aCertificate();
  await using api = await fakeApi(answers, own);
  await using home = await aHome();
  const unasked = await home.run(login(api.url));
  expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining('no authority that is trusted here')]);
  const other = await home.run(login(api.url, '--fingerprint', aCertificate().fingerprint));
  expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('is not the one that was agreed to')]);
  const wrong = await home.run(login(api.url, '--fingerprint', 'AB:CD'));
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('AB:CD is no fingerprint')]);
  expect((await home.run(['whoami', '--server', api.url])).stderr).toContain('no authority that is trusted here');
  expect(api.calls).toEqual([]);

  expect((await home.run(login(api.url, '--fingerprint', own.fingerprint))).code).toBe(0);
  expect((await home.run(['whoami', '-o', 'name'])).stdout).toBe('ada\n');
  expect(api.calls.map(({ asked }) => asked.token)).toEqual([undefined, 'secret-token']);
  expect((await stat(join(home.directory, 'pileus', 'servers.json'))).mode & 0o777).toBe(0o600);
});

test('a person is shown the fingerprint and asked once; who says no has sent nothing', async () => {
  const own = aCertificate({ names: ['127.0.0.1', 'pileus.example.org', 'a\u001b]0;owned\u0007b', ...many] });
  await using api = await fakeApi(answers, own);
  await using home = await aHome();
  const said: string[] = [];
  vi.stubEnv('XDG_CONFIG_HOME', home.directory);
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => said.push(String(line)) > 0);
  try {
    const opened = await openContext({ output: 'table' }, 'en', new AbortController().signal);
    const settled = (answer: boolean, asks = true) =>
      settleTrust({ ...opened, asks }, api.url, {}, async (_, question) => said.push(question) > 0 && answer);
    await expect(settled(false)).rejects.toThrow('Nothing was sent');
    await expect(settled(true, false)).rejects.toThrow('--fingerprint');
    expect(await settled(true)).toEqual({ fingerprint: own.fingerprint });
    const shown = said.join('\n');
    expect(shown).toContain(own.fingerprint);
    expect(shown).toContain('127.0.0.1, pileus.example.org');
    expect(shown, 'a certificate cannot write to the terminal').not.toMatch(/[\u001b\u0007]/);
    expect(shown.length, 'nor push the fingerprint off the screen').toBeLessThan(2_000);
    said.length = 0;
    expect(await settled(false)).toEqual({ fingerprint: own.fingerprint });
    expect(said).toEqual([]);
  } finally {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  }
  expect(api.calls).toEqual([]);
});

test('a key that is not the one agreed to stops every command, and also a sign-in; a renewed certificate does not', async () => {
  const own = aCertificate();
  let current = own;
  await using api = await fakeApi(answers, own);
  await using home = await aHome();
  await home.run(login(api.url, '--fingerprint', own.fingerprint));
  const serve = (next: typeof own) => {
    current = next;
    api.renew(current);
  };
  serve(aCertificate({ key: own.of, names: ['elsewhere.example.org'], days: 7 }));
  expect((await home.run(['whoami', '-o', 'name'])).stdout, 'a key needs no name and no date').toBe('ada\n');
  const seen = api.calls.length;

  const replaced = aCertificate();
  serve(replaced);
  const changed = expect.stringContaining('its key is not the one that was agreed to');
  for (const words of [['whoami'], login(api.url), ['logout']]) {
    const { code, stderr } = await home.run(words);
    expect([code, stderr]).toEqual([1, changed]);
    expect(stderr, 'nothing to copy without asking').not.toContain(replaced.fingerprint);
  }
  expect(api.calls).toHaveLength(seen);
  expect((await home.run(login(api.url, '--fingerprint', replaced.fingerprint))).code).toBe(0);
  const system = await home.run(login(api.url, '--certificate-authority', 'system'));
  expect(system.stderr).toContain('no authority that is trusted here');
  expect((await home.run(['whoami', '-o', 'name'])).stdout, 'what was refused is not remembered').toBe('ada\n');

  const file = join(home.directory, 'pileus', 'servers.json');
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ [api.url]: { fingerprint: replaced.fingerprint } });
  await writeFile(file, '{"https://x":{"fingerprint":5}}');
  const broken = await home.run(['whoami']);
  expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('servers.json')]);
});

test('a file with authorities is trusted for the server, by its name and its dates, and no other is', async () => {
  const own = aCertificate();
  await using api = await fakeApi(answers, own);
  await using home = await aHome();
  const file = join(home.directory, 'ca.pem');
  const trusting = async (pem: string, ...words: string[]) => {
    await writeFile(file, pem);
    const { code, stderr } = await home.run([...words, '--certificate-authority', file]);
    return [code, stderr];
  };
  expect(await trusting(aCertificate().cert, ...login(api.url))).toEqual([1, expect.stringContaining('no authority')]);
  expect(await trusting('nothing', ...login(api.url))).toEqual([
    2,
    expect.stringContaining('ca.pem has no certificate'),
  ]);
  const both = await trusting(own.cert, ...login(api.url, '--fingerprint', own.fingerprint));
  expect(both).toEqual([2, expect.stringContaining('Give one of')]);
  expect((await trusting(own.cert, ...login(api.url)))[0]).toBe(0);
  expect((await home.run(['whoami', '-o', 'name'])).stdout, 'remembered, without the file').toBe('ada\n');
  await using other = await aHome();
  await writeFile(file, own.cert);
  const byEnvironment = await other.run(login(api.url), { environment: { PILEUS_CERTIFICATE_AUTHORITY: file } });
  expect(byEnvironment.code).toBe(0);

  for (const [next, reason] of [
    [aCertificate({ names: ['elsewhere.example.org'] }), 'is for another name'],
    [aCertificate({ days: -1 }), 'has ended'],
  ] as const) {
    api.renew(next);
    await writeFile(file, next.cert);
    const environment = { PILEUS_CERTIFICATE_AUTHORITY: file, PILEUS_TOKEN: 'x', PILEUS_SERVER: api.url };
    const { code, stderr } = await home.run(['whoami'], { environment });
    expect([code, stderr]).toEqual([1, expect.stringContaining(reason)]);
  }
});

test('events come over a connection to a pinned server as over any other', async () => {
  const own = aCertificate();
  let run = aRun();
  await using api = await fakeApi(
    {
      ...answers,
      'get /runs/{run}': () => run,
      'get /events': () =>
        new Events<Event>(
          (async function* () {
            run = aRun({ state: 'succeeded', done: 2, endedAt: at });
            const { steps: _, ...ended } = run;
            yield { id: '1', data: { is: 'run' as const, run: ended } };
          })(),
        ),
    },
    own,
  );
  await using home = await aHome();
  await home.run(login(api.url, '--fingerprint', own.fingerprint));
  expect((await home.run(['run', 'watch', run.id])).code).toBe(0);
  expect(api.calls.map(({ name }) => name)).toContain('get /events');
});

test('doctor says until when the certificate holds, and that it ends soon', async () => {
  const [long, short] = [aCertificate({ days: 50 }), aCertificate({ days: 9 })];
  await using api = await fakeApi(answers, long);
  await using home = await aHome();
  await home.run(login(api.url, '--fingerprint', long.fingerprint));
  const found = async (): Promise<unknown> => {
    const { stdout } = await home.run(['doctor', '-o', 'json']);
    return (JSON.parse(stdout) as { check: string }[]).find(({ check }) => check === 'certificate');
  };
  expect(await found()).toMatchObject({ ok: true, detail: expect.stringMatching(/^until 20..-..-.. \(49 days\)$/) });
  api.renew({ ...short, ...aCertificate({ key: long.of, days: 9 }) });
  expect(await found()).toMatchObject({ ok: false, detail: expect.stringContaining('in 8 days') });
});

test('another machine is asked by TLS unless told otherwise, and there is nothing to trust in the open', async () => {
  await using home = await aHome();
  expect((await home.run(['whoami', '--server', 'pileus.invalid:7800'])).stderr).toContain(
    'https://pileus.invalid:7800',
  );
  expect((await home.run(['whoami', '--server', 'http://pileus.invalid'])).stderr).toContain('http://pileus.invalid ');
  expect((await home.run(['whoami', '--server', '127.0.0.1:9'])).stderr).toContain('http://127.0.0.1:9');
  const { code, stderr } = await home.run([
    'login',
    'http://pileus.invalid',
    '--fingerprint',
    aCertificate().fingerprint,
  ]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('is asked without TLS')]);
});
