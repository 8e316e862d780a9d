import type { Database } from '@pileus/database';
import { days, type Clock } from '@pileus/model';

/** What was told is kept for so long, and what nobody could be told as well. */
const kept = days(30);

export async function tidyDeliveries(database: Database, clock: Clock): Promise<void> {
  const before = new Date(clock.now() - kept);
  await database.deleteFrom('webhook_delivery').where('created_at', '<', before).execute();
  await database
    .updateTable('webhook')
    .set({ old_secret: null, old_secret_until: null })
    .where('old_secret_until', '<', new Date(clock.now()))
    .execute();
}
