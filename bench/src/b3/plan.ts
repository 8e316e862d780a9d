/** `plan.ts <template>`: reads, checks and plans a template at the simulated cloud; ends with 1 where a plan cannot be made. */
import { readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import type { Observed } from '@pileus/model';
import type { Outbound } from '@pileus/outbound';
import type { Catalogue } from '@pileus/provider';

// As the command line does.
enableCompileCache(process.env['NODE_COMPILE_CACHE']);
const { systemClock } = await import('@pileus/model');
const { makePlan, noSecrets, nothingThere } = await import('@pileus/orchestrator');
const { simulated } = await import('@pileus/provider');
const { defaultLimits, readTemplate } = await import('@pileus/tosca');

const files = new Map([['main.yaml', readFileSync(process.argv[2] ?? '', 'utf8')]]);
const limits = { ...defaultLimits, bytesPerFile: 64 * 1024 * 1024, valuesPerFile: 10_000_000 };
const { template, problems } = readTemplate(files, 'main.yaml', limits);
if (!template) throw new Error(JSON.stringify(problems.slice(0, 5)));
const account = simulated.account.parse({ latencyMilliseconds: 0, keep: false });
// The simulated cloud goes nowhere, so what would lead there is not loaded.
const outbound = {} as Outbound;
const cloud = simulated.connect(account, { clock: systemClock, directory: '', outbound });
// The servers of the template join the one network there is.
const network = fixed({
  kind: 'network',
  ref: 'inner',
  name: 'inner',
  state: 'ready',
  native: 'ACTIVE',
  details: { external: false, subnets: [] },
});
const connection = { ...cloud, catalogues: { ...cloud.catalogues, network } };
const inputs = { cpus: 1, password: 'secret-pass' };
const { signal } = new AbortController();
const desired = { template, files: new Map(), inputs, counts: {}, choices: {} };
const nothing = { survey: nothingThere, revisions: new Map(), secrets: noSecrets() };
const { steps } = await makePlan({ desired, ...nothing, name: 'bench', connection, provider: simulated, signal });
if (steps.length === 0) throw new Error('The plan is empty');
await cloud.close?.();

function fixed(only: Observed<'network'>): Catalogue<'network'> {
  return {
    async *list() {
      yield only;
    },
    read: async () => only,
  };
}
