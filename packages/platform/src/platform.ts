import type { Database, Feed } from '@pileus/database';
import { createEngine, defineJob, type Engine } from '@pileus/engine';
import type { Bound, Transactions } from '@pileus/http';
import { seconds, type Clock, type Duration, type Metrics, type Tracing } from '@pileus/model';
import { capOf, changeRuns, operateRun } from '@pileus/orchestrator';
import type { Outbound } from '@pileus/outbound';
import type { Provider } from '@pileus/provider';
import { z } from 'zod';
import { createAccess, type AccessArea } from './access/index.ts';
import { createAccounts, type Accounts } from './clouds/accounts.ts';
import { cloudHandlers } from './clouds/clouds.routes.ts';
import { costHandlers } from './cost/cost.routes.ts';
import { createPrices } from './cost/prices.ts';
import { createDeployments, type Deployments } from './deployments/deployments.ts';
import { deploymentHandlers } from './deployments/deployments.routes.ts';
import { createPlans, tidyPlans, type Plans } from './deployments/plans.ts';
import { createInputSecrets } from './deployments/input-secrets.ts';
import { projections } from './deployments/projections.ts';
import { endOfRuns } from './deployments/end-of-runs.ts';
import { createWorld } from './deployments/world.ts';
import { createWatcher } from './healing/watch.ts';
import { findingHandlers } from './inventory/findings.routes.ts';
import { instanceHandlers } from './inventory/instances.routes.ts';
import { refreshServers } from './inventory/refresh.ts';
import { sweepAccount } from './inventory/ledger.ts';
import { removeFindingRun, writeRemoved } from './inventory/remove-finding.run.ts';
import { createQuotas } from './quotas/quotas.ts';
import { quotaHandlers } from './quotas/quotas.routes.ts';
import { measurePlatform } from './metrics.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { createLibrary, type Library } from './templates/library.ts';
import { templateHandlers } from './templates/templates.routes.ts';
import { createSecrets } from './secrets/secrets.ts';
import { secretHandlers } from './secrets/secrets.routes.ts';
import './tables.ts';
import { rewrapJob, vaultHandlers, type Vault } from './vault/index.ts';
import './webhooks/tables.ts';
import { createDeliverer, type Deliverer } from './webhooks/deliver.ts';
import { tidyDeliveries } from './webhooks/tidy.ts';
import { webhookHandlers } from './webhooks/webhooks.routes.ts';

export interface PlatformOptions {
  readonly database: Database;
  readonly feed: Feed;
  readonly providers: readonly Provider[];
  readonly vault: Vault;
  /** How cloud accounts reach their clouds. */
  readonly outbound: Outbound;
  /** How sign-in reaches identity providers and directories, and webhooks whom they tell: nothing private unless it is allowed for everybody. */
  readonly outboundForSignIn: Outbound;
  /** What people type into their browser, where that is set. */
  readonly origin?: string | undefined;
  /** The data directory. */
  readonly home: string;
  readonly clock: Clock;
  readonly version: string;
  readonly lease?: Duration | undefined;
  /** Shows runs as part of what asked for them; nobody looks unless given. */
  readonly tracing?: Tracing | undefined;
  /** What is measured of the work there is, and of the clouds. */
  readonly metrics?: Metrics | undefined;
  readonly onBug: (error: unknown, where: string) => void;
  readonly log: (line: string) => void;
}

/** The product, put together: its areas, and the engine that carries out their runs. */
export interface Platform {
  readonly access: AccessArea;
  readonly accounts: Accounts;
  readonly library: Library;
  readonly plans: Plans;
  readonly deployments: Deployments;
  readonly engine: Engine;
  /** For every call of the API. */
  readonly handlers: readonly Bound[];
  readonly transactions: Transactions;
  /** Resolves once a run has ended, or `signal` is aborted. */
  runEnded(run: string, signal: AbortSignal): Promise<void>;
  /** Asks the clouds how their servers are. */
  refresh(): Promise<void>;
  /** Looks at what policies have watched, and mends what is not well. */
  watch(signal: AbortSignal): Promise<void>;
  /** Tells webhooks what they wait for. */
  readonly deliverer: Deliverer;
  close(): Promise<void>;
}

export function createPlatform(options: PlatformOptions): Platform {
  const {
    database,
    feed,
    providers,
    vault,
    outbound,
    outboundForSignIn,
    origin,
    home,
    clock,
    version,
    lease,
    tracing,
    metrics,
    onBug,
    log,
  } = options;
  if (metrics) measurePlatform(metrics, database);
  const access = createAccess({ database, vault, outbound: outboundForSignIn, origin, version, clock });
  const secrets = createSecrets({ database, vault, clock });
  const accounts = createAccounts({ database, providers, vault, secrets, outbound, home, clock, metrics });
  const prices = createPrices({ database, accounts, clock });
  const quotas = createQuotas({ database, clock });
  const library = createLibrary(database);
  const inputSecrets = createInputSecrets(database, vault);
  const world = createWorld({ database, accounts, library, clock, secrets: inputSecrets });
  const [runs, operate, removal] = [changeRuns(world), operateRun(world), removeFindingRun(accounts)];
  const tidy = defineJob({
    name: 'platform.tidy',
    input: z.object({}),
    cron: '17 * * * *',
    run: async () => {
      await access.tidy();
      await tidyPlans(database, clock);
      await tidyDeliveries(database, clock);
    },
  });
  const syncing = defineJob({
    name: 'access.sync',
    input: z.object({}),
    cron: '7,37 * * * *',
    run: (_, signal) => access.sync(signal),
  });
  const rewrapping = rewrapJob(database, vault, clock);
  const sweeping = defineJob({
    name: 'inventory.sweep',
    input: z.object({}),
    cron: '*/15 * * * *',
    run: async (_, signal) => {
      const rows = await database.selectFrom('account').select('id').where('deleted_at', 'is', null).execute();
      for (const { id } of rows) {
        signal.throwIfAborted();
        // An account that does not answer is swept another time.
        await sweepAccount(database, accounts, clock, id, inputSecrets).catch(() => {});
      }
    },
  });
  const engine: Engine = createEngine({
    database,
    definitions: [...Object.values(runs), operate, removal],
    jobs: [tidy, sweeping, syncing, rewrapping],
    projections: { ...projections, finding: writeRemoved },
    caps: capOf,
    holdsBack: (run) => access.holdsBack(run),
    clock,
    lease: lease ?? seconds(15),
    tracing,
    onBug,
    log,
  });
  const deployments = createDeployments({ database, engine, clock, runs });
  const watcher = createWatcher({ database, accounts, deployments, clock, log });
  const deliverer = createDeliverer({
    database,
    vault,
    outbound: outboundForSignIn,
    clock,
    audit: access.audit,
    log,
  });
  const plans = createPlans({
    database,
    accounts,
    prices,
    quotas,
    library,
    clock,
    world,
    engine,
    deployments,
    secrets: inputSecrets,
    vaultSecrets: secrets,
  });

  return {
    access,
    accounts,
    library,
    plans,
    deployments,
    engine,
    transactions: oneAtATime(database),
    runEnded: endOfRuns(engine, feed, clock),
    handlers: [
      ...access.handlers,
      ...cloudHandlers(accounts, database, clock, inputSecrets),
      ...quotaHandlers(quotas),
      ...costHandlers({ database, accounts, prices }),
      ...templateHandlers(library, database),
      ...deploymentHandlers({
        database,
        engine,
        feed,
        accounts,
        prices,
        world,
        plans,
        deployments,
        secrets: inputSecrets,
      }),
      ...instanceHandlers({ database, engine, accounts, operate }),
      ...secretHandlers(secrets, database),
      ...vaultHandlers({ database, vault, jobs: engine.jobs, job: rewrapping, clock }),
      ...findingHandlers({ database, accounts, engine, clock, removal }),
      ...webhookHandlers({ database, vault, outbound: outboundForSignIn, clock }),
    ],
    refresh: () => refreshServers(database, accounts),
    watch: (signal) => watcher.round(signal),
    deliverer,
    close: () => accounts.close(),
  };
}
