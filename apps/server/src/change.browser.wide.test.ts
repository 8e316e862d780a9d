import { glob, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minutes } from '@pileus/model';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasBrowser } from './testing/browser.ts';
import { seriousProblems } from './testing/axe.ts';
import { addCloud, eachWalks, goTo } from './testing/walk.ts';

const isThere = await hasBrowser();
if (!isThere)
  console.log('skipped: changing a deployment through a browser: there is no Chromium (CHROMIUM names one)');

/** For what scripts on the hosts do, on a machine that has other things to do too. */
const patient = { timeout: minutes(2), interval: 100 };

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

/**
 * Hosts that each keep a greeting too. Writing it waits for as long as the file `hold` is there, and fails where there is
 * one called `fault-` and the host's name; they can be told to say a word.
 */
const speakers = (files: string) => `
tosca_definitions_version: tosca_simple_yaml_1_3
metadata: { template_name: speakers, template_version: 1.0.0 }
interface_types:
  walk.interfaces.Speech:
    derived_from: tosca.interfaces.Root
    operations: { say: { inputs: { WORD: { type: string, default: hi } } } }
node_types:
  walk.nodes.Speaker:
    derived_from: tosca.nodes.SoftwareComponent
    properties: { name: { type: string }, greeting: { type: string } }
    interfaces:
      Standard:
        operations:
          configure:
            implementation: prepare.sh
            inputs:
              GREETING: { get_property: [SELF, greeting] }
              NAME: { get_property: [SELF, name] }
              FILES: ${files}
          start: begin.sh
      Speech: { type: walk.interfaces.Speech, operations: { say: say.sh } }
topology_template:
  inputs:
    greeting: { type: string, default: hello }
  node_templates:
    north_host: { type: tosca.nodes.Compute }
    south_host: { type: tosca.nodes.Compute }
    north:
      type: walk.nodes.Speaker
      properties: { name: north, greeting: { get_input: greeting } }
      requirements: [{ host: north_host }]
    south:
      type: walk.nodes.Speaker
      properties: { name: south, greeting: { get_input: greeting } }
      requirements: [{ host: south_host }]
  groups:
    all: { type: tosca.groups.Root, members: [north, south] }
  workflows:
    speak:
      inputs: { word: { type: string, default: good day } }
      steps:
        speak:
          target: all
          activities: [{ call_operation: { operation: Speech.say, inputs: { WORD: { get_input: word } } } }]
`;

const speech = {
  'prepare.sh': `#!/bin/sh
set -eu
touch "$HOME/asked"
while [ -e "$FILES/hold" ]; do sleep 0.1; done
if [ -e "$FILES/fault-$NAME" ]; then echo "$NAME has lost its voice" >&2; exit 1; fi
echo "$NAME: $GREETING" > "$HOME/greeting"
`,
  'begin.sh': '#!/bin/sh\ntouch "$HOME/begun"\n',
  'say.sh': '#!/bin/sh\necho "$WORD" > "$HOME/said"\n',
};

const greet = `#!/bin/sh
set -eu
if [ -e "$FAULT" ]; then echo "no room for $GREETING" >&2; exit 1; fi
echo "$GREETING" > "$HOME/greeting"
`;

describe.skipIf(!isThere)('a person who changes what runs', () => {
  const walk = eachWalks();
  /** What the hosts keep in files of a name, sorted. */
  const kept = async (name: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const path of glob(join(walk().home, `accounts/*/hosts/*/${name}`)))
      found.push(await readFile(path, 'utf8'));
    return found.map((text) => text.trim()).toSorted();
  };
  const greetings = () => kept('greeting');

  test('sees what an update changes, what failed and why, goes on, goes back, scales and heals, in Chinese', async () => {
    const page = await walk().arrive({ language: 'zh-CN', theme: 'light' });
    const fault = join(walk().home, 'fault');
    await importTemplate(page, { 'template.yaml': greeters(fault), 'greet.sh': greet });
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

  test('pauses and goes on, retries one node alone, runs a workflow and an operation, in Chinese', async () => {
    const page = await walk().arrive({ language: 'zh-CN', theme: 'dark' });
    const { home } = walk();
    const [hold, north, south] = [join(home, 'hold'), join(home, 'fault-north'), join(home, 'fault-south')];
    await importTemplate(page, { 'template.yaml': speakers(home), ...speech });
    await addCloud(page, { card: '本机', name: '机房二号', services: ['directory', 'scripts', 'addresses'] });
    await goTo(page, '/templates');
    await page.click('.template-card >> text=speakers');
    await page.click('.page-head >> text=部署');
    await page.fill('#name', 'speakers');
    await page.click('button >> text=查看计划');
    await writeFile(hold, '');
    await approve(page, '');

    // While both scripts are under way the run is paused: they end, and what comes after them does not begin.
    await expect.poll(() => kept('asked'), patient).toHaveLength(2);
    await page.click('.status button >> text=暂停');
    await page.waitForSelector('.status .tag >> text=已暂停');
    await page.waitForSelector('.status [role=status] >> text=正在完成的步骤：2');
    expect(await seriousProblems(page)).toEqual([]);
    await rm(hold);
    await page.waitForSelector('.status [role=status] >> text=继续执行之前不会开始新的步骤');
    expect(await greetings()).toEqual(['north: hello', 'south: hello']);
    expect(await kept('begun')).toEqual([]);
    await page.click('.status button >> text=继续执行');
    await becomes(page, '运行中');
    expect(await kept('begun')).toHaveLength(2);

    // Both fail; one of them is tried again, from its step, and the other stays as it is.
    await Promise.all([writeFile(north, ''), writeFile(south, ''), writeFile(hold, '')]);
    await Promise.all((await Array.fromAsync(glob(join(home, 'accounts/*/hosts/*/asked')))).map((path) => rm(path)));
    await page.click('.page-head button >> text=更新');
    await page.fill('#inputs_greeting', 'welcome');
    await page.click('.ant-modal-footer >> text=查看计划');
    await approve(page, '');
    await expect.poll(() => kept('asked'), patient).toHaveLength(2);
    await rm(hold);
    await becomes(page, '失败');
    await rm(north);
    await page.click('[role=tab] >> text=步骤');
    await page.waitForSelector('tr.item:has(.tag.bad) >> text="south"');
    expect(await seriousProblems(page)).toEqual([]);
    await page.click('tr.item:has(.tag.bad):has-text("north") button >> text=重试该节点');
    await expect.poll(greetings, patient).toEqual(['north: welcome', 'south: hello']);
    await page.waitForSelector('tr.item:has(.tag.ok) >> text=执行 north 的 Standard.configure');

    // The other one where it stands in the picture.
    await rm(south);
    await page.click('[role=tab] >> text=拓扑');
    await page.click('.topology-card >> text="south"');
    await page.click('.side button >> text=重试该节点');
    await becomes(page, '运行中');
    expect(await greetings()).toEqual(['north: welcome', 'south: welcome']);

    // A workflow acts on all, an operation on the one that is looked at; each shows its plan first.
    await more(page, '执行工作流…');
    await page.waitForSelector('.ant-modal .ant-select >> text=speak');
    await page.fill('#inputs_word', 'bonjour');
    expect(await seriousProblems(page)).toEqual([]);
    await page.click('.ant-modal-footer >> text=查看计划');
    await page.waitForURL('**/plans/plan-*');
    await page.waitForSelector('h1 >> text=计划：执行 speakers 的工作流 speak');
    expect(await kept('said')).toEqual([]);
    await approve(page, '客户来访');
    await becomes(page, '运行中');
    expect(await kept('said')).toEqual(['bonjour', 'bonjour']);
    await page.click('.topology-card >> text="south"');
    await page.click('.side a >> text=执行操作…');
    await page.click('.ant-modal .ant-select >> nth=1');
    await page.click('.ant-select-item-option >> text="Speech.say"');
    expect(await page.inputValue('#inputs_WORD')).toBe('hi');
    await page.fill('#inputs_WORD', 'moin');
    await page.click('.ant-modal-footer >> text=查看计划');
    await page.waitForSelector('h1 >> text=计划：在 speakers 的 south 上执行 Speech.say');
    await approve(page, '');
    await becomes(page, '运行中');
    expect(await kept('said')).toEqual(['bonjour', 'moin']);
    await page.click('[role=tab] >> text=历史');
    await page.waitForSelector('tr.item:has-text("执行 speakers 的工作流 speak") >> text=客户来访');
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
async function importTemplate(page: Page, contents: Readonly<Record<string, string>>): Promise<void> {
  const files = Object.entries(contents).map(([path, content]) => ({ path, content }));
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
