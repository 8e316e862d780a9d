import { resolve } from 'node:path';
import { defineProvider } from '@pileus/provider';
import { z } from 'zod';
import { attachments } from './attachment.ts';
import { checkMachine } from './check.ts';
import { placeIn } from './place.ts';
import { servers } from './server.ts';
import { shellOn } from './shell.ts';
import { volumes } from './volume.ts';

export { startLocalHosts, stopLocalHosts } from './caretaker.ts';

/** Hosts on the machine the platform runs on: directories with real processes, real ports and real logs. */
export const local = defineProvider({
  id: 'local',
  title: { en: 'This machine', 'zh-CN': '本机' },
  category: 'hosts',
  simulated: false,
  account: z.object({}),
  // The machine is there anyway.
  prices: {
    currency: 'CNY',
    servers: { flavors: {}, other: { perHour: '0' } },
    volumes: { types: {}, other: { perGigabyteMonth: '0' } },
  },
  connect(_account, { directory }) {
    const place = placeIn(resolve(directory));
    const drivers = { server: servers(place), volume: volumes(place), attachment: attachments(place) };
    return {
      drivers,
      catalogues: drivers,
      check: (signal) => checkMachine(place.directory, signal),
      shell: (server) => shellOn(place, server),
    };
  },
});
