import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@pileus/api';
import { codeAt } from '@pileus/identity/testing';
import { anIdentityProvider, client, type IdentityProvider } from '@pileus/identity/testing/identity-provider';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousProblems } from './testing/axe.ts';
import { hasBrowser, openBrowser, type Browser } from './testing/browser.ts';
import { startServerProcess, type ServerProcess } from './testing/server-process.ts';

const password = 'correct horse battery';
let home: string;
let server: ServerProcess;
let provider: IdentityProvider;
let browser: Browser;
let page: Page;
/** Passkeys need a name; this machine has one. */
let origin: string;

const isHere = await hasBrowser();

beforeAll(async () => {
  if (!isHere) return;
  home = await mkdtemp(join(tmpdir(), 'pileus-sign-in-'));
  await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
  // The identity provider is on this machine.
  server = await startServerProcess({ home, environment: { PILEUS_OUTBOUND_ALLOW: '127.0.0.1' } });
  origin = server.url.replace('127.0.0.1', 'localhost');
  provider = await anIdentityProvider(`${origin}/sign-in/back`);
  browser = await openBrowser({ language: 'en', theme: 'light' });
  page = browser.context.pages()[0] ?? (await browser.context.newPage());
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await provider?.[Symbol.asyncDispose]();
  await server?.stop();
  if (home) await rm(home, { recursive: true, force: true });
});

/** A device that holds passkeys and whose owner always says yes. */
async function withAuthenticator() {
  const devtools = await browser.context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const credentials = async () =>
    (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length;
  return { credentials };
}

/** With the pointer elsewhere: what it lies over has other colours. */
async function isAccessible() {
  await page.mouse.move(0, 0);
  expect(await seriousProblems(page)).toEqual([]);
}

async function signOut() {
  await page.evaluate(() => fetch('/api/v1/sessions/current', { method: 'DELETE' }));
  await page.goto(`${origin}/sign-in`);
  await page.waitForSelector('#name');
}

async function byPassword() {
  await page.fill('#name', 'admin');
  await page.fill('#password', password);
  await page.click('button[type=submit]');
}

async function keepCodes(): Promise<string[]> {
  const codes = (await page.innerText('.recovery-codes')).trim().split(/\s+/);
  await page.click('.ant-modal-footer button');
  await page.waitForSelector('.recovery-codes', { state: 'detached' });
  return codes;
}

test.skipIf(!isHere)(
  'a person sets up an app and a passkey, and signs in by either, and by a recovery code',
  { timeout: 300_000 },
  async () => {
    const { credentials } = await withAuthenticator();
    await page.goto(`${origin}/sign-in${new URL(server.link).hash}`);
    await page.waitForSelector('.doors');
    await page.goto(`${origin}/profile?tab=security`);
    await page.fill('#next', password);
    await page.fill('#again', password);
    await page.click('form:has(#next) button[type=submit]');
    await page.waitForSelector('#current');

    await page.click('button >> text=Set up an authenticator app');
    await page.waitForSelector('.ant-modal svg[role=img]');
    const secret = (await page.innerText('.ant-modal .copyable code')).trim();
    await isAccessible();
    await page.fill('#code', codeAt(secret, Date.now()));
    await page.click('.ant-modal button[type=submit]');
    await page.waitForSelector('.recovery-codes');
    const [recovery = '', ...others] = await keepCodes();
    expect(others).toHaveLength(9);
    await isAccessible();

    await signOut();
    await byPassword();
    await page.waitForSelector('#code');
    await isAccessible();
    await page.fill('#code', '000000');
    await page.click('button[type=submit]');
    await page.waitForSelector('.problem >> text=The code is not right');
    await page.fill('#code', recovery);
    await page.click('button[type=submit]');
    await page.waitForSelector('.doors');

    await page.goto(`${origin}/profile?tab=security`);
    await page.click('button >> text=Add a passkey');
    await page.click('.ant-modal button[type=submit]');
    await page.waitForSelector('tr.item >> text=This device');
    expect(await credentials()).toBe(1);

    await signOut();
    await page.click('text=Use a passkey');
    await page.waitForSelector('.doors');
    await page.goto(`${origin}/profile?tab=security`);
    await page.waitForSelector('text=Passkey · second factor');
    await isAccessible();

    await signOut();
    await byPassword();
    await page.click('text=Use a passkey');
    await page.waitForSelector('.doors');
  },
);

test.skipIf(!isHere)(
  'an administrator connects an identity provider, and its people come in by a button',
  { timeout: 300_000 },
  async () => {
    await page.goto(`${origin}/sign-in-methods`);
    await page.click('button >> text=Add an identity provider');
    await page.fill('#title', 'Staff');
    await page.fill('#address', provider.issuer);
    await page.fill('#clientId', client.id);
    await page.fill('#secret', client.secret);
    await isAccessible();
    await page.click('.ant-modal-footer .ant-btn-primary');
    await page.waitForSelector('tr.item >> text=Staff');
    await page.click('tr.item button >> text=Try');
    await page.waitForSelector('text=It answers');
    await isAccessible();
    await page.evaluate(() => fetch('/api/v1/sessions/current', { method: 'DELETE' }));
    await page.goto(`${origin}/runs`);
    await page.click('button >> text=Sign in by Staff');
    await page.waitForURL('**/runs');
    await page.goto(`${origin}/profile?tab=security`);
    await page.waitForSelector('tr.item >> text=Staff');
    await signOut();
    await page.click('text=Use a passkey');
    await page.waitForSelector('.doors');
  },
);

test.skipIf(!isHere)(
  'a command line is signed in by approving its code in the portal',
  { timeout: 300_000 },
  async () => {
    const nobody = createClient({ server: origin });
    const { device, code, urlWithCode } = await nobody.call('post /sessions/device', {});
    await page.goto(urlWithCode);
    await page.waitForSelector(`code >> text=${code}`);
    await isAccessible();
    await page.click('button >> text=Approve');
    // The two buttons beside each other read "ApproveDeny".
    await page.waitForSelector('[role=status] >> text=Approved');
    const { user, token } = await nobody.call('post /sessions', { body: { device, kind: 'cli' } });
    expect(user?.name).toBe('admin');
    const { items } = await createClient({ server: origin, token }).call('get /me/sessions', {});
    expect(items.find(({ isCurrent }) => isCurrent)).toMatchObject({ begunBy: 'device', secondFactor: true });
  },
);

test.skipIf(!isHere)(
  'where a second factor is required, setting one up comes before everything else',
  { timeout: 300_000 },
  async () => {
    const admin = await page.evaluate(async () => {
      const put = (path: string, method: string, body: object) =>
        fetch(`/api/v1${path}`, {
          method,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }).then((answer) => answer.status);
      return [
        await put('/organization/sign-in', 'PUT', { requiresSecondFactor: true }),
        await put('/users', 'POST', { name: 'worker', password: 'correct horse battery' }),
      ];
    });
    expect(admin).toEqual([200, 201]);
    await signOut();
    await page.fill('#name', 'worker');
    await page.fill('#password', password);
    await page.click('button[type=submit]');
    await page.waitForURL('**/enrol**');
    await page.goto(`${origin}/deployments`);
    await page.waitForURL('**/enrol**');
    await isAccessible();
    await page.click('button >> text=Set up an authenticator app');
    const secret = (await page.innerText('.ant-modal .copyable code')).trim();
    await page.fill('#code', codeAt(secret, Date.now()));
    await page.click('.ant-modal button[type=submit]');
    await page.waitForSelector('.recovery-codes');
    await keepCodes();
    await page.waitForURL('**/deployments');
  },
);
