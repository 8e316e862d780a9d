import type { TestProject } from 'vitest/node';
import { onePostgres } from './one-postgres.ts';

/** Vitest calls this once before all test files, and what it answers once after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { socket, stop } = await onePostgres();
  project.provide('postgres', socket);
  return stop;
}
