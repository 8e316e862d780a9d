import { Failure } from '@pileus/model';
import { whereJsonBreaks } from './json-position.ts';
import { refuseUnkeepable } from './keepable.ts';

const mebibyte = 1024 * 1024;

/** Refuses by the announced length, before anything is read. */
export function refuseTooLarge(headers: Headers, megabytes: number): void {
  if (Number(headers.get('content-length') ?? 0) > megabytes * mebibyte) throw new Failure('too-large', { megabytes });
}

/** The JSON that was sent; undefined when nothing was. */
export async function readJson(request: Request, megabytes: number): Promise<unknown> {
  const text = await readText(request, megabytes);
  if (text === '') return undefined;
  const type = request.headers.get('content-type') ?? 'application/json';
  if (!/^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(type)) {
    throw new Failure('invalid', {
      what: 'Content-Type',
      reason: `${type} is not understood here; send application/json`,
    });
  }
  const value = parseJson(text);
  refuseUnkeepable(value, '');
  return value;
}

async function readText(request: Request, megabytes: number): Promise<string> {
  if (!request.body) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const parts: string[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body) {
      bytes += chunk.byteLength;
      if (bytes > megabytes * mebibyte) throw new Failure('too-large', { megabytes });
      parts.push(decoder.decode(chunk, { stream: true }));
    }
    return parts.join('') + decoder.decode();
  } catch (error) {
    if (request.signal.aborted) throw new Failure('cancelled', {}, { cause: error });
    if (!isBadEncoding(error)) throw error;
    throw new Failure('invalid', { what: 'body', reason: 'it is not UTF-8 text' }, { cause: error });
  }
}

function isBadEncoding(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { line, column } = whereJsonBreaks(text);
    const message = `this is not JSON: it breaks at line ${line}, column ${column}`;
    throw new Failure(
      'invalid',
      { what: 'body', reason: message },
      { cause, problems: [{ at: `${line}:${column}`, message, rule: 'json' }] },
    );
  }
}
