import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually, processesWith, startServerProcess } from './testing/server-process.ts';

test('a first start that is stopped as soon as the sample answers leaves no process, and the next one brings it up', async () => {
  const home = await mkdtemp(join(tmpdir(), 'pileus-stop-'));
  await chmod(home, 0o711); // PostgreSQL runs as another user when we are root.
  try {
    for (const start of ['first', 'second']) {
      const server = await startServerProcess({ home, environment: { PILEUS_SAMPLE: 'on' } });
      const sample = await eventually('the sample', async () => /^sample: (\S+)$/m.exec(server.output())?.[1]);
      expect(await (await fetch(sample)).text(), start).toContain('Served by');
      expect(await server.stop()).toBeLessThan(10_000);
      expect(await processesWith(home), start).toEqual([]);
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
