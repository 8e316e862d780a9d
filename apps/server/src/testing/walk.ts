import type { Page } from 'playwright-core';
import type { Browser } from './browser.ts';

/** For whoever reads why a walk failed. */
export async function tellWhatIsSeen({ context, complaints }: Browser): Promise<void> {
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
