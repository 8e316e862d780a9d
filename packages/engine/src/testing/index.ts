export { Life } from './life.ts';
export { lease, MemoryJournal, type MemoryRun } from './memory-journal.ts';
