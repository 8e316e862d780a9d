/** A process that delivers what webhooks wait for, for tests that kill it: `node deliver-process.ts <database> <home>`. */
import { openDatabase } from '@pileus/database';
import { seconds, systemClock } from '@pileus/model';
import { createOutbound } from '@pileus/outbound';
import { openVault } from '../vault/index.ts';
import { createDeliverer } from '../webhooks/deliver.ts';

const [url = '', home = ''] = process.argv.slice(2);
const deliverer = createDeliverer({
  database: openDatabase(url),
  vault: await openVault({ home }),
  outbound: createOutbound({ allow: ['127.0.0.0/8'] }),
  clock: systemClock,
  audit: { write: async () => {} },
  log: (line) => console.error(line),
});
for (;;) {
  await deliverer.round();
  await systemClock.sleep(seconds(0.05));
}
