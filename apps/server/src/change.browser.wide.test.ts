import { glob, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minutes } from '@pileus/model';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser } from './testing/browser.ts';
import { addCloud, eachWalks, goTo } from './testing/walk.ts';

const isThere = await hasBrowser();
if (!isThere)
  console.log('skipped: changing a deployment through a browser: there is no Chromium (CHROMIUM names one)');

/** Hosts that each keep a greeting; writing it fails for as long as the file `fault` is there. */
const greeters = (fault: string) => `
tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: greeters, template_version: 1.0.0 }
node_types:
  walk.nodes.Greeter:
    derived_from: tosca.nodes.SoftwareComponent
    properties:
      greeting: { type: string }
    interfaces:
      Standard:
        operations:
          configure:
            implementation: greet.sh
            inputs:
              GREETING: { get_property: [SELF, greeting] }
              FAULT: ${fault}
topology_template:
  inputs:
    greeting: { type: string, default: hello }
  node_templates:
    house:
      type: tosca.nodes.Compute
      capabilities:
        scalable: { properties: { min_instances: 1, max_instances: 4, default_instances: 2 } }
    greeter:
      type: walk.nodes.Greeter
      properties: { greeting: { get_input: greeting } }
      requirements: [{ host: house }]
`;

const greet = `#!/bin/sh
set -eu
if [ -e "$FAULT" ]; then echo "no room for $GREETING" >&2; exit 1; fi
echo "$GREETING" > "$HOME/greeting"
`;

describe.skipIf(!isThere)('a person who changes what runs', () => {
  const walk = eachWalks();
  /** What the hosts keep, sorted. */
  const greetings = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const path of glob(join(walk().home, 'accounts/*/hosts/*/greeting')))
      found.push(await readFile(path, 'utf8'));
    return found.map((text) => text.trim()).toSorted();
  };

  test('sees what an update changes, what failed and why, goes on, goes back, scales and heals, in Chinese', async () => {
    const page = await walk().arrive({ language: 'zh-CN', theme: 'light' });
    const fault = join(walk().home, 'fault');
    await importTemplate(page, greeters(fault));
    await addCloud(page, { card: '本机', name: '机房一号', services: ['directory', 'scripts', 'addresses'] });
    await goTo(page, '/templates');
    await page.click('.template-card >> text=greeters');
    await page.click('.page-head >> text=部署');
    await page.fill('#name', 'greeters');
    await page.click('button >> text=查看计划');
    await approve(page, '首次上线');
    await becomes(page, '运行中');
    expect(await greetings()).toEqual(['hello', 'hello']);
    await page.waitForSelector('.topology-card.stacked >> text=× 2');

    // An update that fails on both hosts: the difference is seen before, the reason after.
    await writeFile(fault, '');
    await page.click('.page-head button >> text=更新');
    expect(await page.inputValue('#inputs_greeting')).toBe('hello');
    await page.fill('#inputs_greeting', 'welcome');
    await page.click('.ant-modal-footer >> text=查看计划');
    await page.waitForURL('**/plans/plan-*');
    for (const instance of ['greeter-1', 'greeter-2']) await page.waitForSelector(`.plan-group >> text="${instance}"`);
    expect(await page.locator('.plan-group').count()).toBe(2);
    expect(await page.locator('.plan-step .changes .from >> text="hello"').count()).toBe(2);
    expect(await page.locator('.plan-step .changes .to >> text="welcome"').count()).toBe(2);
    expect(await greetings()).toEqual(['hello', 'hello']);
    await approve(page, '换成欢迎词，工单 4711');
    await becomes(page, '失败');
    await page.waitForSelector('.problem .last-lines >> text=no room for welcome');
    expect(await page.textContent('.problem')).toMatch(/greeter-[12].*怎么办/s);
    await page.click('.problem >> text=查看日志');
    await page.waitForSelector('.log .line.err >> text=no room for welcome');

    // Once the reason is gone it goes on from there.
    await rm(fault);
    await page.click('.status button >> text=继续执行');
    await becomes(page, '运行中');
    expect(await greetings()).toEqual(['welcome', 'welcome']);

    // The history says who wanted what and why, and leads back.
    await page.click('[role=tab] >> text=历史');
    await page.waitForSelector('.revisions > li:first-child .tag.ok >> text=当前');
    const newest = await page.textContent('.revisions > li:first-child');
    expect(newest).toMatch(/2.*更新.*当前.*成功.*admin.*换成欢迎词，工单 4711.*greeting.*hello.*→.*welcome/s);
    await page.click('.revisions > li:nth-child(2) >> text=回到此处');
    await page.waitForURL('**/plans/plan-*');
    await page.waitForSelector('.plan-step .changes .to >> text="hello"');
    await approve(page, '');
    await becomes(page, '运行中');
    expect(await greetings()).toEqual(['hello', 'hello']);

    await scale(page, 3);
    expect(await greetings()).toEqual(['hello', 'hello', 'hello']);
    await scale(page, 1);
    expect(await greetings()).toEqual(['hello']);

    // A host that somebody has removed is found, made again, and set up.
    for await (const directory of glob(join(walk().home, 'accounts/*/hosts/*')))
      await rm(directory, { recursive: true });
    expect(await greetings()).toEqual([]);
    await page.click('.page-head button >> text=修复');
    await page.waitForSelector('.ant-modal tr.item >> text=已消失');
    await page.click('.ant-modal-footer >> text=查看计划');
    await page.waitForURL('**/plans/plan-*');
    await page.waitForSelector('.plan-step.replace >> text=已消失或损坏');
    await approve(page, '主机被误删');
    await becomes(page, '运行中');
    expect(await greetings()).toEqual(['hello']);

    await page.click('.page-head button >> text=修复');
    await page.waitForSelector('.ant-modal >> text=云上一切都符合目标');
    expect(walk().complaints()).toEqual([]);
  });

  test('stops, starts, is told what cannot be done just now, and undoes a change in the middle, in English', async () => {
    const page = await walk().arrive({ language: 'en', theme: 'dark' });
    await addCloud(page, {
      card: 'Simulated cloud',
      name: 'practice',
      services: ['identity', 'compute', 'network', 'volume'],
      settings: { bootSeconds: '15' },
    });
    await goTo(page, '/deployments');
    await page.click('.page-head >> text=New deployment');
    await page.click('[role=radio] >> text=3-Tier Web Server w/ LB');
    await page.waitForSelector('[role=radio][aria-checked=true] >> text=practice');
    await page.fill('#name', 'shop');
    await page.click('button[type=submit]');
    await approve(page, '');
    await page.waitForURL('**/deployments/dep-*');
    await page.hover('.page-head button >> text=Update');
    await page.waitForSelector('.ant-tooltip >> text=Something is being done with it');
    await becomes(page, 'Running');

    await more(page, 'Stop');
    await page.waitForSelector('.plan-step.stop');
    await approve(page, 'the shop is closed for the night');
    await becomes(page, 'Stopped');
    await more(page, 'Start');
    await approve(page, '');
    await becomes(page, 'Running');

    // Servers are replaced, which takes a while: there is time to think again.
    await page.click('.page-head button >> text=Update');
    await page.fill('#inputs_title', 'Another shop');
    await page.click('.ant-modal-footer >> text=Show the plan');
    await page.waitForSelector('.plan-step.replace');
    await approve(page, '');
    await page.click('.status button >> text=Cancel the run');
    await page.click('.ant-modal .ant-radio-wrapper >> text=Undo what it has done');
    await page.click('.ant-modal-footer .ant-btn-dangerous');
    await page.waitForSelector('.status >> text=Roll back shop');
    await becomes(page, 'Running');
    await page.click('[role=tab] >> text=History');
    await page.waitForSelector('.revisions > li:first-child >> text=Rolled back');
    expect(walk().complaints()).toEqual([]);
  });
});

/** As whoever develops a template would, with the rights of who is signed in. */
async function importTemplate(page: Page, template: string): Promise<void> {
  const files = [
    { path: 'template.yaml', content: template },
    { path: 'greet.sh', content: greet },
  ];
  const status = await page.evaluate(async (body) => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch('/api/v1/templates', { method: 'POST', headers, body })).status;
  }, JSON.stringify({ files }));
  expect(status).toBe(201);
}

async function approve(page: Page, note: string): Promise<void> {
  await page.waitForURL('**/plans/plan-*');
  await page.waitForSelector('.plan-steps');
  await page.fill('.approve input', note);
  await page.click('.approve button');
  await page.waitForURL('**/deployments/dep-*');
}

/** What was begun has ended, and the deployment is in a state. */
async function becomes(page: Page, state: string): Promise<void> {
  await page.waitForSelector('.status .tag:is(.ok, .bad, .warn)', { timeout: minutes(2) });
  await page.waitForSelector(`.page-head .tag >> text=${state}`, { timeout: minutes(2) });
}

async function more(page: Page, action: string): Promise<void> {
  await page.click('.page-head .ant-dropdown-trigger');
  await page.click(`.ant-dropdown-menu-item >> text="${action}"`);
  await page.waitForURL('**/plans/plan-*');
}

/** In the dialog: NODE ID and how many; then the plan, then so many in the picture. */
async function scale(page: Page, count: number): Promise<void> {
  await page.click('.page-head button >> text=伸缩');
  await page.fill('.ant-modal .stepper input', String(count));
  await page.click('.ant-modal-footer >> text=提交');
  await approve(page, '');
  await becomes(page, '运行中');
  await page.click('[role=tab] >> text=拓扑');
  await page.waitForSelector(`.topology-card.stacked.ok >> text=× ${count}`);
}
