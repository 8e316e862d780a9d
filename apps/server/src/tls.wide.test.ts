import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { days } from '@pileus/model';
import { fingerprintOf, writeCertificate } from '@pileus/outbound/certificate';
import { expect, test } from 'vitest';
import { aHome } from '../../cli/src/testing/pileus.ts';
import { eventually, startServerProcess } from './testing/server-process.ts';

interface Asked {
  readonly ca: string;
  readonly method?: string;
  readonly body?: unknown;
}

/** One request over a connection of its own. */
async function ask(url: string, { ca, method = 'GET', body }: Asked) {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  const asking = request(url, { ca, method, headers, agent: false });
  asking.end(body === undefined ? undefined : JSON.stringify(body));
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  const cookies = answer.headers['set-cookie'] ?? [];
  return { status: answer.statusCode, cookies, content: await json(answer) };
}

test('a server that other machines reach speaks TLS by itself, and by a certificate of its operator as soon as one is there', async () => {
  const home = await mkdtemp(join(tmpdir(), 'pileus-tls-'));
  await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
  try {
    const made = await startServerProcess({ home, environment: { PILEUS_HOST: '0.0.0.0' } });
    await using person = await aHome();
    try {
      expect(made.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
      const ca = await readFile(join(home, 'tls', 'certificate.pem'), 'utf8');
      const fingerprint = fingerprintOf(new X509Certificate(ca));
      expect(made.output()).toContain(fingerprint);
      expect(await ask(`${made.url}/readyz`, { ca })).toMatchObject({ status: 200, content: { ok: true } });

      const refused = await person.run(['login', '--link', made.link]);
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('Nothing was sent')]);
      const login = await person.run(['login', '--link', made.link, '--fingerprint', fingerprint]);
      expect(login).toMatchObject({ code: 0 });
      expect((await person.run(['template', 'list', '-o', 'json'])).code).toBe(0);

      const inTheOpen = await person.run(['whoami', '--server', made.url.replace('https', 'http')]);
      expect([inTheOpen.code, inTheOpen.stderr]).toEqual([1, expect.stringContaining('This address speaks TLS')]);
    } finally {
      await made.stop();
    }

    const files = { PILEUS_TLS_CERTIFICATE: join(home, 'own.pem'), PILEUS_TLS_KEY: join(home, 'own.key') };
    const put = async (): Promise<string> => {
      const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const until = new Date(Date.now() + days(90));
      const pem = writeCertificate({ key, title: 'own', names: ['127.0.0.1'], from: new Date(), until });
      await writeFile(files.PILEUS_TLS_KEY, key.export({ type: 'pkcs8', format: 'pem' }));
      await writeFile(files.PILEUS_TLS_CERTIFICATE, pem);
      return pem;
    };
    const first = await put();
    const own = await startServerProcess({ home, environment: files });
    try {
      const link = new URLSearchParams(new URL(own.link).hash.slice(1)).get('link');
      const body = { link, kind: 'browser' };
      const signedIn = await ask(`${own.url}/api/v1/sessions`, { ca: first, method: 'POST', body });
      expect(signedIn.cookies).toEqual([expect.stringMatching(/^__Host-pileus=.*; HttpOnly; Secure; SameSite=Strict/)]);
      const second = await put();
      const answers = await eventually('the other certificate', () =>
        ask(`${own.url}/healthz`, { ca: second }).catch(() => undefined),
      );
      expect(answers.status).toBe(200);
      await expect(ask(`${own.url}/healthz`, { ca: first })).rejects.toMatchObject({
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      });
    } finally {
      await own.stop();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
