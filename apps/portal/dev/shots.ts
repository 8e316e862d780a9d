import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Look, openBrowser, stops } from './browser.ts';
import { startFakeApi } from './fake-api.ts';

// node dev/shots.ts DIRECTORY [names…]: pictures of every page of the built portal, to be looked at by a person.
const [directory = '/tmp/shots', ...only] = process.argv.slice(2);
const looks: Look[] = [
  { language: 'zh-CN', theme: 'light', width: 1366, height: 768 },
  { language: 'en', theme: 'dark', width: 1366, height: 768 },
  { language: 'zh-CN', theme: 'dark', width: 1920, height: 1080 },
  { language: 'en', theme: 'light', width: 1920, height: 1080 },
];
await mkdir(directory, { recursive: true });
const wanted = (process.env['LOOKS'] ?? '0,1,2,3').split(',').map(Number);
for (const look of looks.filter((_, index) => wanted.includes(index))) {
  const fake = await startFakeApi({ files: join(import.meta.dirname, '../dist'), beat: 1500 });
  const { context, close } = await openBrowser(look);
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') console.log(`${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => console.log(`${page.url()}: ${error.message}`));
  const tag = `${look.language}-${look.theme}-${look.width}`;
  if (only.length === 0 || only.includes('sign-in')) {
    await page.goto(`${fake.url}/sign-in`);
    await page.waitForSelector('form');
    await page.screenshot({ path: join(directory, `sign-in-${tag}.png`) });
  }
  await page.goto(`${fake.url}/#link=demo`);
  await page.waitForSelector('.doors');
  for (const stop of stops) {
    if (only.length > 0 && !only.includes(stop.name)) continue;
    try {
      await page.goto(fake.url + stop.path);
      await page.waitForSelector(stop.seen, { timeout: 8000 });
      await stop.act?.(page);
      await page.waitForTimeout(350);
      await page.screenshot({ path: join(directory, `${stop.name}-${tag}.png`) });
    } catch (error) {
      console.log(`${stop.name} ${tag}: ${String(error).split('\n')[0]}`);
      await page.screenshot({ path: join(directory, `${stop.name}-${tag}-BROKEN.png`) });
    }
  }
  await close();
  await fake.close();
}
