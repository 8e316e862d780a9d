import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepsPromises } from '@pileus/provider/conformance';
import { surroundings } from '@pileus/provider/testing';
import { local, stopLocalHosts } from './index.ts';

keepsPromises({
  name: 'this machine',
  async connect() {
    const directory = await mkdtemp(join(tmpdir(), 'pileus-local-'));
    return {
      connection: local.connect({}, surroundings({ directory })),
      async cleanUp() {
        await stopLocalHosts(directory);
        await rm(directory, { recursive: true });
      },
    };
  },
  samples: {
    server: {
      changes: (bench) => ({ name: bench.name() }),
      spec: (bench) => ({ name: bench.name(), ports: [], networks: [], securityGroups: [] }),
      bad: (bench) => ({ name: bench.name(), ports: [], networks: ['a-network'], securityGroups: [] }),
    },
    volume: {
      spec: (bench) => ({ name: bench.name(), gigabytes: 1 }),
      changes: (bench) => ({ name: bench.name(), gigabytes: 2 }),
    },
    attachment: {
      spec: async (bench) => ({
        server: await bench.sample('server'),
        volume: await bench.sample('volume'),
        device: 'data',
      }),
      bad: async (bench) => ({ server: await bench.sample('server'), volume: 'no-volume' }),
    },
  },
});
