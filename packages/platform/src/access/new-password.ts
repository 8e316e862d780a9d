import type { Database } from '@pileus/database';
import { refusedPassword } from '@pileus/identity';
import type { OrganizationId } from '@pileus/model';
import { hashPassword } from './password.ts';

/** What is kept of a new password. Throws `password-length`, `password-common` or `password-name`. */
export async function hashNewPassword(
  database: Database,
  password: string,
  whose: { readonly name: string; readonly organization: OrganizationId },
): Promise<string> {
  const { name: organization } = await database
    .selectFrom('organization')
    .select('name')
    .where('id', '=', whose.organization)
    .executeTakeFirstOrThrow();
  const refused = refusedPassword(password, [whose.name, organization, 'pileus']);
  if (refused) throw refused;
  return hashPassword(password);
}
