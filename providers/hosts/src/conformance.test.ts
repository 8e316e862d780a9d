import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepsPromises } from '@pileus/provider/conformance';
import { surroundings } from '@pileus/provider/testing';
import { aHost } from '@pileus/ssh/testing';
import { Account } from './account.ts';
import { hosts } from './index.ts';

/** Against an SSH server in this process; hosts.wide.test.ts does the same with real ones. */
keepsPromises({
  name: 'plain hosts',
  async connect() {
    const directory = await mkdtemp(join(tmpdir(), 'pileus-hosts-'));
    const there = await Promise.all([aHost(), aHost()]);
    const entries = there.map(({ host, key }, i) => ({
      name: `host-${i + 1}`,
      address: host.address,
      port: host.port,
      hostKey: key,
      credential: `host-${i + 1}`,
    }));
    const credentials = Object.fromEntries(there.map((one, i) => [`host-${i + 1}`, { privateKey: one.privateKey }]));
    const account = Account.parse({ hosts: entries, user: 'me', credentials });
    return {
      connection: hosts.connect(account, surroundings({ directory })),
      async cleanUp() {
        for (const one of there) await one[Symbol.asyncDispose]();
        await rm(directory, { recursive: true, force: true });
      },
    };
  },
  samples: {
    server: {
      spec: (bench) => ({ name: bench.name(), ports: [], networks: [], securityGroups: [] }),
      bad: (bench) => ({ name: bench.name(), ports: [], networks: ['a-network'], securityGroups: [] }),
    },
  },
});
