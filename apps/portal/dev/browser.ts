import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

export interface Look {
  readonly language: 'zh-CN' | 'en';
  readonly theme: 'light' | 'dark';
  readonly width: number;
  readonly height: number;
}

/**
 * The system's Chromium with a fresh profile that is removed when it closes. Language and theme are set again for every
 * page, unless the page is to remember what is chosen in it.
 */
export async function openBrowser(
  look: Look,
  { remember = false } = {},
): Promise<{ context: BrowserContext; close: () => Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), 'pileus-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    headless: true,
    viewport: { width: look.width, height: look.height },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  await context.addInitScript(
    ({ kept, remember }) => {
      if (!remember || localStorage.getItem('pileus.preferences') === null)
        localStorage.setItem('pileus.preferences', kept);
    },
    { kept: JSON.stringify({ language: look.language, theme: look.theme, menu: 'wide' }), remember },
  );
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

export interface Stop {
  readonly name: string;
  readonly path: string;
  /** Seen once the page is there. */
  readonly seen: string;
  /** What to do before looking. */
  readonly act?: (page: Page) => Promise<void>;
}

/** Every page of the portal, as the fake API fills it. */
export const stops: readonly Stop[] = [
  { name: 'home', path: '/', seen: '.doors' },
  {
    name: 'menu-folded',
    path: '/users',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('.menu h2 button >> nth=0');
      await page.click('.menu h2 button >> nth=2');
    },
  },
  { name: 'clouds', path: '/clouds', seen: 'tr.item' },
  { name: 'cloud-add', path: '/clouds/new?provider=openstack', seen: '.fields' },
  {
    name: 'cloud-add-secret',
    path: '/clouds/new?provider=openstack',
    seen: '.fields',
    act: async (page) => {
      await page.click('.fields .ant-segmented-item >> text=/使用机密|Use a secret/');
      await page.click('#secrets_password');
      await page.waitForSelector('.ant-select-item-option');
    },
  },
  {
    name: 'cloud-change',
    path: '/clouds/acc-shanghai0001?tab=settings',
    seen: '.facts',
    act: async (page) => {
      await page.click('.tab-panel .panel header button');
      await page.locator('#secrets_password').scrollIntoViewIfNeeded();
    },
  },
  { name: 'cloud-health', path: '/clouds/acc-beijing00002', seen: 'tr.item' },
  { name: 'cloud-resources', path: '/clouds/acc-shanghai0001?tab=resources', seen: 'tr.item' },
  { name: 'cloud-prices', path: '/clouds/acc-shanghai0001?tab=prices', seen: '.panel.cost' },
  { name: 'cloud-prices-demo', path: '/clouds/acc-simulated003?tab=prices', seen: '.panel.cost' },
  { name: 'cloud-prices-empty', path: '/clouds/acc-beijing00002?tab=prices', seen: '.nothing button' },
  {
    name: 'cloud-prices-write',
    path: '/clouds/acc-shanghai0001?tab=prices',
    seen: '.panel.cost',
    act: async (page) => {
      await page.click('.tab-panel .panel header button');
      await page.fill('.prices tr:first-child input', '0,4');
      await page.waitForSelector('.prices input[aria-invalid]');
    },
  },
  { name: 'cloud-settings', path: '/clouds/acc-shanghai0001?tab=settings', seen: '.facts' },
  { name: 'templates', path: '/templates', seen: '.template-card' },
  { name: 'template', path: '/templates/tpl-3tier0web0lb?variant=iaas', seen: '.topology-card' },
  { name: 'template-inputs', path: '/templates/tpl-3tier0web0lb?tab=inputs', seen: 'tr.item' },
  { name: 'template-files', path: '/templates/tpl-3tier0web0lb?tab=files', seen: '.cm-line' },
  {
    name: 'import',
    path: '/templates/import',
    seen: '.drop',
    act: async (page) => {
      await page.setInputFiles('input[type=file][multiple]', [
        { name: 'service.yaml', mimeType: 'text/yaml', buffer: Buffer.from('broken: true\n') },
        { name: 'start.sh', mimeType: 'text/plain', buffer: Buffer.from('#!/bin/sh\n') },
      ]);
      await page.waitForSelector('tr.item');
    },
  },
  { name: 'import-empty', path: '/templates/import', seen: '.drop' },
  { name: 'deployments', path: '/deployments', seen: 'tr.item' },
  {
    name: 'deployment-new',
    path: '/deployments/new?template=tpl-3tier0web0lb&account=acc-shanghai0001',
    seen: '.fields',
  },
  {
    name: 'deployment-new-secret',
    path: '/deployments/new?template=tpl-3tier0web0lb&account=acc-shanghai0001',
    seen: '.fields',
    act: async (page) => {
      await page.click('.fields .ant-segmented-item >> text=/使用机密|Use a secret/');
      await page.click('#secrets_password');
      await page.waitForSelector('.ant-select-item-option');
    },
  },
  {
    name: 'plan',
    path: '/deployments/new?template=tpl-3tier0web0lb&account=acc-shanghai0001',
    seen: '.fields',
    act: async (page) => {
      await page.fill('#name', `shop-${Date.now() % 100_000}`);
      await page.fill('#tags', 'owner=li');
      await page.press('#tags', 'Tab');
      await page.click('button[type=submit]');
      await page.waitForSelector('.topology-card');
    },
  },
  { name: 'deployment-live', path: '/deployments/dep-drill0000001', seen: '.topology-card' },
  { name: 'deployment-node', path: '/deployments/dep-sample000001?node=web_1', seen: '.side' },
  { name: 'deployment-failed', path: '/deployments/dep-crm00000test', seen: '.problem' },
  { name: 'deployment-steps', path: '/deployments/dep-shop0000prod?tab=steps', seen: 'tr.item' },
  { name: 'deployment-logs', path: '/deployments/dep-drill0000001?tab=logs', seen: '.log .line' },
  { name: 'deployment-outputs', path: '/deployments/dep-shop0000prod?tab=outputs', seen: 'tr.item' },
  { name: 'deployment-resources', path: '/deployments/dep-shop0000prod?tab=resources', seen: 'tr.item' },
  { name: 'deployment-details', path: '/deployments/dep-shop0000prod?tab=details', seen: '.facts' },
  {
    name: 'deployment-tags',
    path: '/deployments/dep-shop0000prod?tab=details',
    seen: '.facts .chip',
    act: async (page) => {
      await page.click('.facts .ant-btn');
      await page.waitForSelector('.ant-modal .ant-select');
    },
  },
  {
    name: 'deployment-delete',
    path: '/deployments/dep-shop0000prod?tab=outputs',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('.page-head button.ant-btn-dangerous');
      await page.waitForSelector('.ant-modal .plan-step');
    },
  },
  { name: 'cluster', path: '/deployments/dep-cluster00001', seen: '.topology-card.stacked' },
  { name: 'cluster-stack', path: '/deployments/dep-cluster00001?node=web', seen: '.side li' },
  { name: 'cluster-history', path: '/deployments/dep-cluster00001?tab=history', seen: '.revisions li' },
  { name: 'cluster-update', path: '/deployments/dep-cluster00001?ask=update', seen: '.ant-modal .fields' },
  { name: 'cluster-scale', path: '/deployments/dep-cluster00001?ask=scale', seen: '.ant-modal .stepper' },
  { name: 'cluster-heal', path: '/deployments/dep-cluster00001?ask=heal', seen: '.ant-modal tr.item' },
  {
    name: 'cluster-more',
    path: '/deployments/dep-crm00000test',
    seen: '.topology-card',
    act: async (page) => {
      await page.click('.page-head .ant-dropdown-trigger');
      await page.waitForSelector('.ant-dropdown-menu-item');
    },
  },
  {
    name: 'cluster-plan',
    path: '/deployments/dep-cluster00001?ask=update',
    seen: '.ant-modal .fields',
    act: async (page) => {
      await page.click('.ant-modal .ant-select');
      await page.click('.ant-select-item-option >> text="2.0.0"');
      await page.fill('#inputs_title', '年终会场');
      await page.click('.ant-modal-footer .ant-btn-primary');
      await page.waitForSelector('.plan-step');
      await page.click('.plan-step.replace > .head');
      await page.waitForSelector('.plan-step .details');
    },
  },
  {
    name: 'run-cancel',
    path: '/deployments/dep-cluster00001?ask=scale',
    seen: '.ant-modal .stepper',
    act: async (page) => {
      await page.click('.ant-modal .stepper button:last-child');
      await page.click('.ant-modal-footer .ant-btn-primary');
      await page.click('.approve button');
      await page.click('.status .ends button:last-of-type');
      await page.waitForSelector('.ant-modal .ant-radio-wrapper');
    },
  },
  { name: 'runs', path: '/runs', seen: 'tr.item' },
  { name: 'instances', path: '/instances', seen: 'tr.item' },
  { name: 'projects', path: '/projects', seen: 'tr.item' },
  { name: 'project', path: '/projects/prj-shop0000001', seen: 'tr.item' },
  { name: 'project-quota', path: '/projects/prj-shop0000001?tab=quota', seen: '.quotas .bar' },
  {
    name: 'project-limits',
    path: '/projects/prj-shop0000001?tab=quota',
    seen: '.quotas .bar',
    act: async (page) => {
      await page.click('.tab-panel button');
      await page.waitForSelector('.ant-modal .limits');
    },
  },
  {
    name: 'project-environments',
    path: '/projects/prj-shop0000001',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('.tab-panel button');
      await page.click('.ant-modal-body .ant-btn');
      await page.waitForSelector('.environment-row >> nth=2');
    },
  },
  { name: 'users', path: '/users', seen: 'tr.item' },
  {
    name: 'user-add',
    path: '/users',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('.page-head .actions button');
      await page.click('.ant-modal-footer .ant-btn-primary');
      await page.waitForSelector('.ant-form-item-explain-error');
    },
  },
  {
    name: 'user-link',
    path: '/users',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('.page-head .actions button');
      await page.fill('.ant-modal #name', '王芳');
      await page.click('.ant-modal-footer .ant-btn-primary');
      await page.waitForSelector('.shown-once');
    },
  },
  { name: 'user', path: '/users/u-zhang', seen: 'tr.item' },
  { name: 'user-may', path: '/users/u-zhang?tab=may', seen: '.may .tag' },
  { name: 'user-groups', path: '/users/u-zhang?tab=groups', seen: 'tr.item' },
  { name: 'user-sessions', path: '/users/u-zhang?tab=sessions', seen: 'tr.item' },
  {
    name: 'user-disable',
    path: '/users/u-zhang',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('.page-head .actions button >> nth=1');
      await page.waitForSelector('.ant-modal-footer .ant-btn-dangerous');
    },
  },
  { name: 'webhooks', path: '/webhooks', seen: 'tr.item' },
  {
    name: 'webhook-add',
    path: '/webhooks',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('.actions button');
      await page.waitForSelector('.ant-modal form');
    },
  },
  {
    name: 'webhook-delivery',
    path: '/webhooks/whk-chat00000001',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('tr.item button');
      await page.waitForSelector('.ant-modal pre');
    },
  },
  { name: 'groups', path: '/groups', seen: 'tr.item' },
  {
    name: 'group-attach',
    path: '/groups/grp-operators',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('.tab-panel button');
      await page.click('.choices label >> nth=0');
      await page.click('.choices label >> nth=1');
      await page.waitForSelector('.changed tr.item');
    },
  },
  { name: 'group-members', path: '/groups/grp-operators?tab=members', seen: 'tr.item' },
  {
    name: 'group-add-members',
    path: '/groups/grp-operators?tab=members',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('.tab-panel button');
      await page.click('.choices label >> nth=0');
      await page.waitForSelector('.changed tr.item');
    },
  },
  { name: 'secrets', path: '/secrets', seen: 'tr.item' },
  {
    name: 'secret-add',
    path: '/secrets',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('.page-head button.ant-btn-primary');
      await page.click('.ant-modal .ant-segmented-item >> nth=1');
      await page.click('.ant-modal-footer .ant-btn-primary');
      await page.waitForSelector('.ant-form-item-explain-error');
    },
  },
  {
    name: 'secret-versions',
    path: '/secrets',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('tr.item button >> nth=0');
      await page.waitForSelector('.ant-modal .versions > li');
    },
  },
  {
    name: 'secret-change',
    path: '/secrets',
    seen: 'tr.item',
    act: async (page) => {
      await page.locator('tr.item').first().locator('button').nth(2).click();
      await page.waitForSelector('.ant-modal #name');
    },
  },
  { name: 'sign-in-methods', path: '/sign-in-methods', seen: 'tr.item' },
  {
    name: 'sign-in-method-change',
    path: '/sign-in-methods',
    seen: 'tr.item',
    act: async (page) => {
      await page.locator('tr.item').first().locator('button').nth(1).click();
      await page.waitForSelector('.ant-modal #clientId');
    },
  },
  { name: 'service-accounts', path: '/service-accounts', seen: 'tr.item' },
  { name: 'service-account', path: '/service-accounts/svc-nightly', seen: 'tr.item' },
  { name: 'access-tokens', path: '/access-tokens', seen: 'tr.item' },
  {
    name: 'access-token-add',
    path: '/access-tokens',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('.page > div button.ant-btn-primary');
      await page.click('.ant-modal-footer .ant-btn-primary');
      await page.waitForSelector('.ant-form-item-explain-error');
    },
  },
  { name: 'organizations', path: '/organizations', seen: 'tr.item' },
  { name: 'organization', path: '/organizations/org-home', seen: '.quotas .bar' },
  { name: 'organization-unlimited', path: '/organizations/org-acme00000001', seen: '.quotas' },
  {
    name: 'organization-limits',
    path: '/organizations/org-home',
    seen: '.quotas .bar',
    act: async (page) => {
      await page.click('.panel header button');
      await page.waitForSelector('.ant-modal .limits');
    },
  },
  { name: 'policies', path: '/policies', seen: 'tr.item' },
  { name: 'policy', path: '/policies/pol-operators01', seen: '.statement' },
  { name: 'policy-json', path: '/policies/pol-operators01?as=json', seen: '.code.document' },
  { name: 'policy-versions', path: '/policies/pol-operators01?tab=versions', seen: '.difference-lines ins' },
  {
    name: 'policy-hold',
    path: '/policies/pol-operators01?tab=versions',
    seen: '.versions button',
    act: async (page) => {
      await page.click('.versions button');
      await page.waitForSelector('.ant-modal tr.item details');
    },
  },
  { name: 'policy-attached', path: '/policies/pol-operators01?tab=attached', seen: 'tr.item' },
  { name: 'policy-edit', path: '/policies/pol-operators01/edit', seen: '.statement-fields .condition' },
  { name: 'policy-edit-json', path: '/policies/pol-operators01/edit?as=json', seen: '.policy-json .cm-line' },
  {
    name: 'simulator-who',
    path: '/policy-simulator?tab=who&action=server.stop&resource=server/*',
    seen: 'tr.item',
  },
  { name: 'operation-log', path: '/operation-log', seen: 'tr.item' },
  {
    name: 'operation-log-entry',
    path: '/operation-log',
    seen: 'tr.item',
    act: async (page) => {
      await page.locator('tr.item').nth(1).locator('a').first().click();
      await page.waitForSelector('.ant-modal');
    },
  },
  {
    name: 'operation-log-verify',
    path: '/operation-log',
    seen: 'tr.item',
    act: async (page) => {
      await page.click('.page-head .actions button');
      await page.waitForSelector('.ant-modal tr.item');
    },
  },
  { name: 'profile', path: '/profile', seen: '.panel' },
  { name: 'not-found', path: '/nowhere', seen: '.nothing' },
  {
    name: 'palette',
    path: '/',
    seen: '.doors',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.waitForSelector('[cmdk-item]');
    },
  },
];
