import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { actionNames } from '@pileus/api';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Look, openBrowser, stops } from './dev/browser.ts';
import { buildPortal } from './dev/build.ts';
import { type FakeApi, type FakeOptions, startFakeApi } from './dev/fake-api.ts';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const ending: (() => Promise<void>)[] = [];
let files: string;

beforeAll(async () => {
  files = await buildPortal();
});
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});
afterAll(() => rm(files, { recursive: true, force: true }));

test.each([
  ['zh-CN', 'light'],
  ['en', 'dark'],
] as const)('axe finds nothing serious on any page (%s, %s)', { timeout: 600_000 }, async (language, theme) => {
  const { page, fake } = await signedIn({ language, theme });
  const found: string[] = [];
  for (const stop of stops) {
    await page.goto(fake.url + stop.path);
    await page.waitForSelector(stop.seen);
    await stop.act?.(page);
    await page.waitForTimeout(300);
    for (const problem of await seriousProblems(page)) found.push(`${stop.name}: ${problem}`);
  }
  expect(found).toEqual([]);
});

test('axe finds nothing serious where one signs in', { timeout: 60_000 }, async () => {
  for (const theme of ['light', 'dark'] as const) {
    const { page, fake } = await anyone({ theme });
    await page.goto(`${fake.url}/sign-in`);
    await page.waitForSelector('form');
    expect(await seriousProblems(page)).toEqual([]);
  }
});

test('no page says anything on the console', { timeout: 600_000 }, async () => {
  const { page, fake } = await signedIn();
  const said: string[] = [];
  page.on(
    'console',
    (message) => ['error', 'warning'].includes(message.type()) && said.push(`${page.url()} ${message.text()}`),
  );
  page.on('pageerror', (error) => said.push(`${page.url()} ${error.message}`));
  for (const stop of stops) {
    await page.goto(fake.url + stop.path);
    await page.waitForSelector(stop.seen);
    await stop.act?.(page);
  }
  expect(said).toEqual([]);
});

test(
  'who has no session is asked to sign in, and is then led where they wanted to go',
  { timeout: 60_000 },
  async () => {
    const { page, fake } = await anyone();
    await page.goto(`${fake.url}/instances?q=web`);
    await page.fill('#name', 'admin');
    await page.fill('#password', 'wrong');
    await page.click('button[type=submit]');
    await page.waitForSelector('[role=alert]');
    expect(await page.textContent('[role=alert] strong')).toBe('用户名、密码或链接不正确');
    await page.fill('#password', 'correct horse');
    await page.click('button[type=submit]');
    await page.waitForURL('**/instances?q=web');
    await page.waitForSelector('tr.item');
  },
);

test(
  'a one-time link signs in at once, leaves no trace in the address, and asks for a password',
  { timeout: 60_000 },
  async () => {
    const { page } = await signedIn();
    expect(page.url()).not.toContain('demo');
    expect(await page.textContent('.strip')).toContain('设置密码');
  },
);

test('a plan is seen, applied, and watched until its outputs are there', { timeout: 90_000 }, async () => {
  const { page, fake } = await signedIn({}, { beat: 60 });
  await page.goto(`${fake.url}/templates`);
  await page.click('.template-card button');
  await page.click('[role=radio] >> text=本机');
  await page.fill('#name', 'my-shop');
  await page.click('button >> text=查看计划');
  await page.waitForSelector('text=以下就是将要发生的全部内容');
  expect(fake.world.deployments.some((deployment) => deployment.name === 'my-shop')).toBe(false);
  await page.click('button >> text=执行计划');
  await page.waitForURL('**/deployments/dep-*');
  // Nothing is loaded again here: all of it comes over the one stream of events.
  await page.waitForSelector('.page-head .tag >> text=运行中', { timeout: 30_000 });
  await page.waitForSelector('.topology-card.ok >> text=balancer');
  expect(await page.getAttribute('a.address', 'href')).toBe('http://127.0.0.1:8080/');
  await page.click('[role=tab] >> text=日志');
  await page.waitForSelector('.log .line');
});

test('a failed run says why, at which step and what to do; it goes on from there', { timeout: 60_000 }, async () => {
  const { page, fake } = await signedIn({}, { beat: 60 });
  await page.goto(`${fake.url}/deployments/dep-crm00000test`);
  await page.waitForSelector('.problem');
  const told = await page.textContent('.problem');
  expect(told).toContain('创建主机 web_host_2');
  expect(told).toContain('OpenStack 的云主机配额已用尽');
  expect(told).toContain('提高配额');
  await page.click('.status button');
  await page.waitForSelector('.page-head .tag >> text=运行中', { timeout: 30_000 });
});

test('a deployment is deleted only once its name is typed', { timeout: 60_000 }, async () => {
  const { page, fake } = await signedIn({}, { beat: 60 });
  await page.goto(`${fake.url}/deployments/dep-sample000001`);
  await page.click('.page-head button.ant-btn-dangerous');
  await page.waitForSelector('.ant-modal .count');
  expect(await page.isDisabled('.ant-modal-footer button.ant-btn-dangerous')).toBe(true);
  await page.fill('.ant-modal label input', 'sample');
  await page.click('.ant-modal-footer button.ant-btn-dangerous');
  await page.waitForSelector('.page-head .tag >> text=已删除', { timeout: 30_000 });
});

test(
  'a plan of ten thousand steps draws what is in view, folded, and is searched as a whole',
  { timeout: 90_000 },
  async () => {
    const { page, fake } = await signedIn();
    const [like] = fake.world.plans;
    const [step] = like?.steps ?? [];
    if (!like || !step) throw new Error('The fake world has a plan.');
    const steps = Array.from({ length: 10_000 }, (_, at) => ({
      ...step,
      key: `web-${at}.server`,
      node: `web-${Math.floor(at / 2)}`,
      title: `Create server shop-${at}`,
    }));
    fake.world.plans.push({ ...like, id: 'plan-large', steps });
    await page.goto(`${fake.url}/plans/plan-large`);
    await page.waitForSelector('.plan-group >> text="web-0"');
    expect(await page.locator('.plan-step').count()).toBe(0);
    expect(await page.locator('.plan-row').count()).toBeLessThan(80);
    await page.fill('.plan-steps input', 'shop-9999');
    await page.waitForSelector('.plan-step >> text=shop-9999');
    expect(await page.locator('.plan-group').count()).toBe(1);
  },
);

test('what somebody changed at the cloud is put back or accepted, one by one', { timeout: 60_000 }, async () => {
  const { page, fake } = await signedIn();
  await page.goto(`${fake.url}/deployments/dep-cluster00001`);
  await page.click('.page-head button >> text=修复');
  await page.waitForSelector('.ant-modal tr.item >> nth=2');
  await page.click('.ant-modal .ant-segmented-item >> text=接受');
  await page.click('.ant-modal-footer >> text=查看计划');
  await page.waitForSelector('.plan-step.start');
  expect(fake.world.drift.get('dep-cluster00001')?.map(({ is }) => is)).toEqual(['gone', 'stopped']);
  expect(await page.locator('.plan-step.update').count()).toBe(0);
});

test('what cannot be done stays in its place and says why', { timeout: 60_000 }, async () => {
  const { page, fake } = await signedIn();
  await page.goto(`${fake.url}/deployments/dep-shop0000prod`);
  const scale = page.locator('.page-head button', { hasText: '伸缩' });
  expect(await scale.getAttribute('aria-disabled')).toBe('true');
  await scale.hover();
  await page.waitForSelector('.ant-tooltip >> text=没有可以改变数量的节点');
  // The keyboard reaches it too, to be told why.
  await scale.press('Enter');
  expect(await page.$('.ant-modal')).toBeNull();
});

test('a cloud is added by the form its provider declares, tried service by service', { timeout: 60_000 }, async () => {
  const { page, fake } = await signedIn();
  await page.goto(`${fake.url}/clouds/new`);
  await page.click('[role=radio] >> text=OpenStack');
  await page.waitForSelector('#settings_password');
  await page.click('.ant-segmented-item >> text=应用凭证');
  expect(await page.$('#settings_password')).toBeNull();
  await page.click('.ant-segmented-item >> text=密码');
  await page.fill('#name', '广州 OpenStack');
  await page.fill('#settings_url', 'http://10.40.0.10:5000/v3');
  await page.fill('#settings_password', 's3cret');
  await page.click('text=测试连接');
  await page.waitForSelector('text=部分服务没有正常应答');
  await page.click('button[type=submit]');
  await page.waitForURL('**/clouds/acc-*');
  expect(fake.world.accounts.at(-1)).toMatchObject({
    name: '广州 OpenStack',
    settings: { url: 'http://10.40.0.10:5000/v3', credential: 'password' },
  });
});

test(
  'a secret of an account is a value or one of the secrets, which can be made on the way',
  { timeout: 90_000 },
  async () => {
    const { page, fake } = await signedIn();
    await page.goto(`${fake.url}/clouds/new?provider=openstack`);
    await page.fill('#name', '深圳 OpenStack');
    await page.fill('#settings_url', 'http://10.50.0.10:5000/v3');
    await page.fill('#settings_password', 'typed-and-left');
    await page.click('.fields .ant-segmented-item >> text=使用机密');
    await page.click('button >> text=新建机密');
    await page.fill('.ant-modal #name', '深圳密码');
    await page.fill('.ant-modal #value_text', 's3cret');
    await page.click('.ant-modal-footer .ant-btn-primary');
    await page.waitForSelector('.fields .ant-select >> text=深圳密码');
    expect(await page.inputValue('#settings_url')).toBe('http://10.50.0.10:5000/v3');
    const [sent] = await Promise.all([
      page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/accounts')),
      page.click('button[type=submit] >> text=保存'),
    ]);
    await page.waitForURL('**/clouds/acc-*');
    expect(fake.world.accounts.at(-1)?.secrets['password']?.name).toBe('深圳密码');
    expect(sent.postData()).not.toContain('typed-and-left');
  },
);

test(
  'what an account takes of a secret is said, and a value typed in its place ends that',
  { timeout: 60_000 },
  async () => {
    const { page, fake } = await signedIn();
    await page.goto(`${fake.url}/clouds/acc-shanghai0001?tab=settings`);
    await page.waitForSelector('.facts >> text=来自机密 实验室密码');
    await page.click('.tab-panel .panel header button');
    await page.waitForSelector('.fields >> text=当前使用机密 实验室密码');
    await page.click('.fields .ant-segmented-item >> text=填写内容');
    // Left empty, it would stay the secret's.
    await page.click('button[type=submit] >> text=保存');
    await page.waitForSelector('.ant-form-item-explain-error');
    await page.fill('#settings_password', 's3cret');
    await page.click('button[type=submit] >> text=保存');
    await page.waitForSelector('.facts >> text=已保存，不显示');
    expect(fake.world.accounts.find(({ id }) => id === 'acc-shanghai0001')?.secrets).toEqual({});
  },
);

test('who may not have secrets used is asked for values', { timeout: 60_000 }, async () => {
  const permissions = actionNames.filter((action) => action !== 'secret.use');
  const { page, fake } = await signedIn({}, { permissions });
  await page.goto(`${fake.url}/clouds/new?provider=openstack`);
  await page.waitForSelector('#settings_password');
  expect(await page.$('text=使用机密')).toBeNull();
});

test(
  'an input is a secret from the start, and an update sends another one only where one is chosen',
  { timeout: 90_000 },
  async () => {
    const { page, fake } = await signedIn();
    const planned = async (send: string) => {
      const [request] = await Promise.all([
        page.waitForRequest((one) => one.method() === 'POST' && one.url().endsWith('/plans')),
        page.click(send),
      ]);
      return request.postDataJSON() as unknown;
    };
    await page.goto(`${fake.url}/deployments/new?template=tpl-3tier0web0lb&account=acc-shanghai0001`);
    await page.fill('#name', 'shop');
    await page.fill('#inputs_password', 'typed and left');
    await page.click('.fields .ant-segmented-item >> text=使用机密');
    await page.click('#secrets_password');
    await page.click('.ant-select-item-option >> text=实验室密码');
    const made = await planned('button[type=submit]');
    expect(made).toMatchObject({ name: 'shop', secrets: { password: 'sec-lab' } });
    expect(JSON.stringify(made)).not.toContain('typed and left');

    const cluster = fake.world.deployments.find(({ id }) => id === 'dep-cluster00001');
    Object.assign(cluster ?? {}, {
      inputs: { ...cluster?.inputs, password: '***' },
      secrets: { password: { id: 'sec-lab', name: '实验室密码', version: 2, newest: 3 } },
    });
    const update = `${fake.url}/deployments/dep-cluster00001?ask=update`;
    await page.goto(update);
    await page.waitForSelector('.ant-modal >> text=当前使用机密 实验室密码');
    expect(await planned('.ant-modal-footer .ant-btn-primary'), 'what is not touched is not sent').toEqual({
      action: 'update',
    });
    await page.goto(update);
    await page.click('.ant-modal #secrets_password');
    await page.click('.ant-select-item-option >> text=ops-key');
    expect(await planned('.ant-modal-footer .ant-btn-primary')).toEqual({
      action: 'update',
      secrets: { password: 'sec-ops' },
    });
    await page.goto(update);
    await page.click('.ant-modal .ant-segmented-item >> text=填写内容');
    await page.click('.ant-modal-footer .ant-btn-primary');
    await page.waitForSelector('.ant-modal .ant-form-item-explain-error');
    await page.fill('.ant-modal #inputs_password', 'of its own');
    expect(await planned('.ant-modal-footer .ant-btn-primary')).toEqual({
      action: 'update',
      inputs: { password: 'of its own' },
    });
  },
);

test('those who run the platform set what an organization may have', { timeout: 60_000 }, async () => {
  const { page, fake } = await signedIn();
  await page.goto(`${fake.url}/organizations`);
  await page.click('tr.item a >> text=acme');
  await page.waitForSelector('.note >> text=未设置上限');
  await page.click('.panel header button');
  await page.fill('.ant-modal #servers', '12');
  await page.click('.ant-modal-footer .ant-btn-primary');
  await page.waitForSelector('.quotas >> text=已用 9，上限 12');
  expect(fake.world.quotas.of('org-acme00000001').limits).toEqual({ servers: 12 });
  expect(await page.$('.note')).toBeNull();
});

test('who is of another organization sees what it may have, and cannot change it', { timeout: 60_000 }, async () => {
  const { page, fake } = await signedIn({}, { organization: 'org-acme00000001' });
  fake.world.quotas.set('org-acme00000001', { servers: 12 });
  await page.goto(`${fake.url}/organizations/org-acme00000001`);
  await page.waitForSelector('.quotas >> text=已用 9，上限 12');
  await page.waitForSelector('text=上限由平台运营方设置');
  expect(await page.$('.panel header button')).toBeNull();
});

const dialogs: readonly {
  readonly of: string;
  readonly path: string;
  readonly open: string;
  /** Where something is typed. */
  readonly field: string;
  /** What that is of, as it is kept. */
  readonly kept: (world: FakeApi['world']) => unknown;
  /** As somebody else changes it meanwhile. */
  readonly meanwhile: (world: FakeApi['world']) => unknown;
}[] = [
  {
    of: 'a secret',
    path: '/secrets',
    open: 'tr.item:first-child button >> text=修改',
    field: '.ant-modal #name',
    kept: ({ secrets }) => secrets[0]?.name,
    meanwhile: ({ secrets }) => Object.assign(secrets[0] ?? {}, { description: 'theirs' }),
  },
  {
    of: 'a user',
    path: '/users/u-admin',
    open: '.page-head .actions button >> text=重命名',
    field: '.ant-modal #name',
    kept: ({ users }) => users[0]?.name,
    meanwhile: ({ users }) => Object.assign(users[0] ?? {}, { hasSecondFactor: false }),
  },
  {
    of: 'an organization',
    path: '/organizations/org-home',
    open: '.page-head .actions button >> text=重命名',
    field: '.ant-modal #name',
    kept: ({ organizations }) => organizations[0]?.name,
    meanwhile: ({ organizations }) => Object.assign(organizations[0] ?? {}, { name: 'theirs' }),
  },
  {
    of: 'a quota',
    path: '/organizations/org-home',
    open: '.panel header button',
    field: '.ant-modal #servers',
    kept: ({ quotas }) => quotas.of('org-home').limits.servers,
    meanwhile: ({ quotas }) => quotas.set('org-home', { cores: 7 }),
  },
  {
    of: 'a sign-in method',
    path: '/sign-in-methods',
    open: 'tr.item:first-child button >> nth=1',
    field: '.ant-modal #title',
    kept: ({ methods }) => methods[0]?.title,
    meanwhile: ({ methods }) => Object.assign(methods[0] ?? {}, { makesUsers: false }),
  },
];

test.each(dialogs)(
  'who changes $of that somebody else has changed meanwhile is told, and loses nothing typed',
  { timeout: 60_000 },
  async ({ path, open, field, kept, meanwhile }) => {
    const { page, fake } = await signedIn();
    await page.goto(fake.url + path);
    await page.click(open);
    await page.fill(field, '77');
    meanwhile(fake.world);
    const before = kept(fake.world);
    await page.click('.ant-modal-footer .ant-btn-primary');
    await page.waitForSelector('.ant-modal .problem >> text=已在此期间被修改');
    await page.waitForSelector('.ant-modal .problem >> text=请关闭后重新打开');
    // What the page behind shows is read again; the dialog stays as it is, and rests on what it showed.
    expect(await page.inputValue(field)).toBe('77');
    await Promise.all([
      page.waitForResponse((response) => response.status() === 412),
      page.click('.ant-modal-footer .ant-btn-primary'),
    ]);
    expect(kept(fake.world)).toBe(before);
    await page.click('.ant-modal-footer button >> nth=0');
    await page.waitForSelector('.ant-modal', { state: 'detached' });
    await page.click(open);
    await page.fill(field, '78');
    await page.click('.ant-modal-footer .ant-btn-primary');
    await page.waitForSelector('.ant-modal', { state: 'detached' });
    expect(String(kept(fake.world))).toBe('78');
  },
);

test('who disables a user that somebody else has changed meanwhile is told', { timeout: 60_000 }, async () => {
  const { page, fake } = await signedIn();
  await page.goto(`${fake.url}/users/u-zhang`);
  await page.click('.page-head .actions button >> text=禁用');
  const zhang = fake.world.users.find(({ id }) => id === 'u-zhang');
  if (!zhang) throw new Error('The fake world has this user.');
  zhang.name = '张伟伟';
  await page.click('.ant-modal-footer .ant-btn-dangerous');
  await page.waitForSelector('.ant-modal .problem >> text=已在此期间被修改');
  expect(zhang.isDisabled).toBe(false);
});

test(
  'a rule for signing in that somebody else has changed meanwhile is not changed back',
  { timeout: 60_000 },
  async () => {
    const { page, fake } = await signedIn();
    await page.goto(`${fake.url}/sign-in-methods`);
    await page.waitForSelector('#second-factor-rule:not([disabled]):not(.ant-switch-loading)');
    fake.world.signIn.requiresSecondFactor = true;
    await page.click('#second-factor-rule');
    await page.waitForSelector('.problem >> text=已在此期间被修改');
    await page.waitForSelector('#second-factor-rule[aria-checked=true]');
  },
);

test('an empty installation says on every list what to do first', { timeout: 60_000 }, async () => {
  const { page, fake } = await signedIn({}, { empty: true });
  for (const path of ['/', '/clouds', '/templates', '/deployments', '/runs', '/instances', '/operation-log']) {
    await page.goto(fake.url + path);
    await page.waitForSelector('.nothing p');
  }
});

test('a lost connection is said, and mended without a reload', { timeout: 60_000 }, async () => {
  const { page, fake } = await signedIn();
  await page.context().setOffline(true);
  // Chromium leaves open streams alone when it goes offline; the server ends them.
  fake.dropStreams();
  await page.waitForSelector('.strip >> text=正在重新连接', { timeout: 15_000 });
  await page.context().setOffline(false);
  await page.waitForSelector('.strip >> text=正在重新连接', { state: 'detached', timeout: 20_000 });
});

test('the menu is seen as a whole on a screen of 768 pixels', { timeout: 60_000 }, async () => {
  const { page } = await signedIn();
  expect(await hiddenBelow(page)).toBe(0);
  expect(await page.locator('.menu a').count()).toBe(await page.locator('.menu a:visible').count());
  expect(await page.$('.menu [aria-expanded=false]')).toBeNull();
});

test('what there is no room for is folded, and unfolded by the keyboard', { timeout: 60_000 }, async () => {
  const { page } = await signedIn({ height: 600 });
  expect(await hiddenBelow(page)).toBe(0);
  const access = page.getByRole('button', { name: '访问控制' });
  const users = page.getByRole('link', { name: '用户', exact: true });
  expect(await access.getAttribute('aria-expanded')).toBe('false');
  expect(await users.count()).toBe(0);
  await access.focus();
  await page.keyboard.press('Enter');
  expect(await access.getAttribute('aria-expanded')).toBe('true');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/users');
  await page.waitForSelector('tr.item');
});

test('a group of the menu stays folded, and shows of itself where one is', { timeout: 60_000 }, async () => {
  const { page, fake } = await anyone({}, {}, { remember: true });
  await page.goto(`${fake.url}/#link=demo`);
  await page.waitForSelector('.doors');
  await page.click('.menu button >> text=访问控制');
  await page.waitForSelector('.menu a[href="/users"]', { state: 'hidden' });
  await page.goto(`${fake.url}/users/u-zhang`);
  await page.waitForSelector('.menu a[href="/users"][aria-current=page]');
  expect(await page.isVisible('.menu a[href="/groups"]')).toBe(false);
  // Only icons are left, and all of them.
  await page.click('.menu .fold');
  await page.waitForSelector('.menu a[href="/groups"]');
});

test('the menu leaves out what somebody may not use', { timeout: 60_000 }, async () => {
  const { page } = await signedIn({}, { permissions: ['deployment.read', 'webhook.read'] });
  expect(await page.locator('.menu a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual([
    '/',
    '/deployments',
    '/runs',
    '/webhooks',
  ]);
  expect(await page.locator('.menu h2').allTextContents()).toEqual(['应用', '治理']);
});

test('language and theme are changed in place and remembered', { timeout: 60_000 }, async () => {
  const { page, fake } = await anyone({}, {}, { remember: true });
  await page.goto(`${fake.url}/#link=demo`);
  await page.waitForSelector('.doors');
  await page.click('[aria-label="语言"]');
  await page.click('text=English');
  await page.waitForSelector('text=Good to see you');
  await page.click('[aria-label="Theme"]');
  await page.click('.ant-dropdown-menu-item >> text=Dark');
  await page.reload();
  await page.waitForSelector('text=Good to see you');
  expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
  expect(await page.getAttribute('html', 'lang')).toBe('en');
});

test('any page is reached from the keyboard', { timeout: 60_000 }, async () => {
  const { page } = await signedIn();
  await page.keyboard.press('Control+k');
  await page.waitForSelector('[cmdk-input]:focus');
  await page.keyboard.type('shop-prod');
  await page.waitForSelector('[cmdk-item] >> text=shop-production');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/deployments/dep-shop0000prod');
});

async function anyone(
  look: Partial<Look> = {},
  options: FakeOptions = {},
  { remember = false } = {},
): Promise<{ page: Page; fake: FakeApi }> {
  const fake = await startFakeApi({ files, beat: 1500, ...options });
  ending.push(() => fake.close());
  const { context, close } = await openBrowser(
    { language: 'zh-CN', theme: 'light', width: 1366, height: 768, ...look },
    { remember },
  );
  ending.push(close);
  return { page: await context.newPage(), fake };
}

async function signedIn(look: Partial<Look> = {}, options: FakeOptions = {}): Promise<{ page: Page; fake: FakeApi }> {
  const opened = await anyone(look, options);
  await opened.page.goto(`${opened.fake.url}/#link=demo`);
  await opened.page.waitForSelector('.doors');
  return opened;
}

/** How much of the menu one has to scroll to, in pixels. */
function hiddenBelow(page: Page): Promise<number> {
  return page.locator('.menu').evaluate((menu) => menu.scrollHeight - menu.clientHeight);
}

/** What axe calls serious or critical, each with the place. */
async function seriousProblems(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  return page.evaluate(async () => {
    interface Result {
      violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
    }
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<Result> } };
    const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.slice(0, 3).map((node) => `${id} ${node.html.slice(0, 160)} ${node.failureSummary.slice(0, 240)}`),
      );
  });
}
