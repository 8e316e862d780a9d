import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';

const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether the system has a Chromium for tests; CHROMIUM names another one. */
export async function hasBrowser(): Promise<boolean> {
  return access(executable).then(
    () => true,
    () => false,
  );
}

export interface Look {
  readonly language: 'zh-CN' | 'en';
  readonly theme: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

export interface Browser {
  readonly context: BrowserContext;
  /** What pages said on their consoles as a warning or an error, and what they threw, each with its address. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** A browser as a newcomer has it: a fresh profile, gone when it closes, set to a language and a theme. */
export async function openBrowser({ language, theme, width = 1366, height = 768 }: Look): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'pileus-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable,
    headless: true,
    locale: language,
    colorScheme: theme,
    viewport: { width, height },
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
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.page()?.url()}: ${message.text()}`);
  });
  context.on('weberror', (problem) => complaints.push(`${problem.page()?.url()}: ${problem.error().message}`));
  return {
    context,
    complaints,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}
