import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import type { AnswerOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { exitCodes, Stop } from '../exit.ts';
import { findTemplate } from '../find.ts';
import { readUpload } from './upload.ts';

type Template = AnswerOf<'get /templates/{template}'>;

/** A template that was chosen by words; with a version where only that one was meant. */
interface Chosen {
  readonly id: string;
  readonly version?: string;
}

/**
 * A template by its path on this machine, which is imported first, or by its name or id. A word that could be either is a
 * name if there is such a template.
 */
export async function chooseTemplate(context: Context, given: string): Promise<Chosen> {
  const isHere = existsSync(given);
  if (isHere && looksLikePath(given)) return sendTemplate(context, given);
  try {
    return { id: (await findTemplate(context, given)).id };
  } catch (error) {
    if (!(error instanceof Stop && error.exitCode === exitCodes.notFound)) throw error;
    if (isHere) return sendTemplate(context, given);
    throw error;
  }
}

/** Imports what a path holds; the same files again are the version that is there already. */
export async function sendTemplate(context: Context, path: string, name?: string): Promise<Template> {
  const { client, out, say, signal } = context;
  const body = { ...(await readUpload(path, say)), ...(name !== undefined && { name }) };
  const template = await client.call('post /templates', { body, key: randomUUID(), signal });
  out.message(say('template.imported', { name: template.name, version: template.version }));
  return template;
}

const extensions = new Set(['.yaml', '.yml', '.csar', '.zip', '.tar', '.tgz', '.gz']);

const looksLikePath = (given: string): boolean =>
  /[\\/]|^\.{1,2}$/.test(given) || extensions.has(extname(given).toLowerCase());
