import { randomUUID } from 'node:crypto';
import type { Name } from '@pileus/api';
import type { Client } from '@pileus/api/client';
import type { Context } from '../context.ts';
import { fileText, json, standardInput } from '../values/assignments.ts';
import { usage } from '../exit.ts';

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** Calls anything the API has and prints its answer as JSON. */
export async function callApi(
  context: Context,
  method: string,
  path: string,
  options: { readonly body?: string; readonly stream?: true },
): Promise<void> {
  const { client, out, say, signal } = context;
  const verb = method.toLowerCase();
  if (!methods.includes(verb))
    throw usage(say('usage.badValue', { what: say('api.method'), value: method, choices: methods.join(', ') }));
  const below = path.replace(/^\/api\/v1(?=\/)/, '').replace(/^(?!\/)/, '/');
  // A call by a name that the person typed: the server, not the compiler, says whether there is such a call.
  const name = `${verb} ${below}` as Name;
  const body = options.body === undefined ? undefined : json('--body', await bodyText(options.body, say), say);
  const request = {
    ...(body !== undefined && { body }),
    ...(verb === 'post' && { key: randomUUID() }),
    signal,
  } as unknown as Parameters<Client['call']>[1];
  if (options.stream) {
    for await (const { data } of client.stream(name, request)) out.line(JSON.stringify(data));
    return;
  }
  const answer: unknown = await client.call(name, request);
  const asJson = () => JSON.stringify(answer, undefined, 2);
  await out.one(answer, asJson, asJson);
}

function bodyText(given: string, say: Context['say']): Promise<string> | string {
  if (given === '@-') return standardInput();
  return given.startsWith('@') ? fileText(given.slice(1), say) : given;
}
