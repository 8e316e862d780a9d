import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { admit, migrate, openDatabase, openFeed, startPostgres, usableHome, type Database } from '@pileus/database';
import { engineMigrations } from '@pileus/engine';
import { createHttp, type Listening, rateLimits } from '@pileus/http';
import {
  createMetrics,
  noTracing,
  seconds,
  systemClock,
  type Duration,
  type Metrics,
  type Tracing,
} from '@pileus/model';
import { createOutbound } from '@pileus/outbound';
import { createPlatform, narrowedTables, openVault, platformMigrations, type Platform } from '@pileus/platform';
import { sql } from 'kysely';
import type { Configuration } from './configuration.ts';
import { localHosts } from './local-hosts.ts';
import { buildPortal, portalDirectory } from './portal-build.ts';
import { measureProcess } from './process-metrics.ts';
import { importPresets } from './presets.ts';
import { providers } from './providers.ts';
import { deploySample } from './sample.ts';
import { type Certificates, openCertificates } from './tls/certificates.ts';
import { isLoopback } from './tls/names.ts';
import { version } from './version.ts';

export interface Server {
  readonly platform: Platform;
  readonly database: Database;
  /** Absent for a mere worker. */
  readonly listening: Listening | undefined;
  /** Resolves once the portal can be opened. */
  readonly portalIsBuilt: Promise<void>;
  stop(): Promise<void>;
}

const usualPort = 7800;

/** Starts what the role asks for. What was started is stopped again when something after it fails. */
export async function startServer(configuration: Configuration, log: (line: string) => void): Promise<Server> {
  const { role, sample } = configuration;
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).toReversed())
      await end().catch((error: unknown) => log(`While stopping: ${String(error)}`));
  };
  try {
    const portalIsBuilt = role === 'worker' ? Promise.resolve() : buildPortal(log);
    portalIsBuilt.catch(() => {});
    const tracing = await tracingOf(configuration, log, stops);
    const home = await usableHome(configuration.home);
    if (home !== configuration.home) log(`The data is kept in ${home}`);
    await mkdir(home, { recursive: true });

    const url = configuration.databaseUrl ?? (await embedded(home, log, stops));
    const owner = configuration.databaseOwnerUrl;
    await migrate(owner ?? url, [engineMigrations, platformMigrations]);
    if (owner !== undefined) await admit(owner, url, narrowedTables);
    const database = openDatabase(url, { name: `pileus ${role}`, prepare: true });
    stops.push(() => database.end());
    const feed = await openFeed(database);
    stops.push(() => feed.close());

    const onBug = (error: unknown, where: string): void => console.error(`A bug showed itself in ${where}:`, error);
    const { outboundAllow, cloudAllow } = configuration;
    const clouds = createOutbound({ allow: [...outboundAllow, ...cloudAllow], setting: 'PILEUS_CLOUD_ALLOW', tracing });
    stops.push(() => clouds.close());
    const signIn = createOutbound({ allow: outboundAllow, setting: 'PILEUS_OUTBOUND_ALLOW', tracing });
    stops.push(() => signIn.close());
    const vault = await openVault({ home, ...configuration.secretKeys });
    stops.push(() => vault.close());
    const metrics = createMetrics();
    measureProcess(metrics, version, role);
    const platform = createPlatform({
      database,
      feed,
      providers,
      vault,
      outbound: clouds,
      outboundForSignIn: signIn,
      origin: configuration.origin,
      home,
      clock: systemClock,
      version,
      tracing,
      metrics,
      onBug,
      log,
    });
    stops.push(() => platform.close());

    if (role !== 'worker') await importPresets(platform);
    if (role !== 'api') {
      const hosts = localHosts(platform, database);
      await hosts.care();
      stops.push(() => hosts.stop());
      await platform.engine.work();
      stops.push(() => platform.engine.stop());
      stops.push(
        every(seconds(10), async () => {
          await hosts.care();
          await platform.refresh();
        }),
      );
      const telling = every(seconds(2), () => platform.deliverer.round());
      stops.push(async () => {
        await telling();
        await platform.deliverer.stop();
      });
      const watching = new AbortController();
      const looking = every(seconds(2), () => platform.watch(watching.signal));
      stops.push(() => {
        watching.abort();
        return looking();
      });
    }
    const listening = await listen({ ...configuration, home }, platform, database, { tracing, metrics }, log, stops);
    if (listening) stops.push(() => listening.close());
    if (sample && role === 'all') await deploySample(platform, database);
    if (listening && role === 'worker') log(`metrics: ${listening.url}/metrics`);
    return { platform, database, listening: role === 'worker' ? undefined : listening, portalIsBuilt, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function embedded(home: string, log: (line: string) => void, stops: (() => Promise<unknown>)[]): Promise<string> {
  const postgres = await startPostgres({ directory: join(home, 'postgresql'), log });
  stops.push(() => postgres.stop());
  return postgres.url;
}

async function listen(
  configuration: Configuration,
  platform: Platform,
  database: Database,
  { tracing, metrics }: { readonly tracing: Tracing; readonly metrics: Metrics },
  log: (line: string) => void,
  stops: (() => Promise<unknown>)[],
): Promise<Listening | undefined> {
  const { access, handlers, transactions, runEnded } = platform;
  const { host, tls, trustedProxies, callLimits, role, origin, metricsToken: token, metricsPort } = configuration;
  const isWorker = role === 'worker';
  if (isWorker && metricsPort === undefined) return undefined;
  const port = isWorker ? metricsPort : configuration.port;
  const limits = rateLimits(callLimits, systemClock, access.buckets);
  if (!isWorker) stops.push(every(seconds(1), () => limits.settle()));
  const http = createHttp({
    // A worker shows how it is, and answers nothing else.
    ...(isWorker ? { endpoints: [], handlers: [] } : { handlers, portal: portalDirectory }),
    metrics: { metrics, token, forThisMachine: origin === undefined && trustedProxies.length === 0 },
    access,
    audit: access.audit,
    idempotency: access.idempotency,
    transactions,
    limits,
    runEnded,
    log: (line) => console.error(line),
    version,
    trustedProxies,
    strictTransport: tls !== 'made',
    tracing,
    ready: () => sql`select 1`.execute(database),
  });
  const certificates = await certificatesOf(configuration, log);
  const credentials = certificates?.current;
  const listening = await listenAt(port, (at) => http.listen({ port: at, host, credentials }), log);
  if (certificates) stops.push(every(seconds(10), () => renewed(certificates, listening)));
  return listening;
}

/** What makes traces takes a while to load, so it is loaded where somebody looks at them. */
async function tracingOf(
  { traces: ratio, role }: Configuration,
  log: (line: string) => void,
  stops: (() => Promise<unknown>)[],
): Promise<Tracing> {
  if (ratio === undefined) return noTracing;
  const { openTracing } = await import('./tracing/open-tracing.ts');
  const tracing = openTracing({ version, role, ratio, log });
  stops.push(() => tracing.close());
  return tracing;
}

async function certificatesOf(
  { tls, home, host, origin }: Configuration,
  log: (line: string) => void,
): Promise<Certificates | undefined> {
  if (tls !== 'off')
    return openCertificates({ ...(tls !== 'made' && { files: tls }), home, host, origin, clock: systemClock, log });
  if (!isLoopback(host))
    log(`Not encrypted: ${host} is asked by plain HTTP. Only a proxy that speaks TLS may reach it`);
  return undefined;
}

async function renewed(certificates: Certificates, listening: Listening): Promise<void> {
  const credentials = await certificates.refresh();
  if (credentials) listening.renew(credentials);
}

/** At the port that was told, else at the usual one or, when that is taken, at any other. */
function listenAt(
  told: number | undefined,
  listen: (port: number) => Promise<Listening>,
  log: (line: string) => void,
): Promise<Listening> {
  if (told !== undefined) return listen(told);
  return listen(usualPort).catch((error: unknown) => {
    log(`Port ${usualPort} is taken; using another one (PILEUS_PORT chooses)`);
    return listen(0).catch(() => Promise.reject(error));
  });
}

/** Does something again and again, never twice at once; answers how to end it. */
function every(pause: Duration, work: () => Promise<unknown>): () => Promise<void> {
  const over = new AbortController();
  const loop = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await systemClock.sleep(pause, over.signal).catch(() => {});
      if (!over.signal.aborted) await work().catch(() => {});
    }
  };
  const looping = loop();
  return () => {
    over.abort();
    return looping;
  };
}
