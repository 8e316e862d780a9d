import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Most of a short command's time goes into reading its own modules; the second time they are read as they were compiled.
// In the person's own folder, for what stands there is run. Node goes on without it where the folder cannot be written.
enableCompileCache(join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'pileus', 'modules'));
await import('./command-line.ts');
