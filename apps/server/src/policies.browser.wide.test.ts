import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { seriousProblems } from './testing/axe.ts';
import { hasBrowser } from './testing/browser.ts';
import { eachWalks, goTo } from './testing/walk.ts';

const isThere = await hasBrowser();
if (!isThere) console.log('skipped: policies through a browser: there is no Chromium (CHROMIUM names one)');

const modal = '.ant-modal:visible';

describe.skipIf(!isThere)('an administrator who hands out rights', () => {
  const walk = eachWalks();

  test('writes a policy, sees who gains what, asks why, goes back, and verifies the log, in English', async () => {
    const page = await walk().arrive({ language: 'en', theme: 'light' });
    await call(page, 'POST', '/users', { name: 'Zhang', password: 'correct horse battery' });
    await goTo(page, '/policies');
    await page.waitForSelector('tr.item:has-text("AdministratorAccess") >> text=Built in');
    expect(await seriousProblems(page)).toEqual([]);

    // In the form: what may be done, to what, and only if.
    await page.click('a[href="/policies/new"]');
    await page.fill('input#name', 'Operators');
    await choose(page, 'What may be done', ['server.read', 'server.stop']);
    await page.click('text=Add a condition');
    await type(page, 'Values: any one of these', 'prj-shop');
    await page.waitForSelector('text=No problems');
    expect(await seriousProblems(page)).toEqual([]);

    // The same as JSON; what is wrong there is marked where it is.
    await page.click('.ant-segmented-item >> text=JSON');
    await page.waitForSelector('.cm-content >> text=server.stop');
    const json = await jsonText(page);
    expect(JSON.parse(json)).toEqual({
      Version: '2026-11-01',
      Statement: [
        {
          Effect: 'Allow',
          Action: ['server.read', 'server.stop'],
          Resource: ['*'],
          Condition: { StringEquals: { project: ['prj-shop'] } },
        },
      ],
    });
    await writeJson(page, json.replace('server.stop', 'server.stpo'));
    await page.waitForSelector('.cm-lintRange-error:has-text("server.stpo")');
    await page.waitForSelector('.problem-list code:has-text("/Statement/0/Action/1")');
    expect(await page.isDisabled('button[type=submit]')).toBe(true);
    await writeJson(page, json.replace('"Effect"', 'Effect'));
    await page.waitForSelector('.problem-list >> text=This is not JSON');
    expect(await page.textContent('.cm-lintRange-error')).toContain('E');

    // What is no JSON has no form, and is not lost by looking at it.
    await page.click('.ant-segmented-item >> text=Form');
    await page.waitForSelector('text=The form cannot show this text');
    await page.click('.ant-segmented-item >> text=JSON');
    expect(await jsonText(page)).toBe(json.replace('"Effect"', 'Effect'));
    await writeJson(page, json);
    await page.waitForSelector('text=No problems');
    await page.click('.ant-segmented-item >> text=Form');
    await page.waitForSelector('.ant-select-selection-item >> text="server.stop"');
    await page.click('button[type=submit]');

    // Attached to Zhang, who is seen to gain something before it is done.
    await page.waitForURL('**/policies/pol*tab=attached');
    await page.click('[role=tabpanel] button >> text=Attach');
    await page.click(`${modal} .ant-select`);
    await page.click('.ant-select-item-option >> text=Zhang');
    await page.waitForSelector(`${modal} tr.item:has-text("Zhang") >> text=+ server.stop`);
    expect(await seriousProblems(page)).toEqual([]);
    await page.click(`${modal} .ant-modal-footer .ant-btn-primary`);
    await page.waitForSelector('[role=tabpanel] tr.item >> text=Zhang');

    // Changed: less is seen to be lost, and a note is asked for.
    await page.click('.page-head >> text=Change');
    await page.waitForURL('**/edit');
    await page.click('.ant-select-selection-item:has-text("server.stop") .ant-select-selection-item-remove');
    await page.click('text=Review and save');
    await page.waitForSelector(`${modal} tr.item:has-text("Zhang") >> text=− server.stop`);
    await page.waitForSelector(`${modal} del >> text=server.stop`);
    await page.click(`${modal} .ant-modal-footer .ant-btn-primary`);
    await page.waitForSelector(`${modal} >> text=Say in a few words why`);
    expect(await seriousProblems(page)).toEqual([]);
    await page.fill(`${modal} #note`, 'nobody stops servers for now');
    await page.click(`${modal} .ant-modal-footer .ant-btn-primary`);
    await page.waitForSelector('.versions > li:first-child:has-text("Version 2") >> text=nobody stops servers for now');
    await page.waitForSelector('.difference-lines del >> text=server.stop');
    expect(await seriousProblems(page)).toEqual([]);

    // Back to the first.
    await page.click('.versions > li:nth-child(2) >> text=Make it hold again');
    await page.waitForSelector(`${modal} tr.item:has-text("Zhang") >> text=+ server.stop`);
    await page.click(`${modal} .ant-modal-footer .ant-btn-primary`);
    await page.waitForSelector('.versions > li:nth-child(2) >> text=Holds');

    // Why may Zhang not? The statement is shown in its document, and what it lacks.
    await goTo(page, '/policy-simulator');
    await page.fill('input[aria-label="Who"]', 'Zhang');
    await page.click('.simulator-fields .ant-select:has(input[aria-label="Action"])');
    await page.fill('input[aria-label="Action"]', 'server.stop');
    await page.click('.ant-select-item-option >> text=server.stop');
    await page.click('button >> text=Ask');
    await page.waitForSelector('.verdict.denied');
    await page.waitForSelector('text=Does not hold: project');
    await page.waitForSelector('mark:has-text("server.stop")');
    expect(page.url()).toContain('action=server.stop');
    expect(await seriousProblems(page)).toEqual([]);
    await page.click('[role=tab] >> text=Who can do it?');
    await page.click('.simulator-fields .ant-select:has(input[aria-label="Action"])');
    await page.fill('input[aria-label="Action"]', 'server.stop');
    await page.click('.ant-select-item-option >> text=server.stop');
    await page.click('button >> text=Ask');
    await page.waitForSelector('tr.item:has-text("admin") >> text=AdministratorAccess');
    expect(await seriousProblems(page)).toEqual([]);

    // It all stands in the log, which is whole.
    await goTo(page, '/operation-log');
    await page.click('tr.item >> text=POLICY_ATTACH');
    await page.waitForSelector(`${modal} dd >> text=admin`);
    expect(await seriousProblems(page)).toEqual([]);
    await page.click(`${modal} .ant-modal-close`);
    await page.click('.page-head >> text=Verify');
    await page.waitForSelector(`${modal} .note.ok >> text=/\\d+ entries, none changed/`);
    expect(await call(page, 'GET', '/audit/verify')).toMatchObject({
      ok: true,
      head: { digest: (await page.textContent(`${modal} .copyable code`)) ?? '' },
    });
    expect(walk().complaints()).toEqual([]);
  });

  test('begins with an example and copies what is built in, in Chinese and in the dark', async () => {
    const page = await walk().arrive({ language: 'zh-CN', theme: 'dark', width: 1920, height: 1080 });
    await goTo(page, '/policies');
    await page.click('a[href="/policies/new"]');
    await page.fill('input#name', '只读');
    await page.click('.ant-select:has(input[aria-label="从示例开始"])');
    await page.click('.ant-select-item-option >> text=只读访问一个项目');
    await page.waitForSelector('.ant-select-selection-item >> text="*.read"');
    await page.waitForSelector('text=没有问题');
    expect(await seriousProblems(page)).toEqual([]);
    await page.click('button[type=submit]');
    await page.waitForSelector('text=尚未附加给任何人');
    await page.click('[role=tab] >> text=策略内容');
    await page.waitForSelector('.statement >> text=仅当');
    expect(await seriousProblems(page)).toEqual([]);
    await page.click('.page-head >> text=删除');
    await page.click('.ant-modal-confirm-btns .ant-btn-dangerous');
    await page.waitForURL('**/policies');
    await page.click('tr.item a >> text=OperatorAccess');
    await page.waitForSelector('h1 >> text=内置');
    await page.click('.page-head >> text=复制一份');
    await page.waitForURL('**/policies/new?copy=OperatorAccess');
    await page.waitForSelector('.ant-select-selection-item >> text="server.stop"');
    expect(walk().complaints()).toEqual([]);
  });
});

const picker = (name: string) => `.ant-select:has(input[aria-label="${name}"][role=combobox]):not(.ant-select-sm)`;

/** Picks what is searched for, one after the other. */
async function choose(page: Page, field: string, names: readonly string[]): Promise<void> {
  await page.click(picker(field));
  for (const name of names) {
    await page.keyboard.type(name);
    await page.click(`.ant-select-dropdown:visible .ant-select-item-option:has(code:text-is("${name}"))`);
  }
  await page.keyboard.press('Escape');
}

async function type(page: Page, field: string, text: string): Promise<void> {
  await page.click(picker(field));
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
}

async function jsonText(page: Page): Promise<string> {
  return (await page.locator('.cm-content .cm-line').allTextContents()).join('\n');
}

async function writeJson(page: Page, text: string): Promise<void> {
  await page.click('.cm-content');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

/** A call of the API as the one who is signed in. */
async function call(page: Page, method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  return page.evaluate(
    async ([how, where, sent]) => {
      const answer = await fetch(`/api/v1${where}`, {
        method: how,
        ...(sent !== undefined && { headers: { 'content-type': 'application/json' }, body: sent }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      return await answer.json();
    },
    [method, path, body && JSON.stringify(body)] as const,
  );
}
