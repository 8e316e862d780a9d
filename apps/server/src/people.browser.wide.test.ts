import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { seriousProblems } from './testing/axe.ts';
import { hasBrowser, openBrowser, type Look } from './testing/browser.ts';
import { eachWalks, goTo } from './testing/walk.ts';

const isThere = await hasBrowser();
if (!isThere) console.log('skipped: people through a browser: there is no Chromium (CHROMIUM names one)');

const modal = '.ant-modal:visible';
const ok = `${modal} .ant-modal-footer .ant-btn-primary`;

describe.skipIf(!isThere)('an administrator who lets people in', () => {
  const walk = eachWalks();

  test('adds a user and a group, sees who gains what before it is so, and the user finds offered what it may do', async () => {
    const page = await walk().arrive({ language: 'en', theme: 'light' });

    // A name that is taken is told at the field; then the link is shown, once.
    await goTo(page, '/users');
    await page.click('.page-head button >> text=Add a user');
    await page.fill(`${modal} #name`, 'ADMIN');
    await page.click(ok);
    await page.waitForSelector(`${modal} .ant-form-item-explain-error >> text=The name ADMIN is taken`);
    expect(await seriousProblems(page)).toEqual([]);
    await page.fill(`${modal} #name`, 'Zhang');
    await page.click(ok);
    const link = (await page.textContent(`${modal} .shown-once`)) ?? '';
    expect(link).toMatch(new RegExp(`^${walk().server.url}/sign-in#link=pll_`));
    expect(await seriousProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.click(`${modal} >> text=I have copied it`);
    await page.waitForSelector('tr.item:has-text("Zhang") >> text=No password');
    expect(await seriousProblems(page)).toEqual([]);

    // The link signs Zhang in, who may do nothing yet and is offered nothing.
    const zhang = await arrive(link, { language: 'en', theme: 'light' });
    expect(await menuOf(zhang)).toEqual(['/']);

    // A group, with a policy attached in the dialog; nobody is in it, so nobody gains.
    await goTo(page, '/groups');
    await page.click('.page-head button >> text=Add a group');
    await page.fill(`${modal} #name`, 'Readers');
    await page.fill(`${modal} #description`, 'Who look on');
    await page.click(ok);
    await page.waitForURL('**/groups/grp-*');
    await page.click('.nothing >> text=Attach or detach policies');
    await page.fill(`${modal} .choose-list input[placeholder]`, 'readonly');
    await tick(page, 'ReadOnlyAccess');
    await page.waitForSelector(`${modal} >> text=Nobody gains or loses anything by this`);
    expect(await seriousProblems(page)).toEqual([]);
    await page.click(ok);
    await page.waitForSelector('tr.item >> text=ReadOnlyAccess');

    // Zhang comes in, and is seen to gain.
    await page.click('[role=tab] >> text=Members');
    await page.click('.nothing >> text=Add members');
    await tick(page, 'Zhang');
    await seeInPreview(page, 'Zhang', '+ deployment.read');
    expect(await seriousProblems(page)).toEqual([]);
    await page.click(ok);
    await page.waitForSelector('tr.item:has-text("Zhang") >> text=User');

    // On the page of the user it stands where its rights come from, and what they are.
    await page.click('tr.item a >> text=Zhang');
    await page.waitForSelector('tr.item:has-text("ReadOnlyAccess") >> text=Readers');
    expect(await seriousProblems(page)).toEqual([]);
    await page.click('[role=tab] >> text=May do');
    await page.waitForSelector('.may a.tag.ok:has-text("deployment.read")');
    expect(await page.locator('.may a.tag:has-text("deployment.create")').count()).toBe(0);
    expect(await seriousProblems(page)).toEqual([]);
    await page.click('.may a.tag:has-text("deployment.read")');
    await page.waitForSelector('.verdict.allowed');

    // Now Zhang sees lists and details, and nothing that changes them.
    await zhang.reload();
    await zhang.waitForSelector('.menu a[href="/users"]');
    for (const [list, name] of [
      ['/users', 'admin'],
      ['/groups', 'Readers'],
      ['/projects', 'default'],
    ] as const) {
      await goTo(zhang, list);
      await zhang.click(`tr.item a >> text=${name}`);
      await zhang.waitForSelector(`h1:has-text("${name}")`);
      await zhang.waitForSelector('.tab-panel :is(tr.item, .nothing)');
      expect(await zhang.locator('.page button:not(.copyable button)').count()).toBe(0);
    }
    await goTo(zhang, '/organizations');
    await zhang.click('tr.item a >> text=default');
    await zhang.waitForSelector('.quotas');
    expect(await zhang.locator('.page button:not(.copyable button)').count()).toBe(0);
    await goTo(zhang, '/users');
    await zhang.waitForSelector('tr.item');
    expect(await zhang.locator('.page-head button').count()).toBe(0);

    // One policy in exchange for another: what both give is not lost.
    await goTo(page, '/groups');
    await page.click('tr.item a >> text=Readers');
    await page.click('[role=tabpanel] >> text=Attach or detach policies');
    await tick(page, 'DeploymentFullAccess');
    await tick(page, 'ReadOnlyAccess');
    await seeInPreview(page, 'Zhang', '+ deployment.create');
    const preview = (await page.textContent(`${modal} .changed table`)) ?? '';
    expect(preview).toContain('− user.read');
    expect(preview).not.toContain('deployment.read');
    await page.click(ok);
    await page.waitForSelector('tr.item:only-child >> text=DeploymentFullAccess');

    // Disabled, Zhang is out with the next request.
    await goTo(page, '/users');
    await page.click('tr.item a >> text=Zhang');
    await page.click('[role=tab] >> text=Sessions');
    await page.waitForSelector('tr.item >> text=One-time link');
    expect(await seriousProblems(page)).toEqual([]);
    await page.click('.page-head >> text=Disable');
    await page.waitForSelector(`${modal} >> text=stop working with the next request`);
    expect(await seriousProblems(page)).toEqual([]);
    await page.click(ok);
    await page.waitForSelector('.page-head .tag >> text=Disabled');
    await zhang.reload();
    await zhang.waitForURL('**/sign-in**');
    await goTo(page, '/users');
    await page.click('.filters .ant-select');
    await page.click('.ant-select-item-option >> text=Disabled');
    await page.waitForURL('**/users?state=disabled');
    await page.waitForSelector('tr.item:only-child >> text=Zhang');

    // The last administrator cannot be taken away; the dialog stays and says why.
    await goTo(page, '/users');
    await page.click('tr.item a >> text=admin');
    await page.waitForSelector('h1:has-text("admin") >> text=You');
    expect(await page.locator('.page-head button >> text=Disable').count()).toBe(0);
    await page.click('[role=tabpanel] >> text=Attach or detach policies');
    await tick(page, 'AdministratorAccess');
    await seeInPreview(page, 'admin', '− user.create');
    await page.click(ok);
    await page.waitForSelector(`${modal} .problem >> text=nobody would have it any more`);
    await page.click(`${modal} >> text=Cancel`);

    const refused = [/status of 409/, /status of 401/];
    expect(
      walk()
        .complaints()
        .filter((said) => !refused.some((one) => one.test(said))),
    ).toEqual([]);
  });

  test('gives a program a key, a project environments, and another company its organization, in Chinese and in the dark', async () => {
    const page = await walk().arrive({ language: 'zh-CN', theme: 'dark', width: 1920, height: 1080 });
    await goTo(page, '/service-accounts');
    await page.click('.nothing >> text=添加服务账号');
    await page.fill(`${modal} #name`, '夜间任务');
    await page.click(ok);
    await page.waitForURL('**/service-accounts/svc-*');

    // A key is shown once, held to what was chosen, and works until it is revoked.
    await page.click('.nothing >> text=新建密钥');
    await page.fill(`${modal} #name`, '备份');
    await page.click(ok);
    await page.waitForSelector(`${modal} >> text=请至少选择一项操作`);
    expect(await seriousProblems(page)).toEqual([]);
    await page.click(`${modal} .ant-select:has(#scopes)`);
    await page.keyboard.type('deployment.read');
    await page.click('.ant-select-item-option:has-text("deployment.read")');
    await page.keyboard.press('Escape');
    await page.click(ok);
    const token = (await page.textContent(`${modal} .shown-once`)) ?? '';
    expect(token).toMatch(/^plt_/);
    expect(await seriousProblems(page)).toEqual([]);
    await page.click(`${modal} >> text=我已复制`);
    await page.waitForSelector('tr.item:has-text("备份") >> text=deployment.read');
    expect(await page.content()).not.toContain(token);
    await page.click('[role=tab] >> text=授权策略');
    await page.click('.nothing >> text=添加/删除授权策略');
    await tick(page, 'AdministratorAccess');
    await seeInPreview(page, '夜间任务', '+ organization.read');
    expect(await seriousProblems(page)).toEqual([]);
    await page.click(ok);
    await page.waitForSelector('tr.item:has-text("AdministratorAccess") >> text=直接附加');
    const asked = (path: string) =>
      fetch(`${walk().server.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    expect((await asked('/deployments')).status).toBe(200);
    expect((await asked('/users')).status).toBe(403);
    await page.click('[role=tab] >> text=密钥');
    await page.click('tr.item >> text=吊销');
    await page.click(`${modal} .ant-modal-footer .ant-btn-dangerous`);
    await page.waitForSelector('.nothing >> text=还没有密钥');
    expect((await asked('/deployments')).status).toBe(401);

    // A project with its environments.
    await goTo(page, '/projects');
    await page.waitForSelector('tr.item:has-text("default") >> text=默认');
    await page.click('.page-head >> text=添加项目');
    await page.fill(`${modal} #name`, '商城');
    await page.click(ok);
    await page.waitForURL('**/projects/prj-*');
    await page.click('.nothing >> text=修改环境');
    for (const [at, name] of ['dev', 'DEV'].entries()) {
      await page.click(`${modal} >> text=添加环境`);
      await page.fill(`${modal} .environment-row >> nth=${at} >> input[aria-label="环境名称"]`, name);
    }
    await page.click(ok);
    await page.waitForSelector(`${modal} >> text=已有同名环境`);
    expect(await seriousProblems(page)).toEqual([]);
    await page.fill(`${modal} .environment-row >> nth=1 >> input[aria-label="环境名称"]`, 'prod');
    await page.click(ok);
    await page.waitForSelector('tr.item:has-text("prod") >> text=测试');
    await page.click('.page-head >> text=删除');
    await page.click(`${modal} .ant-modal-footer .ant-btn-dangerous`);
    await page.waitForURL('**/projects');
    await page.waitForSelector('tr.item >> text=default');

    // Another organization; its administrator finds it empty, and makes no organizations.
    await goTo(page, '/organizations');
    await page.click('.page-head >> text=添加租户');
    await page.fill(`${modal} #name`, 'acme');
    await page.fill(`${modal} #administrator`, 'boss');
    await page.click(ok);
    const link = (await page.textContent(`${modal} .shown-once`)) ?? '';
    await page.click(`${modal} >> text=我已复制`);
    await page.click('tr.item a >> text=acme');
    await page.click('.panel header button');
    await page.fill(`${modal} #servers`, '5');
    await page.click(ok);
    await page.waitForSelector('.quotas >> text=已用 0，上限 5');
    expect(await seriousProblems(page)).toEqual([]);
    const boss = await arrive(link, { language: 'zh-CN', theme: 'light' });
    await goTo(boss, '/organizations');
    await boss.waitForSelector('tr.item:has-text("acme") >> text=当前租户');
    expect(await boss.locator('tr.item').count()).toBe(1);
    expect(await boss.locator('.page-head button').count()).toBe(0);
    await boss.click('tr.item a');
    await boss.waitForSelector('.quotas >> text=已用 0，上限 5');
    await boss.waitForSelector('text=上限由平台运营方设置');
    expect(await boss.locator('.panel header button').count()).toBe(0);
    await boss.click('.page-head >> text=重命名');
    await boss.fill(`${modal} #name`, 'Acme 公司');
    await boss.click(ok);
    await boss.waitForSelector('h1 >> text=Acme 公司');
    await goTo(boss, '/users');
    await boss.waitForSelector('tr.item >> text=boss');
    expect(await boss.locator('tr.item').count()).toBe(1);

    // One's own token, by the menu of the head.
    await page.click('.head .avatar');
    await page.click('.ant-dropdown-menu-item >> text=访问令牌');
    await page.click('.nothing >> text=新建令牌');
    await page.fill(`${modal} #name`, '笔记本');
    await page.click(`${modal} >> text=所有者现在和以后拥有的全部权限`);
    await page.click(`${modal} .ant-select:has(#expiry)`);
    await page.click('.ant-select-item-option >> text=永不过期');
    await page.waitForSelector(`${modal} .note.warn`);
    expect(await seriousProblems(page)).toEqual([]);
    await page.click(ok);
    await page.click(`${modal} >> text=我已复制`);
    await page.waitForSelector('tr.item:has-text("笔记本") >> text=尚未使用');
    expect(await seriousProblems(page)).toEqual([]);
    expect(walk().complaints()).toEqual([]);
  });

  test('has a cloud account take its password of a secret that is made on the way, and later of nobody', async () => {
    const page = await walk().arrive({ language: 'en', theme: 'light' });
    await goTo(page, '/clouds');
    await page.click('.page-head a[href="/clouds/new"]');
    await page.click('[role=radio] >> text="OpenStack"');
    await page.fill('#name', 'lab');
    await page.fill('#settings_url', 'http://127.0.0.1:9/v3');
    await page.fill('#settings_user', 'demo');
    await page.fill('#settings_project', 'demo');
    await page.click('.fields .ant-segmented-item >> text=Use a secret');
    await page.click('button >> text=New secret');
    await page.fill(`${modal} #name`, 'lab password');
    await page.fill(`${modal} #value_text`, 'swordfish');
    await page.click(ok);
    await page.waitForSelector('.fields .ant-select >> text=lab password');
    expect(await seriousProblems(page)).toEqual([]);
    await page.click('button[type=submit] >> text=Save');
    await page.waitForURL('**/clouds/acc-*');
    await page.click('[role=tab] >> text=Settings');
    await page.waitForSelector('.facts >> text=From the secret lab password');

    // As it is now another setting is changed, and the secret stays.
    await page.click('.tab-panel .panel header button');
    await page.fill('#settings_user', 'other');
    await page.click('button[type=submit] >> text=Save');
    await page.waitForSelector('.facts >> text=other');
    await page.waitForSelector('.facts >> text=From the secret lab password');
    await goTo(page, '/secrets');
    await page.waitForSelector('tr.item:has-text("lab password") >> a:text-is("lab")');

    // A value of its own ends that.
    await page.click('tr.item a:text-is("lab")');
    await page.click('.tab-panel .panel header button');
    await page.click('.fields .ant-segmented-item >> text=Type a value');
    await page.fill('#settings_password', 'tuna');
    await page.click('button[type=submit] >> text=Save');
    await page.waitForSelector('.facts >> text=Saved, hidden');
    await goTo(page, '/secrets');
    await page.click('tr.item button >> text=Change');
    await page.fill(`${modal} #name`, 'of nobody');
    await page.click(ok);
    await page.waitForSelector('tr.item >> text=of nobody');
    expect(await page.locator('tr.item a').count()).toBe(0);
    expect(walk().complaints()).toEqual([]);
  });
});

/** Another person, with a browser of its own, who comes in by a link. */
async function arrive(link: string, look: Look): Promise<Page> {
  const { context, close } = await openBrowser(look);
  onTestFinished(close);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(link);
  await page.waitForSelector('.doors');
  return page;
}

async function menuOf(page: Page): Promise<(string | null)[]> {
  return page.locator('.menu a').evaluateAll((links) => links.map((one) => one.getAttribute('href')));
}

/** What somebody would gain or lose; of many the last ones are folded away. */
async function seeInPreview(page: Page, who: string, what: string): Promise<void> {
  await page.waitForSelector(`${modal} .changed tr.item:has-text("${who}") >> text=${what}`, { state: 'attached' });
}

/** Ticks or unticks one of a list by its name. */
async function tick(page: Page, name: string): Promise<void> {
  await page.click(`${modal} .choices label:has(.name:text-is("${name}"))`);
}
