import { readFile } from 'node:fs/promises';
import type { Context } from '../context.ts';
import { usage } from '../exit.ts';

/** A JSON document of a file, `-` being standard input. */
export async function readJsonFile({ say }: Pick<Context, 'say'>, file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch((error: Error) => {
    throw usage(error.message);
  });
  try {
    return JSON.parse(text) as Record<string, unknown>; // the server says what is wrong with it
  } catch (error) {
    throw usage(say('usage.badJson', { key: file, detail: error instanceof Error ? error.message : String(error) }));
  }
}
