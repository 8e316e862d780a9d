export { Life } from './life.ts';
export { lease, MemoryJournal, type MemoryRun, type Trouble } from './memory-journal.ts';
