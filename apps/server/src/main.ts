import { Failure, seconds, sentence, type Language } from '@pileus/model';
import { readConfiguration } from './configuration.ts';
import { sampleUrl } from './sample.ts';
import { forgetSecrets } from './secret-keys.ts';
import { startServer, type Server } from './server.ts';

const language: Language = /^zh/i.test(process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || '')
  ? 'zh-CN'
  : 'en';
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Longer than an orderly stop takes, and shorter than what asked us to stop will wait. */
const patience = seconds(9);

async function main(): Promise<void> {
  const over = new AbortController();
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    if (stopping) return;
    over.abort();
    setTimeout(() => process.exit(1), patience).unref();
    stopping = (async () => {
      say('Stopping');
      await (await starting.catch(() => undefined))?.stop();
      process.exit(0);
    })();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

  const configuration = readConfiguration(process.env, process.argv.slice(2));
  forgetSecrets(process.env);
  const starting = startServer(configuration, say);
  const server = await starting;
  if (over.signal.aborted) return;
  await greet(server, configuration.origin, over.signal);
}

async function greet(
  { platform, database, listening, portalIsBuilt }: Server,
  origin: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (!listening) return say('ready: this worker carries out runs');
  await portalIsBuilt.catch((error: unknown) => say(String(error)));
  say(`portal: ${await platform.access.oneTimeLink(origin ?? listening.url)}`);
  const sample = await sampleUrl(platform, database, say, signal).catch(() => undefined);
  if (sample) say(`sample: ${sample}`);
}

main().catch((error: unknown) => {
  if (error instanceof Failure) {
    console.error(sentence(error, language));
    for (const { at, message } of error.problems ?? []) console.error(`  ${at}: ${message}`);
  } else console.error(error);
  process.exit(1);
});
