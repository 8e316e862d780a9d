/** A process that owns a PostgreSQL, for tests that kill it: `node owner.ts <directory>`. Prints its URL. */
import { startPostgres } from '../postgres.ts';

const postgres = await startPostgres({ directory: process.argv[2] ?? '' });
console.log(postgres.url);
