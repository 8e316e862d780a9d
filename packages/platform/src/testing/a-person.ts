import { createClient, type Client } from '@pileus/api';
import { newId } from '@pileus/model';

/** Somebody signed in, with a policy of these statements. `admin` may make users and policies. */
export async function aPerson(
  { client: admin, url }: { readonly client: Client; readonly url: string },
  ...statements: readonly { readonly Action: string | string[]; readonly Resource: string }[]
): Promise<Client> {
  const name = newId('user');
  const password = 'correct horse battery';
  const { id: principal } = await admin.call('post /users', { body: { name, password } });
  const Statement = statements.map((one) => ({ Effect: 'Allow' as const, ...one }));
  const { id: policy } = await admin.call('post /policies', {
    body: { name, document: { Version: '2026-11-01', Statement } },
  });
  await admin.call('put /policies/{policy}/attachments/{principal}', { params: { policy, principal } });
  const { token = '' } = await createClient({ server: url }).call('post /sessions', {
    body: { name, password, kind: 'cli' },
  });
  return createClient({ server: url, token });
}
