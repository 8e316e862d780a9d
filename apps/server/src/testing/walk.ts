import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach } from 'vitest';
import { openBrowser, type Browser, type Look } from './browser.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';

/** What a walk begins with: a server of its own, and a browser that has come in by the one-time link. */
export interface Walk {
  readonly home: string;
  readonly server: ServerProcess;
  arrive(look: Look): Promise<Page>;
  /** What the browser has complained of since it came in. */
  complaints(): Browser['complaints'];
}

/** Prepares every test of the suite it is called in, and puts everything away after it; answers what the present one has. */
export function eachWalks(): () => Walk {
  let walk: Walk | undefined;
  let browser: Browser | undefined;
  /** What to undo after a walk, the last first. */
  const ending: (() => Promise<unknown>)[] = [];
  beforeEach(async () => {
    const home = await mkdtemp(join(tmpdir(), 'pileus-walk-'));
    ending.push(() => rm(home, { recursive: true, force: true }));
    await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
    const server = await startServerProcess({ home });
    ending.push(() => server.stop());
    const arrive = async (look: Look): Promise<Page> => {
      browser = await openBrowser(look);
      ending.push(browser.close);
      const page = browser.context.pages()[0] ?? (await browser.context.newPage());
      await page.goto(server.link);
      await page.waitForSelector('.doors');
      return page;
    };
    const complaints = (): Browser['complaints'] => {
      if (!browser) throw new Error('nobody has come in with a browser');
      return browser.complaints;
    };
    walk = { home, server, arrive, complaints };
  });
  afterEach(async ({ task }) => {
    if (browser && task.result?.state === 'fail') await tellWhatIsSeen(browser);
    browser = undefined;
    for (const end of ending.splice(0).toReversed()) await end();
  });
  return () => {
    if (!walk) throw new Error('no walk has begun');
    return walk;
  };
}

/** For whoever reads why a walk failed. */
async function tellWhatIsSeen({ context, complaints }: Browser): Promise<void> {
  for (const page of context.pages()) console.log(page.url(), await page.innerText('body'));
  console.log(complaints);
}

/** By the menu, as a person does: nothing is loaded again. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.click(`.menu a[href="${path}"]`);
}

export interface Cloud {
  readonly card: string;
  readonly name: string;
  /** Each must have been tried, and have answered. */
  readonly services: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}

/** Through the form that the provider declares, tried before it is saved. */
export async function addCloud(page: Page, { card, name, services, settings = {} }: Cloud): Promise<void> {
  await goTo(page, '/clouds');
  await page.click('.page-head a[href="/clouds/new"]');
  await page.click(`[role=radio] >> text="${card}"`);
  await page.fill('#name', name);
  for (const [setting, value] of Object.entries(settings)) await page.fill(`#settings_${setting}`, value);
  await page.click('.panel header button');
  await page.waitForSelector('.note.ok');
  for (const service of services) await page.waitForSelector(`tr.item:has(.tag.ok) >> text="${service}"`);
  await page.click('button[type=submit]');
  await page.waitForURL('**/clouds/acc-*');
  await page.waitForSelector(`h1 >> text=${name}`);
}
