import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type AnswerOf, type Client } from '@pileus/api';
import { openFeed, type Database } from '@pileus/database';
import { testDatabase } from '@pileus/database/testing';
import { engineMigrations } from '@pileus/engine';
import { createHttp } from '@pileus/http';
import { createMetrics, seconds, systemClock, type Clock, type Metrics } from '@pileus/model';
import { createOutbound } from '@pileus/outbound';
import type { Provider } from '@pileus/provider';
import { afterAll } from 'vitest';
import { createPlatform, type Platform } from '../platform.ts';
import { openVault, type VaultOptions } from '../vault/index.ts';

export interface TestPlatform {
  readonly platform: Platform;
  /** The administrator's. */
  readonly client: Client;
  /** Where it listens. */
  readonly url: string;
  /** Its data directory. */
  readonly home: string;
  readonly bugs: unknown[];
  readonly database: Database;
  readonly metrics: Metrics;
}

/** The whole product on a database of its own, asked over HTTP as a caller would; `as` opens it in another role. */
export async function aPlatform(
  providers: readonly Provider[],
  clock: Clock = systemClock,
  as: (owned: Database) => Promise<Database> = async (owned) => owned,
  keys: Omit<VaultOptions, 'home'> = {},
): Promise<TestPlatform> {
  const database = await as(await testDatabase([engineMigrations, new URL('../../migrations/', import.meta.url)]));
  const home = await mkdtemp(join(tmpdir(), 'pileus-platform-'));
  const feed = await openFeed(database);
  const bugs: unknown[] = [];
  const onBug = (error: unknown): void => void bugs.push(error);
  const vault = await openVault({ home, ...keys });
  const metrics = createMetrics();
  const platform = createPlatform({
    database,
    feed,
    providers,
    vault,
    outbound: createOutbound({ allow: ['127.0.0.0/8'] }),
    outboundForSignIn: createOutbound({ allow: ['127.0.0.0/8', 'localhost'] }),
    home,
    clock,
    version: '0.0.0',
    metrics,
    onBug,
    log: () => {},
  });
  const { access } = platform;
  const http = createHttp({
    handlers: platform.handlers,
    access,
    audit: access.audit,
    idempotency: access.idempotency,
    transactions: platform.transactions,
    runEnded: platform.runEnded,
    version: '0.0.0',
    log: (line, error) => void bugs.push(error ?? line),
    strict: true,
  });
  const listening = await http.listen({ port: 0, host: '127.0.0.1' });
  await platform.engine.work();
  afterAll(async () => {
    await platform.engine.stop();
    await listening.close();
    await platform.close();
    await feed.close();
    await rm(home, { recursive: true, force: true });
  });
  const link = new URL(await access.oneTimeLink(listening.url)).hash.slice('#link='.length);
  const session = await createClient({ server: listening.url }).call('post /sessions', { body: { link, kind: 'cli' } });
  return {
    platform,
    client: createClient({ server: listening.url, token: session.token }),
    bugs,
    database,
    url: listening.url,
    home,
    metrics,
  };
}

export type Deployment = AnswerOf<'get /deployments/{deployment}'>;

/** Waits until the run that changes a deployment has ended. */
export async function settled(client: Client, deployment: string): Promise<Deployment> {
  for (;;) {
    const found = await client.call('get /deployments/{deployment}', { params: { deployment } });
    const isChanging = ['deploying', 'changing', 'deleting'].includes(found.state);
    if (!isChanging && found.run && ['succeeded', 'failed', 'cancelled'].includes(found.run.state)) return found;
    await systemClock.sleep(seconds(0.02));
  }
}
