/**
 * Loaded into the server before it starts (`node --import`): counts the statements it sends to its database, and says so, with
 * the memory it holds, whenever it is asked.
 */
import { Client } from 'pg';

export interface Inside {
  readonly statements: number;
  readonly resident: number;
  readonly heap: number;
}

let statements = 0;
// Only looked at on its way; what is sent and answered stays as it is.
Client.prototype.query = new Proxy(Client.prototype.query, {
  apply: (query, client, words) => {
    statements += 1;
    return Reflect.apply(query, client, words) as unknown;
  },
});

process.on('message', () => {
  const { rss: resident, heapUsed: heap } = process.memoryUsage();
  process.send?.({ statements, resident, heap } satisfies Inside);
});
// What asks keeps nothing alive.
process.channel?.unref();
