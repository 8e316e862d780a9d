import { randomUUID } from 'node:crypto';
import type { BodyOf } from '@pileus/api';
import type { Context } from '../context.ts';
import { findSignInMethod } from '../find.ts';
import { facts } from '../output/table.ts';
import { moment } from '../output/values.ts';
import { confirm } from '../values/ask.ts';
import { readJsonFile } from '../values/json-file.ts';

export async function listMethods({ client, out, say, signal }: Context): Promise<void> {
  const { items } = await client.call('get /sign-in-methods', { signal });
  await out.list(
    items,
    [
      { title: say('word.title'), value: ({ title }) => title },
      { title: say('word.kind'), value: ({ kind }) => kind },
      {
        title: say('word.state'),
        value: ({ isEnabled }) => say(isEnabled ? 'people.enabled' : 'people.disabled'),
        style: ({ isEnabled }) => (isEnabled ? 'green' : 'gray'),
      },
      { title: say('word.users'), value: ({ users }) => String(users) },
      { title: say('word.lastSync'), value: ({ lastSync }) => moment(lastSync?.at) },
      { title: say('word.id'), value: ({ id }) => id },
    ],
    ({ title }) => title,
  );
}

/** Of a JSON file, since it holds filters and secrets that have no place on a command line. */
export async function createMethod(context: Context, { file }: { readonly file: string }): Promise<void> {
  const { client, out, signal } = context;
  const given = await readJsonFile(context, file);
  // The server says what is wrong with it.
  const body = given as unknown as BodyOf<'post /sign-in-methods'>;
  const made = await client.call('post /sign-in-methods', { body, key: randomUUID(), signal });
  await out.one(
    made,
    ({ id }) => id,
    ({ id, redirectUri = '' }) => [id, redirectUri].filter(Boolean).join('\n'),
  );
}

export async function checkMethod(context: Context, given: string): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, title } = await findSignInMethod(context, given);
  const { people } = await client.call('post /sign-in-methods/{method}/check', { params: { method: id }, signal });
  out.message(say('method.answers', { title }));
  await out.list(
    people,
    [
      { title: say('word.name'), value: ({ name }) => name },
      { title: say('word.title'), value: ({ title: called = '' }) => called },
      { title: say('word.groups'), value: ({ groups }) => groups.join(' ') },
    ],
    ({ name }) => name,
  );
}

export async function syncMethod(context: Context, given: string, { evenIfMany = false }: { evenIfMany?: boolean }) {
  const { client, out, say, signal } = context;
  const { id } = await findSignInMethod(context, given);
  const sync = await client.call('post /sign-in-methods/{method}/sync', {
    params: { method: id },
    body: { evenIfMany },
    signal,
  });
  await out.one(
    sync,
    ({ people }) => String(people),
    ({ people, made, disabled, kept }) =>
      facts(
        [
          [say('word.people'), String(people)],
          [say('word.made'), String(made)],
          [say('word.disabled'), String(disabled)],
          [say('word.kept'), String(kept)],
        ],
        out.colours,
      ),
  );
}

export async function deleteMethod(context: Context, given: string, { yes }: { yes?: true }): Promise<void> {
  const { client, out, say, signal } = context;
  const { id, title } = await findSignInMethod(context, given);
  if (!yes && !(await confirm(context, say('method.askDelete', { title })))) return out.message(say('plan.left'));
  await client.call('delete /sign-in-methods/{method}', { params: { method: id }, signal });
  out.message(say('message.deleted', { kind: say('kind.method'), name: title }));
}
