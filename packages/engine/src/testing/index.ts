export { Life } from './life.ts';
export { lease, MemoryJournal, type Trouble } from './memory-journal.ts';
export type { Backup, MemoryRun } from './memory-tables.ts';
