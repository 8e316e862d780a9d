import type { Transaction } from '@pileus/database';
import { because, Failure, type Id, type PrincipalId, type UserId } from '@pileus/model';

/**
 * Throws `conflict` when a change has left an organization without anybody who may do everything: nobody could ever let
 * anybody in again. Called at the end of the transaction that makes the change; `about` is whom or what it is about.
 */
export async function keepAnAdministrator(transaction: Transaction, about: PrincipalId | Id<'group'>): Promise<void> {
  const organization = await organizationOf(transaction, about);
  if (organization === undefined) return;
  // Of two who each take the other's away, the second one waits and sees.
  await transaction.selectFrom('organization').select('id').where('id', '=', organization).forUpdate().execute();
  const left = await transaction
    .selectFrom('user_account')
    .select('user_account.id')
    .where('user_account.organization', '=', organization)
    .where('user_account.disabled_at', 'is', null)
    .where(({ exists, selectFrom, ref }) =>
      exists(
        selectFrom('policy_attachment as attachment')
          .select('attachment.policy')
          .where('attachment.policy', '=', 'AdministratorAccess')
          .where(({ eb, or }) =>
            or([
              eb('attachment.principal', '=', ref('user_account.id')),
              eb(
                'attachment.principal',
                'in',
                selectFrom('group_member')
                  .select('group_member.user_group')
                  .where('group_member.member', '=', ref('user_account.id')),
              ),
            ]),
          ),
      ),
    )
    .limit(1)
    .executeTakeFirst();
  if (left) return;
  throw new Failure('conflict', {
    what: 'AdministratorAccess',
    reason: because('last-administrator'),
  });
}

/** Whether {@link keepAnAdministrator} has thrown this. */
export function isLastAdministrator(error: unknown): boolean {
  return error instanceof Failure && error.because?.['reason']?.reason === 'last-administrator';
}

async function organizationOf(transaction: Transaction, id: PrincipalId | Id<'group'>) {
  const row =
    (await transaction
      .selectFrom('user_account')
      .select('organization')
      .where('id', '=', id as UserId)
      .executeTakeFirst()) ??
    (await transaction
      .selectFrom('user_group')
      .select('organization')
      .where('id', '=', id as Id<'group'>)
      .executeTakeFirst());
  return row?.organization;
}
