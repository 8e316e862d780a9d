/** A process that begins the job `slow` and never ends it: `node job-worker.ts <database url>`. */
import { openDatabase } from '@pileus/database';
import { z } from 'zod';
import { createEngine, defineJob } from '../index.ts';

const slow = defineJob({
  name: 'slow',
  input: z.unknown(),
  run: () => {
    console.log('busy');
    return new Promise(() => {});
  },
});
await createEngine({ database: openDatabase(process.argv[2] ?? ''), definitions: [], jobs: [slow] }).work();
