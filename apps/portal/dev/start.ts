import { createServer } from 'vite';
import { startFakeApi } from './fake-api.ts';

// Works on the portal without a server: `npm run dev` in apps/portal, then open the address with #link=demo.
const fake = await startFakeApi({ port: 7811 });
process.env['PILEUS_API'] = fake.url;
const vite = await createServer({ root: new URL('..', import.meta.url).pathname });
await vite.listen();
console.log(`portal with a FAKE API: ${vite.resolvedUrls?.local[0] ?? ''}#link=demo`);
