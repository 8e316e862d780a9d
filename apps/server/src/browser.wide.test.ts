import { join } from 'node:path';
import { minutes } from '@pileus/model';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser } from './testing/browser.ts';
import { bed, bedAnswers } from './testing/openstack-bed.ts';
import { addCloud, eachWalks, goTo } from './testing/walk.ts';
import { processesWith } from './testing/server-process.ts';

const isThere = await hasBrowser();
if (!isThere) console.log('skipped: the product through a browser: there is no Chromium (CHROMIUM names one)');
const bedIsUp = await bedAnswers();
if (isThere && !bedIsUp) console.log(`skipped within: adding an OpenStack account: nothing answers at ${bed.url}`);

describe.skipIf(!isThere)('a person with a browser', () => {
  const walk = eachWalks();

  test('goes from the one-time link to a running application and back, in Chinese', async () => {
    const page = await walk().arrive({ language: 'zh-CN', theme: 'light' });
    expect(page.url()).toBe(`${walk().server.url}/`);
    await choosePassword(page, 'correct horse');

    await addCloud(page, { card: '模拟云', name: '练习云', services: ['identity', 'compute', 'network', 'volume'] });
    await addCloud(page, { card: '本机', name: '机房一号', services: ['directory', 'scripts', 'addresses'] });
    if (bedIsUp)
      await addCloud(page, {
        card: 'OpenStack',
        name: '上海 OpenStack',
        services: ['identity', 'compute', 'network', 'volume', 'image'],
        settings: { url: bed.url, user: bed.user, password: bed.password, project: bed.project },
      });
    await goTo(page, '/clouds');
    await seeRows(page, bedIsUp ? 3 : 2);

    await goTo(page, '/templates');
    await page.click('.template-card >> text=三层 Web 服务（带负载均衡）');
    await page.click('.page-head >> text=部署');
    await page.click('[role=radio] >> text=机房一号');
    await page.fill('#name', 'shop');
    await page.getByLabel('页面标题').fill('云上小店');
    await page.click('button >> text=查看计划');
    await page.waitForSelector('text=以下就是将要发生的全部内容');
    await page.waitForSelector('.topology-card >> text=balancer_host');
    expect(await processesWith(join(walk().home, 'accounts'))).toEqual([]);

    const lit = await watchNodesLightUp(page);
    await page.click('button >> text=执行计划');
    await page.waitForURL('**/deployments/dep-*');
    await page.waitForSelector('.page-head .tag >> text=运行中', { timeout: minutes(2) });
    await page.waitForSelector('.topology-card:not(.ok)', { state: 'detached' });
    const nodes = await page.locator('.topology-card.ok').count();
    // Four hosts, a volume and four programs; what there can be several of is one stack.
    expect(nodes).toBe(7);
    // One after another, on a page that was never loaded again.
    expect((await lit()).filter((count) => count > 0 && count < nodes).length).toBeGreaterThan(1);
    await page.click('[role=tab] >> text=日志');
    await page.waitForSelector('.log .line');
    await useApplication(page, '云上小店');

    await goTo(page, '/instances');
    await seeRows(page, 4);
    for (const node of ['balancer_host', 'web_host-1', 'web_host-2', 'data_host'])
      await page.waitForSelector(`tr.item >> text="${node}"`);
    expect(await page.locator('tr.item .tag >> text=运行中').count()).toBe(4);

    await deleteDeployment(page, { button: '删除', gone: '已删除' });
    expect(await processesWith(join(walk().home, 'accounts'))).toEqual([]);
    await goTo(page, '/instances');
    await page.waitForSelector('.nothing');

    await goTo(page, '/operation-log');
    for (const action of ['Login', 'PASSWORD_CHANGE', 'ACCOUNT_CREATE', 'PLAN_CREATE', 'DEPLOYMENT_CREATE'])
      await page.waitForSelector(`tr.item >> text="${action}"`);
    expect(await page.textContent('tr.item:first-child')).toMatch(/admin.*DEPLOYMENT_DELETE.*127\.0\.0\.1.*完成/);

    await page.click('.head .avatar');
    await page.click('text=退出登录');
    await page.fill('#name', 'admin');
    await page.fill('#password', 'correct horse');
    await page.click('button[type=submit]');
    await page.waitForSelector('.doors');
    expect(walk().complaints()).toEqual([]);
  });

  test('sees a simulated cloud marked as such wherever it matters, in English and dark', async () => {
    const page = await walk().arrive({ language: 'en', theme: 'dark' });
    expect(await page.getAttribute('html', 'data-theme')).toBe('dark');
    await addCloud(page, {
      card: 'Simulated cloud',
      name: 'practice',
      services: ['identity', 'compute', 'network', 'volume'],
      settings: { bootSeconds: '1' },
    });
    await goTo(page, '/deployments');
    await page.click('.page-head >> text=New deployment');
    await page.click('[role=radio] >> text=3-Tier Web Server w/ LB');
    await page.waitForSelector('[role=radio][aria-checked=true] >> text=practice');
    await page.fill('#name', 'shop');
    await page.click('button[type=submit]');
    await page.waitForSelector('.page-head .tag.violet');
    await page.click('button >> text=Apply');
    await page.waitForURL('**/deployments/dep-*');
    await page.waitForSelector('.page-head .tag.ok', { timeout: minutes(2) });
    await page.waitForSelector('.page-head .tag.violet');
    await goTo(page, '/instances');
    await seeRows(page, 4);
    expect(await page.locator('tr.item .tag.violet').count()).toBe(4);
    await deleteDeployment(page, { button: 'Delete', gone: 'Deleted' });
    expect(walk().complaints()).toEqual([]);
  });
});

async function choosePassword(page: Page, password: string): Promise<void> {
  await page.click('.strip a');
  await page.fill('#next', password);
  await page.fill('#again', password);
  await page.click('button[type=submit]');
  await page.waitForSelector('#current');
}

/** From now on notes how many nodes are lit whenever that changes. */
async function watchNodesLightUp(page: Page): Promise<() => Promise<number[]>> {
  const counts = await page.evaluateHandle<number[]>(`(() => {
    const seen = [];
    new MutationObserver(() => {
      const lit = document.querySelectorAll('.topology-card.ok').length;
      if (lit !== seen.at(-1)) seen.push(lit);
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['class'] });
    return seen;
  })()`);
  return () => counts.jsonValue();
}

/** Both web servers answer in turn, and each visit is counted once. */
async function useApplication(page: Page, title: string): Promise<void> {
  const [application] = await Promise.all([page.waitForEvent('popup'), page.click('a.address')]);
  const servers = new Set<string>();
  const visits: number[] = [];
  for (let visit = 0; visit < 4; visit++) {
    if (visit > 0) await application.reload();
    expect(await application.textContent('h1')).toBe(title);
    servers.add((await application.textContent('dd >> nth=0')) ?? '');
    visits.push(Number(await application.textContent('dd b')));
  }
  await application.close();
  expect([...servers].toSorted()).toEqual(['web-1', 'web-2']);
  expect(visits).toEqual(visits.map((_, at) => (visits[0] ?? 0) + at));
}

async function deleteDeployment(page: Page, { button, gone }: { button: string; gone: string }): Promise<void> {
  await goTo(page, '/deployments');
  await page.click('tr.item >> text="shop"');
  await page.click(`.page-head >> text=${button}`);
  await page.waitForSelector('.ant-modal .count');
  const confirm = '.ant-modal-footer button.ant-btn-dangerous';
  expect(await page.isDisabled(confirm)).toBe(true);
  await page.fill('.ant-modal label input', 'shop');
  await page.click(confirm);
  await page.waitForSelector(`.page-head .tag >> text=${gone}`, { timeout: minutes(2) });
  await goTo(page, '/deployments');
  await page.waitForSelector('.nothing');
}

async function seeRows(page: Page, count: number): Promise<void> {
  await page.waitForSelector(`tr.item >> nth=${count - 1}`);
  expect(await page.locator('tr.item').count()).toBe(count);
}
