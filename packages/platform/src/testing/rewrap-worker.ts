/** A process that wraps anew from the key 1 to the key 2, batch after batch, until it is killed: `node rewrap-worker.ts <database url> <home>`. */
import { openDatabase } from '@pileus/database';
import { openVault } from '../vault/index.ts';
import { wrapAnew } from '../vault/wrap-anew.ts';
import { environmentKeys } from './environment-keys.ts';

const [, , url = '', home = ''] = process.argv;
const vault = await openVault({ home, ...environmentKeys(2, 1) });
for await (const { wrapped } of wrapAnew(openDatabase(url), vault)) {
  console.log(wrapped);
  // The next batch waits for whoever started this to have looked.
  await new Promise((go) => process.stdin.once('data', go));
}
